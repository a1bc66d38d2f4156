"""Whole looks over HTTP: pages, where an item is worn, similar looks, and writes with a key."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from deepstyle.catalogue.looks import Look
from deepstyle.settings import Settings
from deepstyle.store import open_store
from tests.api.conftest import bearer, problem_of
from tests.conftest import Shop

LOOKS = [
    Look("l1", ("item-000", "item-001", "item-002"), "One", "catalogue"),
    Look("l2", ("item-000", "item-004", "gone"), "Two"),
    Look("l3", ("item-003", "item-004"), "Three"),
]


@pytest.fixture
def filled(client: TestClient, shop: Shop) -> TestClient:
    with open_store(shop.store_url) as store:
        store.put_looks(LOOKS)
    return client


def ids(answer: dict[str, Any]) -> list[str]:
    return [look["look_id"] for look in answer["looks"]]


def test_looks_come_in_pages(filled: TestClient) -> None:
    first = filled.get("/v1/looks", params={"limit": 2}).json()
    assert (ids(first), first["total"]) == (["l1", "l2"], 3)
    second = filled.get("/v1/looks", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert (ids(second), second["next_cursor"]) == (["l3"], None)
    other = {"limit": 2, "item_id": "item-000", "cursor": first["next_cursor"]}
    problem_of(filled.get("/v1/looks", params=other), 400, "bad-cursor")


def test_where_an_item_is_worn(filled: TestClient) -> None:
    assert ids(filled.get("/v1/looks", params={"item_id": "item-000"}).json()) == ["l1", "l2"]
    found = filled.get("/v1/looks", params={"item_id": "item-000", "source": "editorial"}).json()
    assert ids(found) == ["l2"]
    assert filled.get("/v1/looks", params={"item_id": "nobody"}).json()["total"] == 0
    problem_of(filled.get("/v1/looks", params={"source": "stolen"}), 422, "invalid-parameter")


def test_a_look_shows_its_items_and_names_those_that_are_gone(filled: TestClient) -> None:
    look = filled.get("/v1/looks/l2").json()
    assert [item["item_id"] for item in look["items"]] == ["item-000", "item-004"]
    assert (look["gone"], look["title"], look["source"]) == (["gone"], "Two", "editorial")
    assert filled.get(look["items"][0]["image_url"]).status_code == 200
    problem_of(filled.get("/v1/looks/none"), 404, "unknown-look")
    problem_of(filled.get("/v1/looks/none/similar"), 404, "unknown-look")


def test_similar_looks_are_ranked(filled: TestClient) -> None:
    answer = filled.get("/v1/looks/l1/similar", params={"k": 1}).json()
    assert answer["query"]["look_id"] == "l1"
    (match,) = answer["results"]
    assert match["rank"] == 1
    assert match["look"]["look_id"] == "l2"  # it shares an item
    assert -1 <= match["similarity"] <= 1


def test_a_look_is_added_replaced_and_deleted_with_a_key(writer: TestClient) -> None:
    new = {"title": "New", "item_ids": ["item-000", "item-001"]}
    answer = writer.post("/v1/looks", json=new)
    assert answer.status_code == 201
    look = answer.json()
    assert answer.headers["location"] == f"/v1/looks/{look['look_id']}"
    assert writer.get(answer.headers["location"]).json() == look
    changed = {**new, "look_id": look["look_id"], "title": "Changed", "source": "completed"}
    assert writer.post("/v1/looks", json=changed).status_code == 200
    assert writer.get("/v1/looks", params={"source": "completed"}).json()["looks"][0]["title"] == "Changed"
    for _ in range(2):
        assert writer.delete(f"/v1/looks/{look['look_id']}").status_code == 204
    problem_of(writer.get(f"/v1/looks/{look['look_id']}"), 404, "unknown-look")
    assert writer.get("/v1/items/item-000").status_code == 200


PAIR = ["item-000", "item-001"]
REFUSED: list[tuple[Any, int, str]] = [
    ({"item_ids": ["item-000", "gone"]}, 404, "unknown-item"),
    ({"item_ids": ["item-000"]}, 422, "invalid-parameter"),
    ({"item_ids": ["item-000", "item-000"]}, 422, "invalid-parameter"),
    ({"item_ids": [f"item-{n}" for n in range(51)]}, 422, "invalid-parameter"),
    ({"item_ids": PAIR, "look_id": "a/b"}, 422, "invalid-parameter"),
    ({"item_ids": PAIR, "look_id": "a\0b"}, 422, "invalid-parameter"),
    ({"item_ids": PAIR, "source": "stolen"}, 422, "invalid-parameter"),
    ({"item_ids": PAIR, "picture": "x"}, 422, "invalid-parameter"),
    ({"item_ids": "item-000"}, 400, "bad-parameter"),
    ([], 422, "invalid-parameter"),
]


def test_a_look_that_is_none_is_refused(writer: TestClient) -> None:
    for body, status, code in REFUSED:
        problem_of(writer.post("/v1/looks", json=body), status, code)
    half = {"content-type": "application/json"}
    problem_of(writer.post("/v1/looks", content=b"{", headers=half), 400, "malformed-request")
    problem_of(writer.post("/v1/looks", data={"item_ids": "item-000"}), 415, "unsupported-media-type")
    surrogate = json.dumps({"item_ids": PAIR, "title": "\ud800"})
    problem_of(writer.post("/v1/looks", content=surrogate, headers=half), 400, "bad-parameter")
    assert writer.get("/v1/looks").json()["total"] == 0


def test_ids_that_no_store_can_have_find_nothing(filled: TestClient) -> None:
    for odd in ("item-000\0", "\0item-000", "%", "' OR 1=1 --", "x" * 200, "🧥"):
        assert filled.get("/v1/looks", params={"item_id": odd}).json()["total"] == 0
        problem_of(filled.get(f"/v1/looks/{quote(odd, safe='')}"), 404, "unknown-look")


def test_writes_need_the_scope(client: TestClient, settings: Settings) -> None:
    new = {"item_ids": ["item-000", "item-001"]}
    readers = bearer(settings, "read", "reader")
    problem_of(client.post("/v1/looks", json=new, headers=readers), 403, "insufficient-scope")
    problem_of(client.delete("/v1/looks/l1", headers=readers), 403, "insufficient-scope")
    problem_of(client.post("/v1/looks", json=new), 401, "missing-key")
