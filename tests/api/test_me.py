"""What a person changes of her account, her devices, her data, and its deletion."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.consent_cookie import CLIENT_COOKIE
from deepstyle.api.sessions import PERSON_COOKIE
from deepstyle.people.accounts import sessions
from deepstyle.people.consent import client_id_of, client_ids_of, shopper_of
from tests.api.conftest import problem_of
from tests.api.members import PASSWORD, World, send, sign_in

NEW = "another good password"


def devices(browser: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/v1/me/sessions").json()["sessions"]
    return found


def test_a_new_password_asks_for_the_old_one_and_ends_other_sessions(world: World) -> None:
    email = "changes@example.com"
    browser, other = world.person(email), world.browser()
    sign_in(other, email)
    before = browser.cookies[PERSON_COOKIE]
    wrong = {"password": "wrong password", "new_password": NEW}
    problem_of(browser.put("/v1/me/password", json=wrong), 403, "not-confirmed")
    weak = {"password": PASSWORD, "new_password": "changes@ab"}
    problem_of(browser.put("/v1/me/password", json=weak), 422, "invalid-parameter")
    assert other.get("/v1/me").status_code == 200
    answer = browser.put("/v1/me/password", json={"password": PASSWORD, "new_password": NEW})
    assert answer.json()["email"] == email
    assert browser.cookies[PERSON_COOKIE] != before
    assert browser.get("/v1/me").status_code == 200
    for token in (before, other.cookies[PERSON_COOKIE]):
        stolen = world.browser()
        stolen.cookies.set(PERSON_COOKIE, token)
        problem_of(stolen.get("/v1/me"), 401, "invalid-session")
    problem_of(sign_in(other, email), 401, "wrong-credentials")
    assert sign_in(other, email, NEW).status_code == 200
    assert "was changed" in world.mails_to(email)[-1]["Subject"]


def test_a_new_address_counts_once_it_is_confirmed(world: World) -> None:
    old, new = "old@example.com", "new@example.com"
    browser, other = world.person(old), world.browser()
    sign_in(other, old)
    problem_of(browser.put("/v1/me/email", json={"email": new, "password": "wrong"}), 403, "not-confirmed")
    assert browser.put("/v1/me/email", json={"email": new, "password": PASSWORD}).status_code == 202
    token = world.token_to(new)
    assert browser.get("/v1/me").json()["email"] == old
    assert browser.post("/v1/accounts:confirm", json={"token": token}).status_code == 204
    assert browser.get("/v1/me").json()["email"] == new
    problem_of(other.get("/v1/me"), 401, "invalid-session")
    problem_of(sign_in(other, old), 401, "wrong-credentials")
    assert sign_in(other, new).status_code == 200
    assert "address was changed" in world.mails_to(old)[-1]["Subject"]


def test_an_address_that_somebody_has_gets_no_mail(world: World) -> None:
    browser, _ = world.person("taker@example.com"), world.person("taken@example.com")
    assert browser.put("/v1/me/email", json={"email": "taken@example.com", "password": PASSWORD}).status_code == 202
    assert world.mails_to("taken@example.com") == []


def test_sessions_are_listed_and_ended(world: World) -> None:
    email = "devices@example.com"
    browser, phone = world.person(email), world.browser()
    phone.headers["User-Agent"] = (
        "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36"
    )
    sign_in(phone, email)
    listed = devices(browser)
    assert [one["device"] for one in listed if not one["is_this"]] == ["Chrome, Android"]
    assert sum(one["is_this"] for one in listed) == 1
    session_id = next(one["session_id"] for one in listed if not one["is_this"])
    assert browser.delete(f"/v1/me/sessions/{session_id}").status_code == 204
    problem_of(browser.delete(f"/v1/me/sessions/{session_id}"), 404, "unknown-session")
    problem_of(phone.get("/v1/me"), 401, "invalid-session")
    problem_of(browser.delete("/v1/me/sessions/everything"), 422, "invalid-parameter")


def test_sessions_of_one_person_are_bounded(world: World) -> None:
    email = "many@example.com"
    browsers = [world.person(email)]
    for _ in range(sessions.MAX_SESSIONS):
        browsers.append(world.browser())
        sign_in(browsers[-1], email)
    assert len(devices(browsers[-1])) == sessions.MAX_SESSIONS
    problem_of(browsers[0].get("/v1/me"), 401, "invalid-session")


def test_what_a_browser_collected_becomes_the_persons(world: World) -> None:
    email = "merges@example.com"
    first = world.person(email)
    for item in ("item-001", "item-002"):
        first.put(f"/v1/me/wishlist/{item}")
    browser = world.browser()
    browser.put("/v1/consent", json={"measure": True, "personalise": True})
    for item in ("item-002", "item-003"):
        browser.put(f"/v1/me/wishlist/{item}")
    browser.put("/v1/me/sizes", json={"shoes": "38"})
    client_id = client_id_of(browser.cookies[CLIENT_COOKIE])
    sign_in(browser, email)
    listed = browser.get("/v1/me/wishlist").json()
    assert sorted(one["item_id"] for one in listed["items"]) == ["item-001", "item-002", "item-003"]
    assert first.get("/v1/me/sizes").json() == {"shoes": "38"}
    people = world.accounts.people
    assert people.store.owned("wishlist", client_id) == []
    other = world.person("another@example.com")
    other.cookies.set(CLIENT_COOKIE, browser.cookies[CLIENT_COOKIE], domain="shop.example")
    sign_in(other, "another@example.com")
    assert [record.owner for record in people.store.owned("consents", listed_person(browser))] == [
        listed_person(browser)
    ]


def test_who_signs_in_at_anothers_browser_is_asked_herself(world: World) -> None:
    owner = world.person("owner@example.com")
    owner.put("/v1/consent", json={"measure": True, "personalise": True})
    token = owner.cookies[CLIENT_COOKIE]
    guest = world.person("guest@example.com")
    guest.cookies.set(CLIENT_COOKIE, token, domain="shop.example")
    assert owner.get("/v1/consent").json()["state"] == "given"
    assert guest.get("/v1/consent").json()["state"] == "unasked"
    store = world.accounts.people.store
    assert shopper_of(store, token, person_id=listed_person(owner)).may_measure
    assert not shopper_of(store, token, person_id=listed_person(guest)).may_measure
    guest.put("/v1/consent", json={"measure": False, "personalise": False, "erase": True})
    assert owner.get("/v1/consent").json()["state"] == "given"
    guest.cookies.set(CLIENT_COOKIE, token, domain="shop.example")
    guest.put("/v1/consent", json={"measure": True, "personalise": True})
    assert client_id_of(token) in client_ids_of(store, listed_person(owner))
    (own,) = client_ids_of(store, listed_person(guest))
    assert own != client_id_of(token)


def listed_person(browser: TestClient) -> str:
    return str(browser.get("/v1/me").json()["person_id"])


def test_lists_in_pages(world: World) -> None:
    browser = world.person("lists@example.com")
    wanted = [f"item-{number:03}" for number in range(5)] + ["sold-out"]
    for item in wanted:
        assert browser.put(f"/v1/me/wishlist/{item}").status_code == 204
    found, cursor = list[dict[str, Any]](), ""
    while cursor is not None:
        page = browser.get("/v1/me/wishlist", params={"limit": 4, "cursor": cursor}).json()
        found, cursor = found + page["items"], page["next_cursor"]
    assert [one["item_id"] for one in found] == wanted[::-1]
    assert found[0]["item"] is None
    assert found[1]["item"]["title"] == "Product 4"
    assert page["total"] == 6
    problem_of(browser.get("/v1/me/wishlist", params={"cursor": "nonsense"}), 422, "invalid-parameter")
    assert browser.delete("/v1/me/wishlist/item-002").status_code == 204
    assert browser.get("/v1/me/wishlist").json()["total"] == 5
    assert browser.delete("/v1/me/wishlist").status_code == 204
    assert browser.get("/v1/me/wishlist").json() == {"items": [], "total": 0, "next_cursor": None}


def test_saved_looks_history_sizes_and_hidden_items(world: World) -> None:
    browser = world.person("collects@example.com")
    look = {"name": "Summer", "item_ids": ["item-001", "item-002"]}
    saved = browser.put("/v1/me/looks/summer-1", json=look).json()
    assert browser.get("/v1/me/looks").json()["looks"] == [saved]
    assert (saved["look_id"], saved["name"], saved["item_ids"]) == ("summer-1", "Summer", look["item_ids"])
    for bad in ({"item_ids": []}, {"name": "x" * 81, "item_ids": ["a"]}, {"item_ids": [""]}, {"item_ids": ["a"] * 100}):
        assert browser.put("/v1/me/looks/bad", json=bad).status_code == 422
    for item in ("item-001", "item-002", "item-001"):
        browser.put(f"/v1/me/history/{item}")
    assert [one["item_id"] for one in browser.get("/v1/me/history").json()["items"]] == ["item-001", "item-002"]
    assert browser.put("/v1/me/sizes", json={"shoes": "38", "tops": "M"}).json() == {"shoes": "38", "tops": "M"}
    problem_of(browser.put("/v1/me/sizes", json={"shoes": "3" * 41}), 422, "invalid-parameter")
    assert browser.put("/v1/me/hidden/item-009").status_code == 204
    assert browser.get("/v1/me/hidden").json()["items"][0]["item_id"] == "item-009"
    assert browser.delete("/v1/me/hidden/item-009").status_code == 204
    for path in ("looks", "history", "sizes"):
        assert browser.delete(f"/v1/me/{path}").status_code == 204
    assert browser.get("/v1/me/looks").json()["total"] == browser.get("/v1/me/history").json()["total"] == 0
    assert browser.get("/v1/me/sizes").json() == {}


def test_personal_results_are_switched_off(world: World) -> None:
    browser = world.person("personal@example.com")
    assert browser.get("/v1/me/personal").json() == {"is_on": True}
    assert browser.put("/v1/me/personal", json={"is_on": False}).json() == {"is_on": False}
    assert browser.get("/v1/me/personal").json() == {"is_on": False}


def test_export_and_deletion(world: World) -> None:
    email, marker = "leaves@example.com", "marker-4711"
    browser = world.person(email)
    browser.put("/v1/me/looks/one", json={"name": marker, "item_ids": ["item-001"]})
    world.browser().post("/v1/accounts:reset", json={"email": email})
    world.mails_to(email)
    answer = browser.get("/v1/me/export")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        text = "\n".join(archive.read(name).decode() for name in names)
        manifest = json.loads(archive.read("manifest.json"))
    assert {"people.jsonl", "looks.jsonl", "sessions.jsonl", "manifest.json"} <= names
    assert email in text
    assert marker in text
    assert manifest["person_id"] == browser.get("/v1/me").json()["person_id"]
    assert not re.search(r"argon2|dsp_|dsl_", text)

    problem_of(send(browser, "DELETE", "/v1/me", {"password": "wrong"}), 403, "not-confirmed")
    assert send(browser, "DELETE", "/v1/me", {"password": PASSWORD}).status_code == 204
    assert PERSON_COOKIE not in browser.cookies
    problem_of(browser.get("/v1/me"), 401, "signed-out")
    problem_of(sign_in(browser, email), 401, "wrong-credentials")
    assert world.person(email).get("/v1/me/looks").json()["total"] == 0  # the address is free for a new account


@pytest.mark.parametrize("path", ["/v1/me/password", "/v1/me/email"])
def test_guessing_the_password_of_a_stolen_session_is_limited(world: World, path: str) -> None:
    browser = world.person(f"stolen-at{path.replace('/', '-')}@example.com")
    body = (
        {"password": "wrong", "new_password": NEW}
        if path.endswith("password")
        else {"password": "x", "email": "a@b.de"}
    )
    statuses = {browser.put(path, json=body).status_code for _ in range(12)}
    assert statuses == {403, 429}
