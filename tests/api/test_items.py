"""The catalogue over HTTP: browse, one item, its likes, its picture."""

import io

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from deepstyle.store import Entry, open_store
from deepstyle.style.rerank import Reranking
from deepstyle.style.search import serving_space, similar_items
from deepstyle.style.spec import read_spec
from tests.api.conftest import problem_of
from tests.conftest import Shop

SPRAWLING = "x" * 201


def test_browse_pages_join_and_count_all_matches(client: TestClient) -> None:
    address, seen = "/v1/items?limit=6&semantic_category=SHOES&semantic_category=bags&brand=nord", []
    page = client.get(address).json()
    total = page["total"]
    while True:
        assert page["total"] == total
        assert page["facets"]["brands"] == {"Nord": total}
        assert sum(page["facets"]["semantic_categories"].values()) == total
        seen += [item["item_id"] for item in page["items"]]
        if not page["next_cursor"]:
            break
        page = client.get(f"{address}&cursor={page['next_cursor']}").json()
    expected = [Shop.item(number) for number in range(40) if number % 2 and number % 3 != 1]
    assert seen == [item.item_id for item in expected]
    assert total == len(expected)


def test_browse_tells_prices(client: TestClient) -> None:
    facets = client.get("/v1/items?price_min=100&price_max=200").json()["facets"]
    assert (facets["price_min"], facets["price_max"]) == (100, 200)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("limit=many", 400, "bad-parameter"),
        ("limit=0", 422, "invalid-parameter"),
        ("limit=201", 422, "invalid-parameter"),
        ("price_min=2&price_max=1", 422, "invalid-parameter"),
        ("brnad=Nord", 422, "invalid-parameter"),
        ("cursor=nonsense", 400, "bad-cursor"),
        ("text=" + SPRAWLING, 422, "invalid-parameter"),
    ],
)
def test_bad_browsing(client: TestClient, query: str, status: int, code: str) -> None:
    problem_of(client.get(f"/v1/items?{query}"), status, code)


def test_a_browse_cursor_is_bound_to_its_filter(client: TestClient) -> None:
    cursor = client.get("/v1/items?limit=2").json()["next_cursor"]
    problem_of(client.get("/v1/items", params={"cursor": cursor, "brand": "Nord"}), 400, "bad-cursor")


def test_one_item(client: TestClient) -> None:
    item = client.get("/v1/items/item-007").json()
    assert item["title"] == "Product 7"
    assert item["price"] is None
    assert item["image_url"] == "/image/item-007"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/items/{}"),
        ("GET", "/v1/items/{}/similar"),
        ("POST", "/similar/{}"),
        ("GET", "/image/{}"),
        ("GET", "/preview/item/{}"),
    ],
)
class TestItemIds:
    @pytest.mark.parametrize(
        "item_id", ["nobody", "..%2F..%2Fetc%2Fpasswd", "%00", "' OR 1=1 --", "%F0%9F%91%97", "%FF"]
    )
    def test_unknown(self, client: TestClient, method: str, path: str, item_id: str) -> None:
        answer = client.request(method, path.format(item_id))
        problem_of(answer, 404, "not-found" if "%2F" in item_id else "unknown-item")

    def test_too_long(self, client: TestClient, method: str, path: str) -> None:
        problem_of(client.request(method, path.format(SPRAWLING)), 422, "invalid-parameter")


def test_similar_is_the_library_s_answer_without_the_item(client: TestClient, shop: Shop) -> None:
    with open_store(shop.store_url, read_only=True) as store:
        space = serving_space(store, read_spec(shop.model))
        found = similar_items(store, space, "item-005", k=7, by=Reranking(category_vote=True))
        by_look = similar_items(store, space, "item-005", k=7)
    expected, plain = ([match.item.item_id for match in matches] for matches in (found, by_look))
    assert expected != plain
    asked = client.get("/v1/items/item-005/similar?k=7&category_vote=false").json()["results"]
    assert [result["item"]["item_id"] for result in asked] == plain
    for answer in (client.post("/similar/item-005?k=7"), client.get("/v1/items/item-005/similar?k=7")):
        body = answer.json()
        assert body["query"]["item_id"] == "item-005"
        assert [result["item"]["item_id"] for result in body["results"]] == expected
        assert "item-005" not in expected
    filtered = client.get("/v1/items/item-005/similar?k=100&colour=red").json()["results"]
    assert {result["item"]["colour"] for result in filtered} == {"red"}
    assert len(filtered) == 7


def test_an_item_without_a_vector(client: TestClient) -> None:
    problem = problem_of(client.post("/similar/bare"), 404, "unknown-item")
    assert "vector" in problem["detail"]


def test_image_is_encoded_again_without_exif(client: TestClient) -> None:
    assert b"Exif" in Shop.picture(4)
    for width in (None, 160, 320, 640):
        answer = client.get("/image/item-004", params={"w": width} if width else {})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert b"Exif" not in answer.content
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.size == (90, 120)  # never made larger than it is
        assert not picture.getexif()


def test_pages_join_in_every_order_and_a_cursor_belongs_to_one(client: TestClient) -> None:
    for sort in ("price", "-price", "new", "mixed"):
        prices, cursor = [], ""
        while cursor is not None:
            page = client.get(
                "/v1/items", params={"sort": sort, "limit": 9, "cursor": cursor, "group_by": "none"}
            ).json()
            prices += [item["price"] for item in page["items"]]
            first, cursor = cursor or page["next_cursor"], page["next_cursor"]
        assert len(prices) == page["total"]
        known = [price for price in prices if price is not None]
        if "price" in sort:
            assert prices == sorted(known, reverse=sort == "-price") + [None] * (len(prices) - len(known))
        problem_of(client.get("/v1/items", params={"sort": "id", "cursor": first}), 400, "bad-cursor")
    assert client.get("/v1/items?sort=best").status_code == 422


def test_image_is_revalidated_by_its_etag(client: TestClient, shop: Shop) -> None:
    first = client.get("/image/item-004?w=160")
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get("/image/item-004?w=160", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get("/image/item-004", headers={"if-none-match": etag}).status_code == 200
    with open_store(shop.store_url) as store:
        image = store.image("item-005")
        store.put([Entry(Shop.item(4), image)])
    assert client.get("/image/item-004?w=160", headers={"if-none-match": etag}).status_code == 200


def test_image_that_cannot_be_had(client: TestClient) -> None:
    problem_of(client.get("/image/bare"), 404, "no-image")
    problem_of(client.get("/image/item-004?w=161"), 422, "invalid-parameter")
    problem_of(client.get("/image/item-004?w=wide"), 422, "invalid-parameter")
