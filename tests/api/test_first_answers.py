"""The answers that a page of the shop holds: the API's own, as data; none where they are late or cannot be given."""

import json
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from fastapi.testclient import TestClient

from deepstyle.api import first_answers
from deepstyle.api.app import create_app
from deepstyle.api.first_page import ANSWERS_PLACE, LINKS_PLACE
from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.store.base import Store
from tests.compatibility.shop import map_shop
from tests.conftest import Shop

KINDS = ("start", "text", "like", "with", "photo", "item", "studio", "outfit", "look", "shop-the-look", "demo-shop")
BUILT = f"""<!doctype html><html><head><title>deepstyle</title>{LINKS_PLACE}<script src="/a.js"></script></head>
<body><div id="root"></div>{ANSWERS_PLACE}</body></html>"""
HOSTILE = "</script><script>alert(1)</script><!--"


class Page(HTMLParser):
    """What a browser finds in a page: data, links to pictures, and how many scripts it would run."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__()
        self.answers: list[tuple[str, list[tuple[str, str]], Any]] = []
        self.preloads: list[dict[str, str]] = []
        self.pictures: list[dict[str, str]] = []
        self.code = 0
        self.open: dict[str, str] = {}
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.open = given if tag == "script" else {}
        self.code += tag == "script" and given.get("type") is None
        if tag == "link":
            self.preloads.append(given)
        if tag == "img":
            self.pictures.append(given)

    def handle_data(self, data: str) -> None:
        if "data-first" in self.open:
            query = [(name, value) for name, value in json.loads(self.open["data-query"])]
            self.answers.append((self.open["data-first"], query, json.loads(data)))


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "pages").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>plain</title>")
    for kind in KINDS:
        (folder / "pages" / f"{kind}.html").write_text(BUILT)
    return folder


@pytest.fixture
def client(shop: Shop, tmp_path: Path, web: Path) -> Iterator[TestClient]:
    compat = map_shop(shop, tmp_path / "head")
    settings = Settings(store=shop.store_url, model=str(shop.model), compat=str(compat), cache_dir=tmp_path / "cache")
    with TestClient(create_app(settings, web_folder=web)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine may be busy."""
    monkeypatch.setattr(first_answers, "WAIT_S", 60.0)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/", ["/v1/items", "/v1/info"]),
        ("/?semantic_category=shoes&brand=Nord&brand=X&price_max=90&utm_source=a", ["/v1/items", "/v1/info"]),
        ("/?in_stock=true&sort=price", ["/v1/items", "/v1/info"]),
        ("/?text=product&sort=new", ["/v1/search", "/v1/info"]),
        ("/?like=item-003", ["/v1/items/item-003", "/v1/items/item-003/similar", "/v1/info"]),
        ("/?with=item-003", ["/v1/items/item-003", "/v1/items/item-003/compatible", "/v1/info"]),
        ("/item/item-003", ["/v1/items/item-003", "/v1/info"]),
        ("/studio", ["/v1/items", "/v1/info"]),
        ("/studio?item=item-003", ["/v1/outfits:complete", "/v1/items/item-003", "/v1/info"]),
        ("/studio?item=item-003&item=gone", ["/v1/items/item-003", "/v1/info"]),
        ("/look?item=item-003&item=item-004", ["/v1/items/item-003", "/v1/items/item-004", "/v1/info"]),
        ("/?photo=1", []),
        ("/shop-the-look", []),
    ],
)
def test_a_page_holds_what_the_api_would_answer(client: TestClient, path: str, asked: list[str]) -> None:
    page = Page(client.get(path))
    assert [name for name, _, _ in page.answers] == asked
    for name, query, answer in page.answers:
        assert query == sorted(query, key=lambda pair: pair[0])
        if name == "/v1/outfits:complete":
            assert answer == client.post(name, json={**dict(query), "item_id": ["item-003"]}).json()
        else:
            assert answer == client.get(f"{name}?{urlencode(query)}").json()


def test_the_first_pictures_are_asked_for_at_once(client: TestClient) -> None:
    page = Page(client.get("/"))
    first = page.answers[0][2]["items"][0]
    assert len(page.preloads) == len(page.pictures) == 4
    assert page.preloads[0]["imagesrcset"] == page.pictures[0]["srcset"]
    assert page.preloads[0]["imagesizes"] == page.pictures[0]["sizes"]
    address = page.preloads[0]["imagesrcset"].split(" ")[0]
    assert address == f"{first['image_url']}?w=160&fit=card"
    assert client.get(address).headers["content-type"] == "image/jpeg"


def test_each_piece_of_an_outfit_is_one_picture(client: TestClient) -> None:
    page = Page(client.get("/studio?item=item-003"))
    pieces = page.answers[0][2]["outfits"][0]["pieces"]
    assert sorted(one["data-category"] for one in page.pictures) == sorted(one["semantic_category"] for one in pieces)


def test_text_of_the_catalogue_stays_data(client: TestClient, shop: Shop) -> None:
    with open_store(shop.store_url) as store:
        hostile = Item("item-003", title=HOSTILE, brand=HOSTILE, description=HOSTILE, semantic_category="shoes")
        store.put([Entry(hostile)])
    for path in ("/item/item-003", f"/?{urlencode({'brand': HOSTILE})}"):
        page = Page(client.get(path))
        assert page.code == 1
        assert page.answers
    assert Page(client.get("/item/item-003")).answers[0][2]["title"] == HOSTILE


def test_whoever_has_the_page_is_not_sent_it_again(client: TestClient, shop: Shop) -> None:
    first = client.get("/")
    again = client.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "no-cache")
    with open_store(shop.store_url) as store:
        store.delete(["item-003"])
    assert client.get("/", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_a_path_prefix_is_on_every_address(shop: Shop, web: Path) -> None:
    settings = Settings(store=shop.store_url, model=str(shop.model), root_path="/shop")
    with TestClient(create_app(settings, web_folder=web)) as client:
        page = Page(client.get("/shop/"))
    assert page.answers[0][0] == "/v1/items", "the website adds the prefix itself"
    assert page.answers[0][2]["items"][0]["image_url"].startswith("/shop/image/")
    assert all(one["imagesrcset"].startswith("/shop/image/") for one in page.preloads)


@pytest.mark.parametrize("path", ["/", "/?text=red", "/studio", "/?sort=nonsense", "/?price_min=9&price_max=1"])
def test_where_the_store_is_broken_or_the_address_is_the_page_asks_itself(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is gone.", remedy="Find it.")

    for name in ("browse", "search_words", "get"):
        monkeypatch.setattr(type(client.app.state.resources.store), name, broken, raising=False)  # type: ignore[attr-defined]
    answer = client.get(path)
    assert answer.status_code == 200
    assert "data-first" not in answer.text


def test_a_slow_store_delays_no_page(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()

    def slow(*_: object, **__: object) -> None:
        is_over.wait(60)
        raise StoreError("too late.", remedy="")

    store: Store = client.app.state.resources.store  # type: ignore[attr-defined]
    monkeypatch.setattr(type(store), "browse", slow)
    monkeypatch.setattr(first_answers, "WAIT_S", 0.01)
    answer = client.get("/")
    is_over.set()
    assert (answer.status_code, "data-first" in answer.text) == (200, False)


def test_where_a_key_is_needed_no_page_holds_a_product(shop: Shop, web: Path) -> None:
    settings = Settings(store=shop.store_url, model=str(shop.model), require_read_key=True)
    with TestClient(create_app(settings, web_folder=web)) as client:
        assert "data-first" not in client.get("/").text
