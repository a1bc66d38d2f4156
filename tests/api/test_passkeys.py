"""Passkeys, made and used by an authenticator in software."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.sessions import PERSON_COOKIE
from deepstyle.people.accounts.passkeys import MAX_PASSKEYS
from deepstyle.people.accounts.sessions import FRESH_S
from tests.api.conftest import problem_of
from tests.api.members import PASSWORD, URL, World
from tests.people.accounts.authenticator import PRESENT, VERIFIED, Authenticator, encoded

HOST = "shop.example"


def new_options(browser: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = browser.post("/v1/me/passkeys:options", json={"password": PASSWORD}).json()["options"]
    return found


def registered(browser: TestClient, **changes: Any) -> Authenticator:
    one = Authenticator(URL, HOST, **changes)
    answer = browser.post("/v1/me/passkeys", json={"credential": one.create(new_options(browser)), "name": "phone"})
    assert answer.status_code == 201, answer.text
    return one


def options(browser: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = browser.post("/v1/accounts/passkeys:options").json()["options"]
    return found


def sign_in(browser: TestClient, credential: dict[str, Any]) -> int:
    answer = browser.post("/v1/accounts/passkeys:sign-in", json={"credential": credential})
    if answer.status_code != 200:
        problem_of(answer, 401, "wrong-credentials")
    return answer.status_code


def test_a_passkey_from_registration_to_removal(world: World) -> None:
    person = world.person("passkey@example.com")
    asked = new_options(person)
    assert (asked["rp"]["id"], asked["user"]["name"]) == (HOST, "passkey@example.com")
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    one = registered(person)
    mail = world.mails_to("passkey@example.com")[-1]
    assert "A passkey was added" in mail["Subject"] and f"{URL}/account" in mail.get_content()
    assert new_options(person)["excludeCredentials"][0]["id"] == encoded(one.credential_id)
    browser = world.browser()
    challenge = options(browser)
    assert not challenge.get("allowCredentials")
    credential = one.get(challenge)
    assert sign_in(browser, credential) == 200
    assert browser.get("/v1/me").json()["email"] == "passkey@example.com"
    assert sign_in(world.browser(), credential) == 401  # a challenge counts once
    listed = person.get("/v1/me/passkeys").json()["passkeys"]
    assert [entry["name"] for entry in listed] == ["phone"]
    stranger = world.person("no-passkey@example.com")
    path = f"/v1/me/passkeys/{listed[0]['passkey_id']}"
    problem_of(stranger.delete(path), 404, "unknown-passkey")
    assert person.delete(path).status_code == 204
    problem_of(person.delete(path), 404, "unknown-passkey")
    assert sign_in(world.browser(), one.get(options(world.browser()))) == 401


@pytest.mark.parametrize(
    "fault",
    [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}, {"flags": VERIFIED},
     {"count": 14}, {"credential_id": b"x" * 32}, {"_key": Authenticator("", "")._key}],
    ids=["origin", "site", "not verified", "not present", "copied", "unknown", "other key"],
)  # fmt: skip
def test_what_signs_nobody_in(world: World, request: pytest.FixtureRequest, fault: dict[str, Any]) -> None:
    person = world.person(f"fault-{request.node.callspec.id.replace(' ', '-')}@example.com")
    one = registered(person, count=10)
    browser = world.browser()
    assert sign_in(browser, replace(one, count=20).get(options(browser))) == 200
    assert sign_in(world.browser(), replace(one, **{"count": 21, **fault}).get(options(browser))) == 401
    assert sign_in(world.browser(), replace(one, count=30).get({"challenge": encoded(b"c" * 32)})) == 401


@pytest.mark.parametrize("fault", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}])
def test_what_is_not_registered(world: World, request: pytest.FixtureRequest, fault: dict[str, Any]) -> None:
    person = world.person(f"unregistered-{'-'.join(fault)}@example.com")
    made = replace(Authenticator(URL, HOST), **fault).create(new_options(person))
    problem_of(person.post("/v1/me/passkeys", json={"credential": made}), 422, "invalid-parameter")
    assert person.get("/v1/me/passkeys").json() == {"passkeys": []}


def test_options_belong_to_one_person_and_count_once(world: World) -> None:
    ada, eve = world.person("passkey-ada@example.com"), world.person("passkey-eve@example.com")
    asked = new_options(ada)
    made = Authenticator(URL, HOST).create(asked)
    problem_of(eve.post("/v1/me/passkeys", json={"credential": made}), 422, "invalid-parameter")
    problem_of(ada.post("/v1/me/passkeys", json={"credential": made}), 422, "invalid-parameter")
    one = registered(ada)
    again = one.create(new_options(eve))
    problem_of(eve.post("/v1/me/passkeys", json={"credential": again}), 422, "invalid-parameter")


def test_an_older_session_sends_the_password(world: World) -> None:
    person = world.person("old-session@example.com")
    store = world.accounts.people.store
    (session,) = store.owned("sessions", person.get("/v1/me").json()["person_id"])
    with store._transaction():  # type: ignore[attr-defined]
        store._db.execute("UPDATE record SET created_s = created_s - ? WHERE key = ?", (FRESH_S + 1, session.key))  # type: ignore[attr-defined]
    problem_of(person.post("/v1/me/passkeys:options", json={"password": "wrong"}), 403, "not-confirmed")
    assert person.post("/v1/me/passkeys:options", json={"password": PASSWORD}).status_code == 200


def test_a_person_has_a_number_of_passkeys(world: World) -> None:
    person = world.person("many-passkeys@example.com")
    for _ in range(MAX_PASSKEYS):
        registered(person)
    answer = person.post("/v1/me/passkeys:options", json={"password": PASSWORD})
    problem_of(answer, 422, "invalid-parameter")


NONSENSE: list[Any] = [
    {},
    {"id": 3},
    {"id": "a", "response": []},
    {"response": {"clientDataJSON": "!"}},
    {"id": "a", "response": {"clientDataJSON": encoded(b'{"challenge": 3}')}},
]


def test_nonsense(world: World) -> None:
    browser = world.browser()
    assert {sign_in(browser, credential) for credential in NONSENSE} == {401}
    assert PERSON_COOKIE not in browser.cookies
