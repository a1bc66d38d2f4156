"""Search by words, items and photos with words over HTTP."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.cursors import MAX_CURSOR_CHARS
from deepstyle.settings import Settings
from tests.api.conftest import pages, problem_of
from tests.conftest import Shop, make_shop

NASTY = (
    '"',
    "title:x AND NOT",
    "'; DROP TABLE items; --",
    "\N{RIGHT-TO-LEFT OVERRIDE}dress",
    "\U0001f455" * 200,
    "a" * 999,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[TestClient]:
    """One for all of these tests, which only read: each would learn the catalogue's words anew."""
    folder = tmp_path_factory.mktemp("words")
    shop = make_shop(folder, tiny_model)
    with TestClient(
        create_app(Settings(store=shop.store_url, model=str(shop.model), cache_dir=folder / "cache"))
    ) as one:
        yield one


def test_words_find_products_by_every_form_of_the_request(client: TestClient) -> None:
    shared = client.get("/v1/search", params={"text": "product", "k": 5}).json()
    sent = client.post("/v1/search", json={"text": "product", "k": 5}).json()
    assert len(shared["results"]) == len(sent["results"]) == 5
    assert [one["rank"] for one in shared["results"]] == [1, 2, 3, 4, 5]
    assert shared["stages"] is None


def test_pages_of_words_join_and_cursors_are_short(client: TestClient) -> None:
    whole = client.get("/v1/search", params={"text": "product", "k": 6}).json()["results"]
    first = client.get("/v1/search", params={"text": "product", "k": 3}).json()
    assert len(first["next_cursor"]) <= MAX_CURSOR_CHARS == 4096
    rest = client.get("/v1/search", params={"text": "product", "k": 3, "cursor": first["next_cursor"]}).json()
    found = [one["item"]["item_id"] for one in (*first["results"], *rest["results"])]
    assert found == [one["item"]["item_id"] for one in whole]
    other = client.get("/v1/search", params={"text": "other", "k": 3, "cursor": first["next_cursor"]})
    problem_of(other, 400, "bad-cursor")


def test_what_was_understood_is_said(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"text": "red dress under 80 €", "debug": True}).json()
    names = {(one["name"], one["value"]) for one in answer["recognised"]}
    assert {("dominant_colours", "red"), ("price_max", 80.0), ("semantic_categories", "all-body")} <= names
    assert [stage["name"] for stage in answer["stages"]][-1] == "page"
    text = next(one["text"] for one in answer["recognised"] if one["name"] == "dominant_colours")
    literal = client.get("/v1/search", params={"text": "red dress under 80 €", "literal": text}).json()
    assert "dominant_colours" not in {one["name"] for one in literal["recognised"]}


def test_a_word_that_is_a_condition_is_not_called_unknown(client: TestClient) -> None:
    def codes(text: str) -> list[str]:
        return [one["code"] for one in client.get("/v1/search", params={"text": text}).json()["notices"]]

    assert "no_such_word" not in codes("turquoise")
    assert "no_such_word" in codes("qwxzv")


def test_a_photo_with_words_is_changed_by_them(client: TestClient) -> None:
    answer = client.post("/v1/search", files={"image": Shop.picture(3)}, data={"text": "but red", "k": "3"}).json()
    assert [(one["name"], one["direction"], one["value"]) for one in answer["changes"]] == [("colour", "set", "red")]
    assert len(answer["results"]) == 3


def test_items_are_left_out_of_what_is_like_them(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"like": ["item-003", "item-004"], "unlike": "item-005", "k": 10}).json()
    found = {one["item"]["item_id"] for one in answer["results"]}
    assert found and found.isdisjoint({"item-003", "item-004"})
    problem_of(client.get("/v1/search", params={"like": "nobody"}), 404, "unknown-item")


def test_a_search_for_nothing_is_refused(client: TestClient) -> None:
    assert client.get("/v1/search").status_code in (400, 422)
    assert client.post("/v1/search", json={}).status_code in (400, 422)


@pytest.mark.parametrize("text", NASTY)
def test_no_text_breaks_a_search(client: TestClient, text: str) -> None:
    for answer in (
        client.get("/v1/search", params={"text": text}),
        client.post("/v1/search", json={"text": text}),
        client.get("/v1/suggest", params={"text": text}),
    ):
        assert answer.status_code < 500
    assert client.get("/v1/search", params={"text": "a" * 2000}).status_code in (400, 422)


def prices(answer: dict[str, Any]) -> list[float]:
    """The prices of the results; infinite for none, which comes last."""
    found = [one["item"]["price"] for one in answer["results"]]
    return [math.inf if price is None else price for price in found]


def test_an_order_is_of_all_matches_and_its_pages_join(client: TestClient) -> None:
    asked = {"text": "product", "sort": "-price", "group_by": "none"}
    whole = client.get("/v1/search", params={**asked, "k": 100}).json()
    assert whole["total"] == len(whole["results"]) == 40 and whole["next_cursor"] is None
    known = [price for price in prices(whole) if price < math.inf]
    assert prices(whole) == sorted(known, reverse=True) + [math.inf] * (40 - len(known))
    first = client.get("/v1/search", params={**asked, "k": 7, "facets": True}).json()
    assert first["facets"]["price_max"] == max(known)
    assert sum(one["count"] for one in first["facets"]["price_histogram"]) == len(known) < 40
    assert pages(client, first, 9) == [one["item"]["item_id"] for one in whole["results"]]
    second = client.post("/v1/search", json={"cursor": first["next_cursor"]}).json()
    assert [one["rank"] for one in second["results"]] == list(range(8, 15))
    assert second["facets"] is None and second["total"] == 40
    problem_of(client.post("/v1/search", json={"cursor": first["next_cursor"], "sort": "price"}), 400, "bad-cursor")
    problem_of(client.get("/v1/search", params={**asked, "sort": "id"}), 422, "invalid-parameter")
    best = client.get("/v1/search", params={"text": "product", "facets": True, "group_by": "none"}).json()
    assert (best["total"], best["facets"]) == (40, first["facets"])


def test_an_order_of_a_photo_and_of_an_item_is_of_its_neighbours(client: TestClient) -> None:
    photo = {"image": Shop.picture(3)}
    near = client.post("/v1/search", files=photo, data={"k": "100"}).json()["results"]
    first = client.post("/v1/search", files=photo, data={"k": "7", "sort": "price"}).json()
    assert first["total"] == len(near) == 40
    ids = pages(client, first, 9)
    named = [one["item"]["item_id"] for one in near]
    price_of = dict(zip(named, zip(prices({"results": near}), named, strict=True), strict=True))
    assert ids == sorted(named, key=price_of.__getitem__)
    similar = client.get("/v1/items/item-003/similar", params={"k": 40, "sort": "price"}).json()["results"]
    assert [one["item"]["item_id"] for one in similar] == [item_id for item_id in ids if item_id != "item-003"]
    like = client.get("/v1/search", params={"like": "item-003", "k": 40, "sort": "price"}).json()["results"]
    assert [(one["rank"], one["item"]) for one in like] == [(one["rank"], one["item"]) for one in similar]


def test_one_letter_is_gone_on_with(client: TestClient) -> None:
    assert "product" in {one["text"] for one in client.get("/v1/suggest?text=p").json()["suggestions"]}


def test_suggestions_go_on_with_what_was_typed(client: TestClient) -> None:
    found = client.get("/v1/suggest", params={"text": "red prod"}).json()["suggestions"]
    assert "red product" in [one["text"] for one in found]
    found = client.get("/v1/suggest", params={"text": "Prodact re"}).json()["suggestions"]
    assert "product red" in [one["text"] for one in found]
    assert client.get("/v1/suggest", params={"text": ""}).json() == {"suggestions": []}


def test_the_garments_of_a_photo_need_no_store(client: TestClient) -> None:
    answer = client.post("/v1/garments", files={"image": Shop.picture(3)})
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"garments", "people"} and found["people"] >= 0
    assert all(0 <= value <= 1 for one in found["garments"] for value in one["box"])


def test_a_cursor_alone_continues_a_search(client: TestClient) -> None:
    asked = {"text": "product", "brand": ["Nord", "Süd"], "literal": ["red"], "unlike": [], "category_vote": False}
    whole = client.post("/v1/search", json={**asked, "k": 9}).json()
    first = client.post("/v1/search", json={**asked, "k": 3}).json()
    assert pages(client, first, 3) == [one["item"]["item_id"] for one in whole["results"]]
    cursor = first["next_cursor"]
    following = client.get("/v1/search", params={"cursor": cursor}).json()
    assert [one["rank"] for one in following["results"]] == [4, 5, 6]
    assert following == client.get("/v1/search", params={"cursor": cursor, "text": "product", "k": 3}).json()
    for other in ({"text": "other"}, {"brand": "Nord"}, {"price_max": "5"}, {"like": "item-003"}, {"literal": "blue"}):
        problem_of(client.get("/v1/search", params={"cursor": cursor, **other}), 400, "bad-cursor")


def test_a_request_that_is_too_long_for_a_cursor_is_sent_again(client: TestClient) -> None:
    noise = [hashlib.sha512(b"%d" % number).hexdigest() for number in range(50)]
    asked = {"text": "product", "literal": noise, "k": 3}
    first = client.post("/v1/search", json=asked).json()
    assert len(first["next_cursor"]) <= MAX_CURSOR_CHARS
    again = {**asked, "cursor": first["next_cursor"]}
    assert client.post("/v1/search", json=again).json()["results"][0]["rank"] == 4
    problem_of(client.post("/v1/search", json={"cursor": first["next_cursor"]}), 400, "bad-cursor")
