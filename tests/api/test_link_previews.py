"""What a client that runs no script sees of the website: titles, addresses and pictures of products and looks."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pydantic import ValidationError

from deepstyle.api import previews
from deepstyle.api.app import create_app
from deepstyle.api.page_meta import PageMeta, with_meta
from deepstyle.api.previews import RecentPreviews
from deepstyle.api.routes import crawlers
from deepstyle.api.site_pages import MOVED, place_of
from deepstyle.catalogue.item import Item
from deepstyle.compatibility.wardrobe import MAX_PIECES
from deepstyle.images.pixels import read_image
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from tests.api.conftest import problem_of
from tests.conftest import Shop
from tests.images import nasty
from tests.images.pictures import photo, save

PUBLIC = "https://shop.example"
INDEX = """<!doctype html><html><head><meta charset="utf-8" />
<meta name="description" content="Find clothes." />
<title>deepstyle</title><script src="/first-paint.js"></script></head><body><div id="root"></div></body></html>"""
HOSTILE = """"'><script>alert(1)</script></title></script><!--<svg onload=x>&amp;\\u003c"""


class Page(HTMLParser):
    """A page as a client without scripts reads it."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.meta: dict[str, str] = {}
        self.canonical = self.title = self.inside = ""
        self.data: dict[str, Any] = {}
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.inside = given.get("type", "") if tag == "script" else tag
        if tag == "meta" and "content" in given:
            name = given.get("property") or given["name"]
            assert name not in self.meta
            self.meta[name] = given["content"]
        if given.get("rel") == "canonical":
            self.canonical = given["href"]

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "title":
            self.title += data
        elif self.inside == "application/ld+json":
            self.data = json.loads(data)


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "index.html").write_text(INDEX)
    (folder / "index.html.br").write_bytes(b"as it was built")
    return folder


@contextmanager
def opened(settings: Settings, web: Path, **changed: Any) -> Iterator[TestClient]:
    with TestClient(create_app(settings.model_copy(update=changed), web_folder=web)) as client:
        yield client


@pytest.fixture
def site(settings: Settings, web: Path) -> Iterator[TestClient]:
    with opened(settings, web, public_url=PUBLIC, allowed_hosts="*") as client:
        yield client


def put(shop: Shop, *entries: Entry) -> None:
    with open_store(shop.store_url) as store:
        store.put(entries)


def drawn(answer: httpx2.Response) -> Image.Image:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg"), answer.text
    return Image.open(io.BytesIO(answer.content))


def test_a_product_says_what_it_is(site: TestClient) -> None:
    headers = {"host": "evil.example", "accept": "*/*", "accept-encoding": "br"}
    answer = site.get("/item/item-002", headers=headers)
    page = Page(answer)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "content-encoding" not in answer.headers and "evil" not in answer.text
    assert (page.title, page.canonical) == ("Product 2 · deepstyle", f"{PUBLIC}/item/item-002")
    assert page.meta == {
        "description": "What the shop says of product 2.",
        "og:site_name": "deepstyle",
        "og:type": "product",
        "og:title": "Product 2",
        "og:description": "What the shop says of product 2.",
        "og:url": f"{PUBLIC}/item/item-002",
        "og:image": f"{PUBLIC}/preview/item/item-002",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Product 2",
        "product:price:amount": "20",
        "product:price:currency": "EUR",
        "twitter:card": "summary_large_image",
    }
    assert page.data["image"] == f"{PUBLIC}/image/item-002"
    assert page.data["brand"] == {"@type": "Brand", "name": "Süd & Söhne"}
    assert page.data["offers"] == {"@type": "Offer", "price": "20", "priceCurrency": "EUR", "url": page.canonical}
    assert drawn(site.get(page.meta["og:image"].removeprefix(PUBLIC))).size == (1200, 630)
    head = site.head("/item/item-002", headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(answer.content)


def test_a_product_without_a_picture_or_a_price(site: TestClient, shop: Shop) -> None:
    page = Page(site.get("/item/bare"))
    assert (page.meta["og:title"], page.meta["twitter:card"]) == ("No picture", "summary")
    assert "og:image" not in page.meta and "image" not in page.data and "offers" not in page.data
    sold = Item("sold", price=1.5, currency="€", availability="Ausverkauft", category="Boots", description=" a\n" * 200)
    put(shop, Entry(sold))
    page = Page(site.get("/item/sold"))
    assert (page.data["name"], page.data["offers"]["price"], page.data["offers"]["priceCurrency"]) == (
        "Boots",
        "1.5",
        "EUR",
    )
    assert page.data["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert len(page.meta["description"]) <= 200 and page.meta["description"].endswith(" a…")


def test_a_look_says_its_name_and_shows_its_pieces(site: TestClient) -> None:
    address = "/look?item=item-002&item=gone&item=item-001&item=item-002&name=For%20Sunday"
    page = Page(site.get(address))
    assert (page.title, page.meta["og:type"]) == ("For Sunday · deepstyle", "website")
    assert page.meta["og:description"] == page.meta["og:image:alt"] == "Product 2, Product 1"
    assert page.canonical == f"{PUBLIC}/look?item=item-002&item=item-001&name=For+Sunday"
    assert page.meta["og:image"] == f"{PUBLIC}/preview/look?item=item-002&item=item-001"
    assert Page(site.get("/look?item=item-002&item=item-001")).meta["og:title"] == "Product 2 + Product 1"
    long = Page(site.get("/look", params={"item": [f"item-{at:03}" for at in range(30)], "name": "n" * 200}))
    assert (long.meta["og:title"], long.canonical.count("item=")) == ("n" * 80, MAX_PIECES)
    assert site.get("/look", headers={"accept": "text/html"}).status_code == 200  # it says that it is empty


@pytest.mark.parametrize("public_url", [PUBLIC, ""])
def test_no_value_ends_what_it_stands_in(settings: Settings, web: Path, shop: Shop, public_url: str) -> None:
    item_id, category = "'\"><script>x&lt;", "c\u2028\u202e"
    put(shop, Entry(Item(item_id, HOSTILE, HOSTILE, brand=HOSTILE, category=category, colour=HOSTILE, price=1.0)))
    with opened(settings, web, public_url=public_url) as client:
        plain = Page(client.get("/studio"))
        product = Page(client.get("/item/" + "".join(f"%{byte:02x}" for byte in item_id.encode())))
        look = Page(
            client.get("/look", params={"item": [item_id, f"{item_id}<b>"], "name": HOSTILE + "\r\nX: y\0\x1b"})
        )
    for page in (product, look):
        assert set(page.tags) - set(plain.tags) <= {"link"}
        assert page.tags.count("script") == plain.tags.count("script") + bool(page.data)
        assert [tag for tag in page.tags if tag in ("title", "body", "svg", "b")] == ["title", "body"]
    assert ("link" in product.tags) == bool(public_url)
    assert (product.meta["og:title"], product.data["name"], product.data["sku"]) == (HOSTILE, HOSTILE, item_id)
    assert look.meta["og:title"] == (HOSTILE + " X: y")[:80].strip()
    assert "\r" not in look.title and "\x1b" not in look.title


def test_without_a_public_address_no_address_is_absolute(settings: Settings, web: Path) -> None:
    with opened(settings, web) as client:
        answer = client.get("/item/item-002", headers={"host": "localhost:9"})
    page = Page(answer)
    assert page.meta["og:title"] == "Product 2"
    assert not {"og:url", "og:image"} & set(page.meta) and not page.canonical
    assert not re.findall(r"https?://(?!schema\.org)", answer.text)


def test_below_a_prefix(settings: Settings, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepstyle.api.site_pages.MOVED", {"/old": "/studio"})
    with opened(settings, web, root_path="/s", public_url=f"{PUBLIC}/s") as client:
        for prefix in ("", "/s"):
            answer = client.get(f"{prefix}/item/item-002")
            assert Page(answer).meta["og:image"] == f"{PUBLIC}/s/preview/item/item-002"
            assert 'src="/s/first-paint.js"' in answer.text
            moved = client.get(
                f"{prefix}/old/?a=%0d%0aX:1&b=//e", headers={"host": "localhost"}, follow_redirects=False
            )
            assert (moved.status_code, moved.headers["location"]) == (308, "/s/studio?a=%0d%0aX:1&b=//e")


def test_missing_pages_are_missing(site: TestClient) -> None:
    browser = {"accept": "text/html,*/*;q=0.8", "accept-encoding": "br"}
    for path in ("/nowhere", "/item", "/item/nobody", f"/item/{'x' * 300}", "/look?item=nobody", "/studio/more"):
        with site.stream("GET", path, headers=browser) as answer:
            assert (answer.status_code, b"".join(answer.iter_raw())) == (404, b"as it was built"), path
            assert (answer.headers["cache-control"], answer.headers["content-encoding"]) == ("no-cache", "br")
        assert site.head(path, headers=browser).status_code == 404
    assert Page(site.get("/item/nobody", headers={"accept": "*/*"})).title == "deepstyle"
    problem_of(site.get("/nowhere", headers={"accept": "*/*"}), 404, "not-found")
    assert site.get("/studio/", headers=browser).status_code == 200


def test_every_page_of_the_website_is_one_of_the_server() -> None:
    router = (Path(__file__).parents[2] / "web" / "src" / "app" / "router.tsx").read_text("utf-8")
    paths = re.findall(r'path: "(/[^"]*)"', router)
    assert len(paths) >= 5
    assert [path for path in paths if place_of(path.replace("$", "x")) is None and path not in MOVED] == []


def test_with_a_read_key_nothing_is_told_of_products(settings: Settings, web: Path) -> None:
    with opened(settings, web, public_url=PUBLIC, require_read_key=True) as client:
        answers = [client.get(path) for path in ("/item/item-002", "/item/nobody", "/look?item=item-002&name=A")]
        assert {(answer.status_code, answer.text) for answer in answers} == {(200, INDEX)}
        for path in ("/preview/item/item-002", "/preview/item/nobody", "/preview/look?item=item-002"):
            problem_of(client.get(path), 401, "missing-key")


def test_a_page_opens_while_the_store_cannot_be_read(settings: Settings, web: Path, tmp_path: Path) -> None:
    with opened(settings, web, store=f"sqlite:///{tmp_path}/none.db", public_url=PUBLIC) as client:
        answer = client.get("/item/item-002")
    assert (answer.status_code, answer.text) == (200, INDEX)


def test_previews_are_kept_and_follow_the_pictures(
    site: TestClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = ("/preview/item/item-001", "/preview/look?item=item-001&item=gone&item=bare&item=item-002")
    first = [site.get(address) for address in addresses]
    assert [drawn(answer).size for answer in first] == [(1200, 630)] * 2
    assert first[0].headers["cache-control"] == "public, max-age=300"
    with monkeypatch.context() as patched:
        patched.setattr(previews, "flat_lay", lambda *_: pytest.fail("drawn again"))
        for address, answer in zip(addresses, first, strict=True):
            assert site.get(address).content == answer.content
            etag = answer.headers["etag"]
            assert site.get(address, headers={"if-none-match": etag}).status_code == 304
    put(shop, Entry(Item("item-001"), read_image(save(photo(90, 120, seed=99), "JPEG"))))
    for address, answer in zip(addresses, first, strict=True):
        again = site.get(address)
        assert again.content != answer.content and again.headers["etag"] != answer.headers["etag"]


def test_what_has_no_preview(site: TestClient, shop: Shop, settings: Settings) -> None:
    problem_of(site.get("/preview/item/nobody"), 404, "unknown-item")
    problem_of(site.get("/preview/item/bare"), 404, "no-image")
    problem_of(site.get("/preview/look?item=nobody&item=no"), 404, "unknown-item")
    problem_of(site.get("/preview/look?item=bare"), 404, "no-image")
    problem_of(site.get("/preview/look"), 422, "invalid-parameter")
    many = [f"item-{at:03}" for at in range(MAX_PIECES + 1)]
    problem_of(site.get("/preview/look", params={"item": many}), 422, "invalid-parameter")
    assert drawn(site.get("/preview/look", params={"item": many[1:]})).size == (1200, 630)
    old = read_image(save(photo(), "JPEG"))
    put(shop, Entry(Item("old"), type(old)(nasty.arithmetic_bomb(), old.sha256, "image/jpeg", 6_320, 6_320)))
    problem_of(site.get("/preview/item/old"), 404, "no-image")
    assert drawn(site.get("/preview/look?item=old&item=item-001")).size == (1200, 630)


def test_a_preview_waits_for_the_memory_of_decoding(settings: Settings, web: Path) -> None:
    with opened(settings, web, decode_timeout_s=0.05) as client:
        with client.app.state.resources.decoding.reserve(10**12):  # type: ignore[attr-defined]
            problem_of(client.get("/preview/look?item=item-001"), 503, "overloaded")
        assert client.get("/preview/look?item=item-001").status_code == 200


def test_only_the_recent_previews_are_kept() -> None:
    kept, made = RecentPreviews(2), []

    def ask(name: str) -> bytes:
        return kept.get(name, lambda: made.append(name) or name.encode())

    assert [ask(name) for name in ("a", "b", "a", "c", "a", "b")] == [b"a", b"b", b"a", b"c", b"a", b"b"]
    assert made == ["a", "b", "c", "b"]


def test_a_page_without_a_title_stays_as_it_is() -> None:
    meta = PageMeta("t", "d", "website", "", "", "", {}, {})
    assert with_meta("<!doctype html>", meta) == "<!doctype html>"


@pytest.mark.parametrize(
    ("public_url", "root_path"),
    [
        ("shop.example", ""),
        ("ftp://shop.example", ""),
        ("https://u:p@shop.example", ""),
        ("https://shop.example?x", ""),
        ("https://shop.example/#x", ""),
        ("https://shop.example\n", ""),
        ('https://shop.example"><script>', ""),
        ("https://shop.example/s", ""),
        ("https://shop.example", "/s"),
    ],
)
def test_a_public_address_that_is_none_is_refused(public_url: str, root_path: str) -> None:
    with pytest.raises(ValidationError, match="public_url"):
        Settings(public_url=public_url, root_path=root_path)


def test_a_slash_at_the_end_of_the_public_address_is_dropped() -> None:
    assert Settings(public_url="https://shop.example/").public_url == PUBLIC
    assert Settings(public_url="http://127.0.0.1:8000/s/", root_path="/s/").public_url == "http://127.0.0.1:8000/s"


def test_search_engines_learn_the_products(site: TestClient, settings: Settings, web: Path, shop: Shop) -> None:
    assert site.get("/robots.txt").text == f"User-agent: *\nDisallow:\nSitemap: {PUBLIC}/sitemap.xml\n"
    put(shop, Entry(Item("<a&b>", model_id="item-002")), Entry(Item("<c d>")))
    locations = [ElementTree.fromstring(site.get(path).text).iter() for path in ("/sitemap.xml", "/sitemap/1.xml")]
    (index, pages) = ([element.text for element in found if element.tag.endswith("loc")] for found in locations)
    assert index == [f"{PUBLIC}/sitemap/1.xml"]
    assert (len(pages), pages[0], f"{PUBLIC}/item/%3Cc%20d%3E" in pages) == (44, f"{PUBLIC}/", True)
    assert {site.get(page.removeprefix(PUBLIC)).status_code for page in pages[:9] if page} == {200}
    problem_of(site.get("/sitemap/2.xml"), 404, "not-found")
    problem_of(site.get("/sitemap/0.xml"), 422, "invalid-parameter")
    with opened(settings, web, root_path="/s", require_read_key=True) as closed:
        assert closed.get("/robots.txt").text == "User-agent: *\nDisallow: /s/\n"
        problem_of(closed.get("/sitemap.xml"), 401, "missing-key", root_path="/s")
    with opened(settings, web) as nowhere:
        problem_of(nowhere.get("/sitemap.xml"), 404, "not-found")


def test_a_catalogue_beyond_the_limit_has_no_sitemap(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "PART", 25)
    assert site.get("/sitemap.xml").text.count("<loc>") == 2
    assert [site.get(f"/sitemap/{number}.xml").text.count("<loc>") for number in (1, 2)] == [26, 16]
    monkeypatch.setattr(crawlers, "MAX_PRODUCTS", 40)
    problem_of(site.get("/sitemap.xml"), 404, "not-found")
