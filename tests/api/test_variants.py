"""Products and their variants over HTTP: one entry each, everywhere, with what can be chosen."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import problem_of, ten_products
from tests.api.test_search import send_fields
from tests.conftest import Shop


@pytest.fixture
def client(settings: Settings, shop: Shop) -> Iterator[TestClient]:
    """A shop of ``ten_products``."""
    ten_products(shop.store_url)
    with TestClient(create_app(settings)) as opened:
        yield opened


def products_of(answer: dict) -> list[str]:
    return [result["item"]["model_id"] for result in answer["results"]]


def test_a_search_has_one_result_per_product_with_its_variants(client: TestClient) -> None:
    answer = client.post("/search_image", files={"image": Shop.picture(5)}).json()
    assert len(set(products_of(answer))) == 10
    first = answer["results"][0]["item"]
    assert first["item_id"] == "item-005"
    variants = first["variants"]
    assert (variants["count"], variants["colours"], variants["sizes"]) == (4, ["Red", "blue"], ["S", "M", "L", "XL"])
    assert (variants["price_min"], variants["price_max"], variants["currency"]) == (40, 60, "EUR")  # 7 has no price
    assert [one["item_id"] for one in variants["items"]] == [f"item-{number:03}" for number in range(4, 8)]
    assert [one["in_stock"] for one in variants["items"]] == [False, True, True, True]
    assert client.get(variants["items"][1]["image_url"]).status_code == 200


@pytest.mark.parametrize(("group_by", "most"), [("product", 10), ("colour", 20), ("none", 40)])
def test_pages_of_groups_join(client: TestClient, group_by: str, most: int) -> None:
    whole = client.post("/v1/search", files={"image": Shop.picture(5)}, data={"k": "100", "group_by": group_by}).json()
    assert len(whole["results"]) == most and whole["next_cursor"] is None
    assert all((result["item"]["variants"] is None) == (group_by == "none") for result in whole["results"])
    page = client.post("/v1/search", files={"image": Shop.picture(5)}, data={"k": "4", "group_by": group_by}).json()
    found = page["results"]
    while page["next_cursor"]:
        form = {"k": "4", "group_by": group_by, "cursor": page["next_cursor"]}
        page = send_fields(client, form).json()
        found += page["results"]
    assert found == whole["results"]


def test_a_cursor_is_bound_to_what_is_grouped(client: TestClient) -> None:
    cursor = client.post("/v1/search", files={"image": Shop.picture(5)}, data={"k": "2"}).json()["next_cursor"]
    form = {"k": "2", "cursor": cursor, "group_by": "none"}
    problem_of(send_fields(client, form), 400, "bad-cursor")
    cursor = client.get("/v1/items?limit=2").json()["next_cursor"]
    problem_of(client.get("/v1/items", params={"cursor": cursor, "group_by": "none"}), 400, "bad-cursor")


def test_similar_products_are_other_products(client: TestClient) -> None:
    for answer in (client.post("/similar/item-005"), client.get("/v1/items/item-005/similar")):
        products = products_of(answer.json())
        assert "P1" not in products and len(set(products)) == len(products) == 9
        brand = answer.json()["query"]["brand"]
        for one in answer.json()["results"]:
            traits = {trait["code"]: trait["parameters"] for trait in one["shared"]}
            assert traits.get("same_brand") == ({"brand": brand} if one["item"]["brand"] == brand else None)
    by_colour = client.get("/v1/items/item-005/similar?k=40&group_by=colour").json()["results"]
    assert [one["item"]["colour"] for one in by_colour if one["item"]["model_id"] == "P1"] == ["blue"]
    items = client.post("/similar/item-005?k=40&group_by=none").json()
    assert products_of(items).count("P1") == 3
    assert [one["item_id"] for one in client.get("/v1/items/item-005").json()["variants"]["items"]] == [
        f"item-{number:03}" for number in range(4, 8)
    ]
    problem_of(client.post("/similar/item-005?group_by=brand"), 422, "invalid-parameter")


def test_a_filter_finds_products_by_their_variants(client: TestClient) -> None:
    page = client.get("/v1/items?size=M&limit=3").json()
    assert [item["size"] for item in page["items"]] == ["M", "M", "M"]
    assert page["total"] == 10
    assert page["items"][0]["variants"]["sizes"] == ["S", "M", "L", "XL"]
    found = client.get("/v1/items/item-005/similar?k=50&size=M").json()["results"]
    assert {one["item"]["size"] for one in found} == {"M"} and len(found) == 9


def test_totals_and_facets_count_products(client: TestClient) -> None:
    page = client.get("/v1/items?limit=1").json()
    assert (page["total"], page["facets"]["colours"]) == (11, {"Red": 10, "blue": 10})
    assert page["facets"]["sizes"] == {"L": 10, "M": 10, "S": 10, "XL": 10}
    assert client.get("/v1/items?limit=1&group_by=none").json()["total"] == 41


def test_what_is_sold_out_can_be_left_out(client: TestClient) -> None:
    items = client.get("/v1/items?in_stock=true&group_by=none&limit=200").json()["items"]
    assert {item["availability"] for item in items} == {"InStock", ""}
    assert client.get("/v1/items?availability=sold%20out&group_by=none").json()["total"] == 10
    problem_of(client.get("/v1/items?in_stock=true&availability=preorder"), 422, "invalid-parameter")


def test_prices_are_compared_in_one_currency(client: TestClient) -> None:
    page = client.get("/v1/items?price_min=375&group_by=none").json()
    assert [item["item_id"] for item in page["items"]] == ["item-038"]
    assert page["facets"]["price_currency"] == "EUR"
    in_yen = client.get("/v1/items?price_min=375&currency=jpy&group_by=none").json()
    assert [item["item_id"] for item in in_yen["items"]] == ["item-039"]
    assert client.get("/v1/items/item-036").json()["variants"]["price_max"] == 380
