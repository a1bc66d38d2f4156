"""Whatever a client sends, it is the client's mistake: never a 500, and a problem document where it is refused."""

import encodings.aliases
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.cursors import SearchPage, binding, pack_search, unpack_browse, unpack_search
from deepstyle.api.problems import MEDIA_TYPE, ProblemError
from deepstyle.settings import Settings
from deepstyle.store import ItemFilter
from tests.api.conftest import bearer
from tests.api.test_secrets import requests
from tests.compatibility.shop import map_shop
from tests.conftest import Shop

JPEG = Shop.picture(3)
PAGE = "<!doctype html><title>shop</title>"
FIELD = b'--x\r\nContent-Disposition: form-data; name="brand"\r\n\r\nb-99999999\xed\xa0\x80\r\n'
FORM = FIELD + b"--x--\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "a.js").write_text("1")
    return folder


@pytest.fixture
def settings(shop: Shop, tmp_path: Path) -> Settings:
    head = map_shop(shop, tmp_path / "head")
    return Settings(store=shop.store_url, model=str(shop.model), compat=str(head), reports_dir=tmp_path / "reports")


@pytest.fixture
def client(settings: Settings, site: Path) -> Iterator[TestClient]:
    with TestClient(create_app(settings, web_folder=site)) as opened:  # an exception of the server fails the test
        yield opened


@pytest.fixture
def admin(settings: Settings, site: Path) -> Iterator[TestClient]:
    """A client that sees everything, of the same site."""
    headers = bearer(settings, "admin", "operator")
    with TestClient(create_app(settings, web_folder=site), headers=headers) as opened:
        yield opened


def refused(client: TestClient, method: str, address: str, **options: Any) -> int:
    """The status, which is no 500 and comes with a problem document, or a page, if it is an error."""
    answer = client.request(method, address, **options)
    assert answer.status_code < 500 or answer.status_code == 503, (method, address[:200], answer.text[:500])
    is_page = (answer.status_code == 404 and answer.text == PAGE) or address.startswith("/admin")
    if answer.status_code >= 400 and method != "HEAD" and not is_page:
        assert answer.headers["content-type"] == MEDIA_TYPE, (method, address[:200], answer.text[:200])
        assert json.loads(answer.content)["status"] == answer.status_code
    return answer.status_code


NUMBERS = ["1" * 5000, "-" + "1" * 5000, "1e999", "1e-999", "0." + "1" * 5000, "NaN", "Infinity", "-Infinity"]
TEXTS = [r'"\ud800"', r'"\u0000"', '"' + "a" * 5000 + '"', "null", "true", '""', '{"a": 1}', "[[]]", '["\\udfff"]']


@pytest.mark.parametrize("route", ["/v1/outfits:score", "/v1/outfits:complete"])
def test_json_that_is_none_or_has_odd_values(client: TestClient, route: str) -> None:
    bodies = [f'{{"item_id": {value}}}' for value in [*NUMBERS, *TEXTS]]
    bodies += [f'{{"k": {value}, "item_id": ["item-001"]}}' for value in [*NUMBERS, *TEXTS]]
    bodies += [f'{{"price_min": {value}}}' for value in NUMBERS] + [
        '{"\\ud800": 1}',
        '{"a": 1, "a": 2}',
        *NUMBERS,
        *TEXTS,
    ]
    bodies += ["[" * 30_000, "[" * 9_000 + "]" * 9_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "", "{", "\ufeff{}"]
    raw = [body.encode() for body in bodies] + [
        "{}".encode("utf-16"),
        b"\xff",
        b"\x00",
        '{"\ud800":1}'.encode("utf-16-le", "surrogatepass"),
    ]
    for body in raw:
        for kind in ("application/json", "application/json; charset=punycode", "APPLICATION/JSON", "application/jsonx"):
            status = refused(client, "POST", route, content=body, headers={"Content-Type": kind})
            assert status in {400, 404, 422} or body.startswith(b'{"k": true'), body[:100]


SEGMENTS = ["a" * 300, "a" * 5_000, "%00", "a%00b", "%2e%2e", "..%2f..", "%2f" * 50, "%ff%fe", "%ed%a0%80", "%", "%zz"]
SEGMENTS += ["\u202e", "%0d%0aX:1", "con", "a" * 255 + ".js", "*", ";", "%5c..%5c", "~root", "a.js%00.html", "." * 300]
PLACES = ["/{}", "/assets/{}", "/assets/{}/x", "/docs/assets/{}", "/docs/{}", "/problems/{}", "/v1/{}", "/v1/items/{}"]
PLACES += ["/item/{}", "/look?item={}&name={}", "/preview/item/{}", "/preview/look?item={}"]
PLACES += ["/image/{}", "/v1/items/{}/similar", "/v1/items/{}/compatible", "/v1/reports/{}/{}", "/v1/reports/search/{}"]


@pytest.mark.parametrize("place", PLACES)
def test_addresses(admin: TestClient, place: str) -> None:
    for segment in SEGMENTS:
        for accept in ("text/html", "*/*"):
            refused(admin, "GET", place.format(segment, segment), headers={"Accept": accept})
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "HEAD"):
        refused(admin, method, place.format("a", "b"))


@pytest.mark.parametrize("place", ["/similar/{}", "/compatible/{}"])
def test_addresses_to_post_to(client: TestClient, place: str) -> None:
    for segment in SEGMENTS:
        refused(client, "POST", place.format(segment))


def codecs() -> list[str]:
    """Every codec that Python knows, and names that it does not."""
    names = {module.name for module in pkgutil.iter_modules(encodings.__path__)} | set(encodings.aliases.aliases)
    return sorted(names | {"undefined", "no-such", "utf-8\x00", "ü", "a" * 5_000, "'", '"', ""})


@pytest.mark.parametrize("route", ["/search_image", "/v1/search", "/v1/outfits:score"])
def test_forms_of_every_charset(client: TestClient, route: str) -> None:
    for codec in codecs():
        kind = f"multipart/form-data; boundary=x; charset={codec}".encode()
        status = refused(client, "POST", route, content=FORM, headers={b"Content-Type": kind})
        assert status in {400, 404, 422}, codec


BOUNDARIES = [
    "",
    "boundary",
    "boundary=",
    "boundary=;",
    'boundary="',
    "boundary=" + "x" * 5_000,
    "boundary=é",
    "boundary=\x00",
]
BOUNDARIES += [
    "boundary*=utf-8''x",
    "boundary=x; boundary=y",
    "boundary=x;charset",
    "boundary=x; =",
    "boundary='x'",
    ";" * 2_000,
]
BODIES = [
    b"",
    b"--x",
    b"--x--",
    b"--x\r\n\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"; filename="\x00"\r\n\r\na\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data; name=\"image\"; filename*=undefined''%ff\r\n\r\na\r\n--x--\r\n",
    b"--x\r\n" + b"A: b\r\n" * 5_000 + b"\r\n\r\n--x--\r\n",
    b"--x\r\n" + b"A" * 60_000,
    b"--x\r\nContent-Disposition: " + b";" * 5_000 + b"\r\n\r\na\r\n--x--\r\n",
    FIELD * 200 + b"--x--\r\n",
    FORM + b"after the end",
    b"before the start" + FORM,
    b"\r\n" * 100 + FORM,
    FIELD + b"--x-",
]


def test_forms_that_are_malformed(client: TestClient) -> None:
    for boundary in ["boundary=x", *BOUNDARIES]:
        for body in BODIES if boundary == "boundary=x" else BODIES[3:6]:
            kind = f"multipart/form-data; {boundary}".encode("latin-1")
            assert refused(client, "POST", "/v1/search", content=body, headers={b"Content-Type": kind}) < 500


CROPS = ["0,0,5e-324,1", "0.5,0.5,1e-320,0.1", "0,0,1e-5,1", "nan,0,1,1", "0,0,inf,1", "0,0,-1,1", "1,1,1,1", "0,0,0,0"]
CROPS += [
    "1" * 190 + ",0,1,1",
    "0x1,0,1,1",
    "1_0,0,1,1",
    "0,0,1",
    "0,0,1,1,1",
    "\u0661,0,1,1",
    ",,,",
    "0,0,1e-400,1",
    "-0,0,1,1e-323",
]


def test_crops(client: TestClient) -> None:
    for crop in CROPS:
        assert refused(client, "POST", "/v1/search", files={"image": JPEG}, data={"crop": crop}) in {400, 422}, crop
    assert refused(client, "POST", "/v1/search", files={"image": JPEG}, data={"crop": "0.5,0.5,0.0001,0.0001"}) == 200


QUERIES = [
    "k=" + "1" * 5_000,
    "k=%ff",
    "k=1e3",
    "k=\u0661",
    "limit=1_0",
    "limit=0x1",
    "w=" + "9" * 5_000,
    "w=%00",
    "brand=%ed%a0%80",
]
QUERIES += [
    "price_min=1e999",
    "price_max=nan",
    "price_min=" + "1" * 5_000,
    "text=%00",
    "text=%22%27%25_*(",
    "brand=" * 60,
    "%ff=%fe",
]
QUERIES += [
    "cursor=%ff",
    "cursor=" + "A" * 1_000,
    "cursor==",
    "&&&",
    "?" * 100,
    "a[]=1",
    "text=NEAR(%22a%22)",
    "text=" + "a" * 201,
]


def test_queries(admin: TestClient) -> None:
    for query in QUERIES:
        for address in (
            "/v1/items",
            "/v1/items/item-003/similar",
            "/v1/map",
            "/image/item-003",
            "/healthz",
            "/v1/items/x",
        ):
            refused(admin, "GET", f"{address}?{query}")


def test_cursors_that_were_changed(client: TestClient) -> None:
    good = client.post("/v1/search", files={"image": JPEG}, data={"k": "2"}).json()["next_cursor"]
    changed = [good[:at] + char + good[at + 1 :] for at in range(0, len(good), 5) for char in "A-é\x00"]
    changed += [good[:at] for at in range(1, len(good), 7)] + [good * 2, good + "=", f" {good}", good.swapcase()]
    bound = binding(ItemFilter())
    for cursor in changed:
        assert refused(client, "POST", "/v1/search", files={"cursor": (None, cursor.encode())}, data={"k": "2"}) in {
            200,
            400,
        }
        for open_it in (
            lambda cursor: unpack_search(cursor, (16, 0), {}, bound),
            lambda cursor: unpack_browse(cursor, bound),
        ):
            with pytest.raises(ProblemError):
                open_it(cursor)
    with pytest.raises(ProblemError):
        unpack_browse("\ud800", bound)
    huge = pack_search(SearchPage(2**16 - 1, vector=np.ones(16, np.float32) / 4), bound)
    assert unpack_search(huge, (16, 0), {}, bound).offset == 2**16 - 1


HEADERS: list[tuple[str, bytes]] = [
    *(("Host", value) for value in (b"[", b"[::1", b"\xff", b"a:b:c", b"x" * 5_000, b"", b"a/b?c#d", b"host:99999999")),
    *(
        ("Range", value)
        for value in (b"bytes=0-" + b"9" * 5_000, b"bytes=-", b"bytes=5-1", b"x", b"bytes=0-0,0-0", b"\xff")
    ),
    *(("If-None-Match", value) for value in (b"*", b'W/"', b"," * 5_000, b"\xff\x00", b'"' * 99)),
    *(
        ("If-Modified-Since", value)
        for value in (b"Mon, " + b"9" * 5_000, b"\xff", b"0", b"Thu, 01 Jan 99999 00:00:00 GMT")
    ),
    *(("Accept", value) for value in (b"\xff", b"text/html;q=" + b"9" * 5_000, b"," * 5_000)),
    *(("Accept-Encoding", value) for value in (b"gzip;q=\xff", b";" * 5_000, b"br;q=0.0000,gzip;q")),
    *(("Accept-Language", value) for value in (b"\xff", b"-" * 5_000)),
    *(
        ("Content-Type", value)
        for value in (b"\xff", b"", b";", b"application/json;" * 500, b"multipart/", b"multipart/form-data;=")
    ),
    *(("Content-Length", value) for value in (b"9" * 5_000, b"-1", b"\xb2", b"1_0", b" 5", b"+5")),
    *(("X-Request-ID", value) for value in (b"\x1b[2J", b"a" * 65, b"\xff")),
    *(("Origin", value) for value in (b"null", b"\xff")),
    *(("Cookie", value) for value in (b"=" * 5_000, b"\xff")),
    *(("X-Forwarded-For", value) for value in (b"\xff", b"1.1.1.1," * 500)),
    *(("Transfer-Encoding", value) for value in (b"chunked, \xff",)),
]


def test_headers(client: TestClient) -> None:
    calls = [
        *requests(client.app),
        ("get", "/", {}),
        ("get", "/assets/a.js", {}),
        ("get", "/docs", {}),
    ]  # type: ignore[arg-type]
    for at, (name, value) in enumerate(HEADERS):
        for method, address, options in calls[at % 4 :: 4]:
            if name == "Content-Length" and method == "get":
                continue  # the server itself refuses a body that never comes
            refused(client, method.upper(), address, headers={name.encode(): value}, **options)
