"""Who may send which request: every route with every role, with forged sessions, and with another person's ids."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.authorisation import PAGES, REACHED, ROUTES
from deepstyle.api.consent_cookie import CLIENT_COOKIE
from deepstyle.api.limits import LIMITS
from deepstyle.api.sessions import PERSON_COOKIE, csrf_token
from deepstyle.people.accounts import changes, links, sessions
from deepstyle.people.accounts.roles import ROLES, Role
from deepstyle.people.accounts.tokens import new_token
from deepstyle.people.experiments.desk import start
from deepstyle.people.experiments.stored import declared
from deepstyle.people.merchandising.changes import entries
from deepstyle.people.open import open_people
from deepstyle.store import open_store
from deepstyle.store.keys import create_key
from tests.api.conftest import problem_of
from tests.api.members import World, sign_in

NAMES = {
    "item_id": "item-001", "look_id": "l1", "name": "search", "file": "map.png", "code": "not-found", "page": "x",
    "job_id": "0" * 32, "number": 1, "session_id": "0" * 16, "passkey_id": "0" * 16, "provider": "nobody",
    "key": "k1", "entry_id": "e1", "report": "days",
}  # fmt: skip
REFUSED = {"signed-out", "invalid-session", "insufficient-role", "missing-key", "invalid-key", "admin-disabled",
           "writes-disabled", "insufficient-scope"}  # fmt: skip
SIGNS_OUT = {("DELETE", "/v1/accounts/session"), ("DELETE", "/v1/session")}


def routes() -> Iterator[tuple[str, str, str]]:
    for (method, path), access in ROUTES.items():
        yield method, path.replace(":path}", "}").format(**NAMES), access


def refusal(answer: httpx2.Response) -> str:
    """The code of an answer that does not let in; "" where it does, or says that something else is wrong."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        return "page" if answer.status_code in (401, 403) else ""
    code = answer.json().get("code", "") if kind == "application/problem+json" else ""
    return code if code in REFUSED else ""


@pytest.fixture(scope="module")
def world(world: World) -> World:
    with open_store(world.settings.store) as store:
        create_key(store, "operator", "admin")
    return world


@pytest.mark.parametrize("role", ROLES)
def test_every_route_and_every_role(world: World, role: Role) -> None:
    browser = world.person(f"walks-{role}@example.com", role)
    for method, address, access in routes():
        answer = browser.request(method, address, json={}, follow_redirects=False)
        if (method, address) in SIGNS_OUT:
            sign_in(browser, f"walks-{role}@example.com")
        is_let_in = access in ("open", "read") or access in REACHED[role]
        if address.startswith("/admin"):
            is_let_in = PAGES.get(address, access) in REACHED[role] if address in PAGES else role == "admin"
        assert (refusal(answer) == "") == is_let_in, (method, address, access, answer.text[:300])
        if not is_let_in and not address.startswith("/admin"):
            problem_of(answer, 403, "insufficient-role")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_admin_page_and_every_role(world: World, role: Role, path: str) -> None:
    browser = world.person(f"{role}-at{path.replace('/', '-')}@example.com", role)
    assert (browser.get(path).status_code == 200) == (PAGES[path] in REACHED[role])
    state = browser.get("/v1/session").json()
    assert state["state"] == ("signed-out" if role == "shopper" else "signed-in")
    assert (state["role"], state["accounts"]) == (role, True)  # the page says whose role does not reach
    assert state["account"] and (role != "shopper" or not state["csrf_token"])


def forged(world: World) -> dict[str, str]:
    """Cookies that are no session of anybody who may come in."""
    store = world.accounts.people.store
    shopper = world.person("forged@example.com")
    person_id, good = shopper.get("/v1/me").json()["person_id"], shopper.cookies[PERSON_COOKIE]
    revoked = sessions.begin(store, person_id, "shopper")
    sessions.end(store, revoked)
    ended = sessions.begin(store, person_id, "shopper")
    record = store.get("sessions", sessions.digest_of(ended))
    assert record
    store.put("sessions", record.key, record.fields, owner=person_id, expires_s=1.0)
    changed = good[:-1] + ("0" if good[-1] != "0" else "1")
    link = links.open_link(store, "reset", {"person_id": person_id}, owner=person_id)
    digest = f"dsp_{sessions.digest_of(good)}"
    return {"unknown": new_token("dsp"), "changed": changed, "revoked": revoked, "expired": ended, "a link": link,
            "a digest": digest, "a person": person_id, "upper": good.upper(), "longer": f"{good}0"}  # fmt: skip


def test_every_route_and_every_forged_session(world: World) -> None:
    for kind, token in forged(world).items():
        browser = world.browser()
        browser.cookies.set(PERSON_COOKIE, token)
        browser.headers["X-CSRF-Token"] = csrf_token(token)
        for method, address, access in routes():
            if access in ("open", "read") or address.startswith("/admin"):
                continue
            answer = browser.request(method, address, json={})
            assert refusal(answer), (kind, method, address, answer.text)
        for page in PAGES:
            assert browser.get(page).status_code == 401


def test_forged_sessions_of_one_client_are_limited(world: World) -> None:
    stranger = world.browser(peer="203.0.113.77")
    statuses = []
    for _ in range(int(LIMITS["failed_sessions_per_minute"].value) + 1):
        stranger.cookies.set(PERSON_COOKIE, new_token("dsp"))
        statuses.append(stranger.get("/v1/me").status_code)
    assert statuses == [401] * (len(statuses) - 1) + [429]


def everything_of(browser: TestClient) -> dict[str, Any]:
    paths = ("wishlist", "looks", "history", "sizes", "hidden", "sessions", "passkeys", "personal")
    return {path: json.loads(browser.get(f"/v1/me/{path}").content) for path in paths}


def test_another_persons_ids_lead_nowhere(world: World) -> None:
    ada, eve = world.person("ada-owner@example.com"), world.person("eve@example.com")
    for browser, item in ((ada, "item-001"), (eve, "item-002")):
        for path in ("wishlist", "history", "hidden"):
            assert browser.put(f"/v1/me/{path}/{item}").status_code == 204
        assert browser.put("/v1/me/looks/mine", json={"name": item, "item_ids": [item]}).status_code == 200
        assert browser.put("/v1/me/sizes", json={"shoes": item}).status_code == 200
    world.person("ada-owner-2@example.com")
    before = everything_of(ada)
    session_id = before["sessions"]["sessions"][0]["session_id"]
    problem_of(eve.delete(f"/v1/me/sessions/{session_id}"), 404, "unknown-session")
    for method, path in (
        ("DELETE", "/v1/me/wishlist/item-001"), ("DELETE", "/v1/me/hidden/item-001"), ("DELETE", "/v1/me/looks/mine"),
        ("DELETE", "/v1/me/wishlist"), ("DELETE", "/v1/me/history"), ("DELETE", "/v1/me/sizes"),
    ):  # fmt: skip
        assert eve.request(method, path).status_code == 204
    person_id = ada.get("/v1/me").json()["person_id"]
    for query in (f"?person_id={person_id}", f"?owner={person_id}", f"?cursor=1.{person_id}"):
        assert "item-001" not in eve.get(f"/v1/me/wishlist{query}").text
    answer = eve.get("/v1/me", headers={"X-Person-Id": person_id, "Cookie": f"{PERSON_COOKIE}={person_id}"})
    assert answer.status_code in (200, 401)
    assert person_id not in answer.text
    assert everything_of(ada) == before


def test_a_reset_link_of_another_person_changes_nothing_of_hers(world: World) -> None:
    ada = world.person("ada-links@example.com")
    eve = world.accounts.people.store.find("people", "email_digest", digest(world, "ada-links@example.com"))
    assert len(eve) == 1
    person = changes.persons.by_id(world.accounts.people, eve[0].key)
    assert person
    token = re.search(r"dsl_\w+", changes.reset_link(world.accounts.people, world.accounts.site, person))
    assert token
    for path, body in (
        ("/v1/accounts:confirm", {"token": token[0]}),
        ("/v1/accounts:reset-confirm", {"token": f"{token[0]}0", "password": "another password"}),
        ("/v1/accounts:reset-confirm", {"token": sessions.digest_of(token[0]), "password": "another password"}),
    ):
        problem_of(world.browser().post(path, json=body), 401, "invalid-link")
    assert ada.get("/v1/me").status_code == 200


def digest(world: World, email: str) -> str:
    return world.accounts.people.vault.email_digest(email)


def test_a_pseudonym_has_lists_only_with_consent(world: World) -> None:
    browser = world.browser()
    problem_of(browser.get("/v1/me/wishlist"), 401, "signed-out")
    assert browser.put("/v1/consent", json={"measure": False, "personalise": True}).status_code == 200
    assert browser.put("/v1/me/wishlist/item-003").status_code == 204
    assert [one["item_id"] for one in browser.get("/v1/me/wishlist").json()["items"]] == ["item-003"]
    problem_of(browser.get("/v1/me"), 401, "signed-out")
    problem_of(browser.get("/v1/me/wishlist", headers={"Sec-GPC": "1"}), 401, "signed-out")
    answer = browser.put("/v1/me/wishlist/item-004", headers={"Origin": "https://evil.example"})
    problem_of(answer, 403, "cross-origin")
    other = world.browser()
    for token in ("0" * 64, browser.cookies[CLIENT_COOKIE][:-1] + "x"):
        other.cookies.set(CLIENT_COOKIE, token)
        problem_of(other.get("/v1/me/wishlist"), 401, "signed-out")


def test_a_key_that_is_enough_needs_no_proof_of_an_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepstyle.api.keys.AGE_S", 0.0)  # the keys that the test before has read are too old
    with open_store(world.settings.store) as store:
        good, weak = (create_key(store, scope, scope)[1] for scope in ("write", "read"))  # type: ignore[arg-type]
    browser = world.person("with-a-key@example.com", "admin")
    csrf = browser.headers.pop("X-CSRF-Token")
    path = "/v1/items/nobody"
    problem_of(browser.delete(path), 403, "cross-origin")
    assert browser.delete(path, headers={"Authorization": f"Bearer {good}"}).status_code == 204
    problem_of(browser.delete(path, headers={"Authorization": f"Bearer {weak}"}), 403, "cross-origin")
    for proxys in (f"Bearer {weak}", "Basic YTpi", "Bearer nonsense"):
        headers = {"Authorization": proxys, "X-CSRF-Token": csrf}
        assert browser.delete(path, headers=headers).status_code == 204
    shopper = world.person("shopper-with-a-key@example.com")
    assert shopper.delete(path, headers={"Authorization": f"Bearer {good}"}).status_code == 204
    problem_of(shopper.delete(path, headers={"Authorization": "Bearer nonsense"}), 401, "invalid-key")


def test_a_merchandiser_ends_no_experiment_by_undoing_its_start(world: World) -> None:
    with open_people(world.settings.people_store) as people:
        start(people, "jo", declared("undone", "plain", "personal"))
        entry_id = entries(people)[0].entry_id
    merchandiser = world.person("undoes@example.com", "merchandiser")
    problem_of(merchandiser.post(f"/v1/audit/{entry_id}:undo"), 403, "insufficient-role")
    admin = world.person("ends@example.com", "admin")
    assert admin.post(f"/v1/audit/{entry_id}:undo").json()["who"].startswith("person ")
