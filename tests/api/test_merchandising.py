"""The merchandiser's desk over HTTP: what is decided holds at once, stays within filters, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.people.base import all_records
from deepstyle.people.merchandising.changes import KINDS, change
from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from tests.api.conftest import bearer, problem_of
from tests.conftest import make_shop

RULES = "/v1/merchandising/rules"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Settings:
    folder = tmp_path_factory.mktemp("merchandising")
    shop = make_shop(folder, tiny_model)
    people = f"sqlite:///{folder}/people.db"
    return Settings(store=shop.store_url, model=str(tiny_model), cache_dir=folder / "cache", people_store=people)


@pytest.fixture(scope="module")
def processes(settings: Settings) -> Iterator[tuple[TestClient, TestClient]]:
    """Clients of two server processes over the same stores, the first by the key `operator`."""
    keys = [bearer(settings, "admin", name) for name in ("operator", "other")]
    with (
        TestClient(create_app(settings), headers=keys[0]) as first,
        TestClient(create_app(settings), headers=keys[1]) as second,
    ):
        yield first, second


@pytest.fixture
def admin(processes: tuple[TestClient, TestClient], settings: Settings) -> Iterator[TestClient]:
    yield processes[0]
    with open_people(settings.people_store) as store:
        for kind in KINDS:
            for record in all_records(store, kind):
                change(store, "test", kind, record.key, None)
        for record in all_records(store, "audit"):
            store.remove("audit", record.key)


@pytest.fixture
def other(processes: tuple[TestClient, TestClient]) -> TestClient:
    return processes[1]


def put(client: TestClient, key: str, **rule: Any) -> dict[str, Any]:
    answer = client.put(f"{RULES}/{key}", json={"name": key, **rule})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def browsed(client: TestClient, **fields: Any) -> list[str]:
    answer = client.get("/v1/items", params={"sort": "mixed", "limit": 50, **fields})
    assert answer.status_code == 200, answer.text
    return [item["item_id"] for item in answer.json()["items"]]


def found(client: TestClient, **fields: Any) -> list[str]:
    answer = client.get("/v1/search", params={"k": 20, **fields})
    assert answer.status_code == 200, answer.text
    return [one["item"]["item_id"] for one in answer.json()["results"]]


def test_a_pin_holds_at_once_in_every_process_and_is_undone(admin: TestClient, other: TestClient) -> None:
    before = browsed(admin)
    pinned = before[20]
    assert browsed(other) == before
    assert put(admin, "first", action="pin", item_ids=[pinned])["version"] == 1
    for client in (admin, other):
        assert browsed(client) == [pinned, *(one for one in before if one != pinned)]
    (entry,) = other.get("/v1/audit").json()["entries"]
    assert (entry["who"], entry["kind"], entry["key"], entry["before"]) == ("operator", "rules", "first", None)
    undone = other.post(f"/v1/audit/{entry['entry_id']}:undo")
    assert undone.status_code == 200 and undone.json()["undoes"] == entry["entry_id"]
    assert browsed(admin) == browsed(other) == before


def test_undo_is_refused_where_there_was_a_later_change(admin: TestClient) -> None:
    put(admin, "one", action="hide", brands=["Nord"])
    first = admin.get("/v1/audit").json()["entries"][0]["entry_id"]
    put(admin, "one", action="bury", brands=["Nord"])
    problem_of(admin.post(f"/v1/audit/{first}:undo"), 409, "changed")
    problem_of(admin.post("/v1/audit/nothing:undo"), 422, "invalid-parameter")


def test_a_change_for_another_version_is_refused(admin: TestClient) -> None:
    put(admin, "one", action="hide", brands=["Nord"])
    rule = {"name": "one", "action": "bury", "brands": ["Nord"]}
    problem_of(admin.put(f"{RULES}/one?version=0", json=rule), 409, "changed")
    problem_of(admin.delete(f"{RULES}/one?version=2"), 409, "changed")
    assert admin.put(f"{RULES}/one?version=1", json=rule).json()["version"] == 2
    assert admin.get(f"{RULES}/one").json()["value"]["action"] == "bury"
    assert admin.delete(f"{RULES}/one?version=2").status_code == 204
    problem_of(admin.get(f"{RULES}/one"), 422, "invalid-parameter")
    problem_of(admin.delete(f"{RULES}/one"), 422, "invalid-parameter")


def test_filters_hold_whatever_is_pinned(admin: TestClient) -> None:
    put(admin, "first", action="pin", item_ids=["item-001"], surfaces=["browse", "words", "item", "photo"])
    assert browsed(admin)[0] == "item-001"  # of the brand Nord, 10 €
    assert "item-001" not in browsed(admin, price_min=50)
    assert browsed(admin, brand="Nord")[0] == "item-001"
    assert found(admin, text="product", brand="Nord")[0] == "item-001"
    assert "item-001" not in found(admin, text="product", price_min=50)
    assert found(admin, like="item-004")[0] == "item-001"
    similar = admin.get("/v1/items/item-004/similar", params={"price_min": 50}).json()["results"]
    assert "item-001" not in [one["item"]["item_id"] for one in similar]
    similar = admin.get("/v1/items/item-001/similar").json()["results"]
    assert "item-001" not in [one["item"]["item_id"] for one in similar]


def test_hide_boost_and_bury(admin: TestClient) -> None:
    put(admin, "hide", action="hide", brands=["nord"])
    put(admin, "pin", action="pin", item_ids=["item-001"])
    put(admin, "boost", action="boost", semantic_categories=["bags"], query="product", strength=3)
    put(admin, "bury", action="bury", categories=["Shoes"], query="product")
    everything = browsed(admin)
    assert all(int(one[-3:]) % 2 == 0 for one in everything if one != "bare")
    kinds = [int(one[-3:]) % 3 for one in found(admin, text="product", k=40) if one != "bare"]
    assert kinds == sorted(kinds, key=[2, 1, 0].index)
    price = [item["item_id"] for item in admin.get("/v1/items", params={"sort": "price", "limit": 50}).json()["items"]]
    assert price[:3] == ["item-000", "item-002", "item-004"]
    assert "item-001" in [one["item_id"] for one in admin.get("/v1/items", params={"limit": 50}).json()["items"]]


def test_pages_join(admin: TestClient) -> None:
    put(admin, "hide", action="hide", semantic_categories=["tops"])
    put(admin, "pin", action="pin", item_ids=["item-030", "item-031"], place=3)
    joined: list[str] = []
    cursor = ""
    while True:
        page = admin.get("/v1/items", params={"sort": "mixed", "limit": 5, **({"cursor": cursor} if cursor else {})})
        joined += [item["item_id"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if not cursor:
            break
    assert joined == browsed(admin) and len(set(joined)) == len(joined)
    assert joined[2] == "item-030" and "item-031" not in joined


def test_dates_and_switches(admin: TestClient) -> None:
    before = browsed(admin)
    put(admin, "past", action="hide", brands=["Nord"], to="2020-01-01")
    put(admin, "later", action="hide", brands=["Nord"], **{"from": "2999-01-01"})
    put(admin, "off", action="hide", brands=["Nord"], enabled=False)
    assert browsed(admin) == before


def test_a_bad_rule_names_its_field(admin: TestClient) -> None:
    answer = admin.put(f"{RULES}/bad", json={"name": "x", "action": "pin", "item_ids": ["1"], "place": 99})
    assert "place" in problem_of(answer, 422, "invalid-parameter")["detail"]
    answer = admin.put(f"{RULES}/bad", json={"name": "x", "action": "hide"})
    assert "no condition" in problem_of(answer, 422, "invalid-parameter")["detail"]


def test_preview_changes_nothing_and_says_why(admin: TestClient) -> None:
    before = browsed(admin)
    put(admin, "hide", action="hide", item_ids=[before[0]])
    drafts = {
        "pin": {"name": "pin", "action": "pin", "item_ids": [before[9]]},
        "hide": None,
    }
    said = admin.post(f"{RULES}:preview", json={"rules": drafts, "k": 10}).json()
    assert [item["item_id"] for item in said["before"]] == before[1:11]
    assert [item["item_id"] for item in said["after"]] == [before[9], *before[:9]]
    moved = {one["item_id"]: one for one in said["moved"]}
    assert moved[before[9]] == {
        "item_id": before[9], "before": 9, "after": 1, "rules": ["pin"], "hidden": False,
    }  # fmt: skip
    assert moved[before[10]]["after"] is None and not moved[before[10]]["hidden"]
    assert browsed(admin) == before[1:]
    drafts = {"words": {"name": "w", "action": "hide", "query": "product", "brands": ["Nord"]}}
    said = admin.post(f"{RULES}:preview", json={"rules": drafts, "text": "product", "k": 10}).json()
    assert any(one["hidden"] and one["rules"] == ["words"] for one in said["moved"])
    said = admin.post(f"{RULES}:preview", json={"rules": drafts, "text": "bag"}).json()
    assert said["moved"] == [] and said["before"] == said["after"]


def test_synonyms_and_redirects(admin: TestClient, other: TestClient) -> None:
    assert other.get("/v1/search", params={"text": "flurbs"}).json()["redirect"] is None
    answer = admin.put("/v1/merchandising/synonyms/flurb", json={"words": ["flurbs", "bags"]})
    assert answer.status_code == 200, answer.text
    codes = [one["code"] for one in other.get("/v1/search", params={"text": "flurbs"}).json()["notices"]]
    assert "no_such_word" not in codes
    assert {int(one[-3:]) % 3 for one in found(other, text="flurbs", k=5)} == {2}
    admin.put("/v1/merchandising/redirects/gifts", json={"query": "Gift card", "to": "/item/item-001"})
    assert other.get("/v1/search", params={"text": "card GIFT"}).json()["redirect"] == "/item/item-001"
    assert other.get("/v1/search", params={"text": "gift"}).json()["redirect"] is None
    bad = admin.put("/v1/merchandising/redirects/bad", json={"query": "a", "to": "//evil.example"})
    assert "to" in problem_of(bad, 422, "invalid-parameter")["detail"]
    assert [one["key"] for one in admin.get("/v1/merchandising/redirects").json()["records"]] == ["gifts"]
    assert admin.delete("/v1/merchandising/redirects/gifts").status_code == 204
    assert other.get("/v1/search", params={"text": "gift card"}).json()["redirect"] is None
    assert admin.delete("/v1/merchandising/synonyms/flurb").status_code == 204


def test_arranged_looks_are_looks(admin: TestClient) -> None:
    def shown() -> dict[str, list[str]]:
        looks = admin.get("/v1/looks", params={"source": "editorial"}).json()["looks"]
        return {look["look_id"]: [item["item_id"] for item in look["items"]] for look in looks}

    admin.post("/v1/looks", json={"look_id": "other", "item_ids": ["item-001", "item-002"]})
    look = {"title": "Autumn", "item_ids": ["item-001", "item-002", "item-003"]}
    assert admin.put("/v1/merchandising/looks/autumn", json=look).status_code == 200
    look["item_ids"] = ["item-003", "item-001"]
    assert admin.put("/v1/merchandising/looks/autumn", json=look).status_code == 200
    assert shown() == {"arranged-autumn": ["item-003", "item-001"], "other": ["item-001", "item-002"]}
    newest = admin.get("/v1/audit").json()["entries"][0]
    assert admin.post(f"/v1/audit/{newest['entry_id']}:undo").status_code == 200
    assert shown()["arranged-autumn"] == ["item-001", "item-002", "item-003"]
    assert admin.delete("/v1/merchandising/looks/autumn").status_code == 204
    assert list(shown()) == ["other"]
    unknown = admin.put("/v1/merchandising/looks/x", json={"title": "x", "item_ids": ["item-001", "nothing"]})
    problem_of(unknown, 404, "unknown-item")


def test_a_margin_orders_and_is_in_no_public_answer(admin: TestClient) -> None:
    for number in range(10):
        path = f"/v1/merchandising/margins/item-{number:03}"
        assert admin.patch(path, json={"margin": 61.75 if number == 6 else 10}).status_code == 204
    put(admin, "rich", action="boost", margin_min=50)
    assert browsed(admin)[0] == "item-006"
    reader = TestClient(admin.app)
    for path in ("/v1/items/item-006", "/v1/items?sort=mixed", "/v1/search?text=product&debug=true", "/item/item-006"):
        text = reader.get(path).text
        assert "61.75" not in text and "margin" not in text
    assert reader.get("/v1/merchandising/margins/item-006").status_code == 401
    assert admin.get("/v1/merchandising/margins/item-006").json()["value"] == {"margin": 61.75}
    admin.patch("/v1/merchandising/margins/item-006", json={"margin": None})
    assert browsed(admin)[0] != "item-006"


def test_a_writer_is_no_merchandiser(writer: TestClient) -> None:
    for method, path in (("GET", RULES), ("PUT", f"{RULES}/x"), ("GET", "/v1/audit")):
        problem_of(writer.request(method, path), 403, "insufficient-scope")
