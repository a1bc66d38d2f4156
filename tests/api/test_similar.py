"""Pages of what is like an item, and how many results there are, counted over products and over items."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import problem_of, ten_products
from tests.conftest import Shop, make_shop

SIMILAR = "/v1/items/item-005/similar"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[TestClient]:
    """One for all of these tests, which only read."""
    folder = tmp_path_factory.mktemp("similar")
    shop = make_shop(folder, tiny_model)
    ten_products(shop.store_url)
    with TestClient(
        create_app(Settings(store=shop.store_url, model=str(shop.model), cache_dir=folder / "cache"))
    ) as one:
        yield one


def all_of(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """The results of all pages, each asked for by the cursor of the page before alone."""
    page = client.get(SIMILAR, params=asked).json()
    found: list[dict[str, Any]] = page["results"]
    while page["next_cursor"]:
        page = client.get(SIMILAR, params={"cursor": page["next_cursor"]}).json()
        found += page["results"]
        assert page["query"]["item_id"] == "item-005"
    return found


@pytest.mark.parametrize("sort", ["best", "-price", "mixed"])
@pytest.mark.parametrize("group_by", ["product", "none"])
def test_pages_join_to_the_whole(client: TestClient, sort: str, group_by: str) -> None:
    asked: dict[str, Any] = {"sort": sort, "group_by": group_by, "total": True, "colour": ["red", "blue"]}
    whole = client.get(SIMILAR, params={**asked, "k": 100}).json()
    assert whole["next_cursor"] is None
    assert whole["total"] == len(whole["results"]) > 8
    assert [one["rank"] for one in whole["results"]] == list(range(1, whole["total"] + 1))
    assert all_of(client, **asked, k=4) == whole["results"]


def test_a_total_is_counted_where_it_is_asked_for(client: TestClient) -> None:
    assert client.get(SIMILAR).json()["total"] is None
    few = client.get(SIMILAR, params={"k": 1, "total": True, "size": "M"}).json()
    assert few["total"] == len(all_of(client, size="M", k=2))
    nothing = client.get(SIMILAR, params={"total": True, "brand": "nobody"}).json()
    assert (nothing["total"], nothing["next_cursor"]) == (0, None)


def test_a_cursor_is_bound_to_its_item_and_request(client: TestClient) -> None:
    cursor = client.get(SIMILAR, params={"k": 2, "size": "M"}).json()["next_cursor"]
    same = client.get(SIMILAR, params={"k": 3, "size": "M", "cursor": cursor})
    assert [one["rank"] for one in same.json()["results"]] == [3, 4, 5]
    for changed in ({"size": "L"}, {"sort": "price"}, {"group_by": "none"}):
        problem_of(client.get(SIMILAR, params={"cursor": cursor, **changed}), 400, "bad-cursor")
    problem_of(client.get(SIMILAR.replace("005", "030"), params={"cursor": cursor}), 400, "bad-cursor")
    problem_of(client.get("/v1/search", params={"cursor": cursor}), 400, "bad-cursor")
    problem_of(client.get(SIMILAR, params={"cursor": cursor[:-3]}), 400, "bad-cursor")


def test_a_photo_a_photo_with_words_and_an_item_in_a_search_are_counted(client: TestClient) -> None:
    photo = {"image": Shop.picture(5)}
    for form in ({"size": "M"}, {"size": "M", "text": "but red"}, {"group_by": "none", "brand": "Nord"}):
        counted = client.post("/v1/search", files=photo, data={**form, "k": "2", "facets": "true"}).json()
        whole = client.post("/v1/search", files=photo, data={**form, "k": "100"}).json()
        assert counted["total"] == len(whole["results"]) > 2 and whole["total"] is None, form
    for like in ({"like": "item-005"}, {"like": ["item-005", "item-006"], "text": "in blue"}):
        counted = client.get("/v1/search", params={**like, "k": 2, "facets": True}).json()
        whole = client.get("/v1/search", params={**like, "k": 100}).json()
        assert counted["total"] == len(whole["results"]) > 2, like
