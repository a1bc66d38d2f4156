"""Results of a person who liked and hid items: over HTTP, with her consent and without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.consent_cookie import CLIENT_COOKIE
from deepstyle.people.associations.baskets import read_baskets
from deepstyle.people.consent import client_id_of
from deepstyle.people.events.roll import roll
from tests.api.members import World
from tests.api.members import world as open_world
from tests.people.accounts.mailbox import Mailbox

NORD = [f"item-{number:03}" for number in (1, 3, 5)]
MIXED = "/v1/items?sort=mixed&limit=60"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, mailbox: Mailbox) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("personal"), tiny_model, mailbox, events=True) as opened:
        yield opened


def consent(browser: TestClient, *, personalise: bool) -> None:
    answer = browser.put("/v1/consent", json={"measure": True, "personalise": personalise})
    assert answer.status_code == 200, answer.text


def ids(answer: Any) -> list[str]:
    body = answer.json()
    return (
        [one["item_id"] for one in body["items"]]
        if "items" in body
        else [r["item"]["item_id"] for r in body["results"]]
    )


def test_likes_change_the_start_page_with_reasons_until_switched_off(world: World) -> None:
    plain = world.browser().get(MIXED).json()
    browser = world.person("likes@example.com")
    consent(browser, personalise=True)
    for item_id in NORD:
        assert browser.put(f"/v1/me/wishlist/{item_id}").status_code == 204

    answer = browser.get(MIXED)
    own = answer.json()

    assert answer.headers["cache-control"] == "private, no-store"  # no cache gives it to somebody else
    assert "cache-control" not in world.browser().get(MIXED).headers
    assert plain["why"] == {}
    assert [one["item_id"] for one in own["items"]] != [one["item_id"] for one in plain["items"]]
    reasons = [why for whys in own["why"].values() for why in whys]
    assert reasons
    assert all(why["code"] == "like-your-clicks" and set(why["item_ids"]) <= set(NORD) for why in reasons)
    search = browser.get("/v1/search?text=product&k=40").json()
    assert any(result["why"] for result in search["results"])
    assert browser.put("/v1/me/personal", json={"is_on": False}).status_code in (200, 204)
    assert ids(browser.get(MIXED)) == [one["item_id"] for one in plain["items"]]
    assert browser.get(MIXED).json()["why"] == {}


def test_what_is_hidden_leaves_at_once_even_where_nothing_else_is_personal(world: World) -> None:
    browser = world.person("hides@example.com")
    consent(browser, personalise=False)
    assert "item-007" in ids(browser.get(MIXED))

    assert browser.put("/v1/me/hidden/item-007").status_code == 204

    assert "item-007" not in ids(browser.get(MIXED))
    assert "item-007" not in ids(browser.get("/v1/items/item-001/similar?k=39"))
    assert "item-007" not in ids(browser.get("/v1/search?text=product&k=40"))
    assert "item-007" in ids(world.browser().get(MIXED))  # of another person's results nothing changes
    assert browser.delete("/v1/me/hidden/item-007").status_code == 204
    assert "item-007" in ids(browser.get(MIXED))


def test_an_anonymous_shopper_who_agreed_has_personal_results_and_loses_them_with_consent(world: World) -> None:
    browser = world.browser()
    plain = ids(browser.get(MIXED))
    consent(browser, personalise=True)
    for item_id in NORD:
        assert browser.put(f"/v1/me/history/{item_id}").status_code == 204
    assert ids(browser.get(MIXED)) != plain

    assert ids(browser.get(MIXED, headers={"Sec-GPC": "1"})) == plain
    consent(browser, personalise=False)
    assert ids(browser.get(MIXED)) == plain


def test_a_saved_look_is_measured_of_who_agreed_and_of_nobody_else(world: World) -> None:
    look = {"name": "Summer", "item_ids": ["item-001", "item-002", "item-001"]}
    agreed, other = world.person("looks@example.com"), world.person("unmeasured@example.com")
    consent(agreed, personalise=False)
    for browser, headers in ((agreed, {}), (other, {}), (agreed, {"Sec-GPC": "1"})):
        assert browser.put("/v1/me/looks/summer", json=look, headers=headers).status_code == 200
    roll(world.settings.events_dir)

    baskets = [one for one in read_baskets(world.settings.events_dir) if "item-001" in one.item_ids]

    assert [sorted(one.item_ids) for one in baskets] == [["item-001", "item-002"]]
    assert baskets[0].client_id == client_id_of(agreed.cookies[CLIENT_COOKIE])
