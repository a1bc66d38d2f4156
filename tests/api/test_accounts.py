"""Signing up, signing in and out, and choosing a new password."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.sessions import PERSON_COOKIE
from deepstyle.errors import UsageError
from deepstyle.people.accounts import persons, sessions
from deepstyle.people.accounts.throttle import RATES
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.api.members import PASSWORD, World, sign_in
from tests.api.members import world as open_world
from tests.people.accounts.mailbox import Mailbox


def sign_up(browser: TestClient, email: str, password: str = PASSWORD, language: str = "en") -> int:
    body = {"email": email, "password": password, "language": language}
    return browser.post("/v1/accounts", json=body).status_code


def test_from_sign_up_to_sign_out(world: World) -> None:
    browser = world.browser()
    assert browser.get("/v1/accounts/session").json()["state"] == "signed-out"
    assert sign_up(browser, " Ada@Example.com ", language="de") == 202
    problem_of(sign_in(browser, "ada@example.com"), 401, "wrong-credentials")  # an address counts once it is confirmed
    mail = world.mails_to("ada@example.com")[0]
    assert mail["Subject"] == "shop.example: Bestätigen Sie Ihre E-Mail-Adresse"
    assert mail["From"] == "no-reply@shop.example"
    assert "https://shop.example/account/confirm#token=dsl_" in mail.get_content()
    token = world.token_to("ada@example.com")
    chosen = {"token": token, "password": PASSWORD}
    assert browser.post("/v1/accounts:confirm", json=chosen).status_code == 204
    problem_of(browser.post("/v1/accounts:confirm", json=chosen), 401, "invalid-link")

    answer = sign_in(browser, "ADA@example.com")
    given = answer.headers["set-cookie"]
    assert re.fullmatch(
        rf"{PERSON_COOKIE}=dsp_[0-9a-f]{{64}}; Max-Age=7776000; Path=/; HttpOnly; SameSite=Lax; Secure", given
    )
    assert answer.headers["cache-control"] == "no-store"
    state = answer.json()
    assert (state["state"], state["email"], state["role"], state["language"], state["has_password"]) == (
        "signed-in", "ada@example.com", "shopper", "de", True,
    )  # fmt: skip
    assert browser.get("/v1/accounts/session").json() == browser.get("/v1/me").json() == state

    stolen = world.browser()
    stolen.cookies.set(PERSON_COOKIE, browser.cookies[PERSON_COOKIE])
    assert stolen.get("/v1/me").status_code == 200
    assert browser.delete("/v1/accounts/session").status_code == 204
    assert PERSON_COOKIE not in browser.cookies
    problem_of(stolen.get("/v1/me"), 401, "invalid-session")
    problem_of(browser.get("/v1/me"), 401, "signed-out")


def test_who_exists_is_not_said(world: World) -> None:
    world.person("known@example.com")
    browser = world.browser()
    answers: dict[str, list[Any]] = {"known@example.com": [], "unknown@example.com": []}
    for email, said in answers.items():
        for path, body in (
            ("/v1/accounts/session", {"password": "wrong password"}),
            ("/v1/accounts", {"password": PASSWORD}),
            ("/v1/accounts:reset", {}),
        ):
            answer = browser.post(path, json={"email": email, **body})
            content = answer.json() | {"request_id": ""} if answer.content else None
            said.append((answer.status_code, content, sorted(answer.headers)))
    assert answers["known@example.com"] == answers["unknown@example.com"]
    subjects = [mail["Subject"] for mail in world.mails_to("known@example.com")]
    assert subjects == ["shop.example: You already have an account", "shop.example: Choose a new password"]
    assert [mail["Subject"] for mail in world.mails_to("unknown@example.com")] == [
        "shop.example: Confirm your e-mail address"
    ]


def test_an_address_is_confirmed_by_one_account_only(world: World) -> None:
    browser, email = world.browser(), "twice@example.com"
    for password in ("first password", "second password"):
        sign_up(browser, email, password)
    first, second = [re.search(r"dsl_\w+", mail.get_content()) for mail in world.mails_to(email)]
    assert first
    assert second
    for password in ("", "second password"):  # who opens the mail is not who chose this one
        answer = browser.post("/v1/accounts:confirm", json={"token": first[0], "password": password})
        problem_of(answer, 403, "wrong-password")
    chosen = {"token": second[0], "password": "second password"}
    assert browser.post("/v1/accounts:confirm", json=chosen).status_code == 204
    late = {"token": first[0], "password": "first password"}
    problem_of(browser.post("/v1/accounts:confirm", json=late), 401, "invalid-link")
    problem_of(sign_in(browser, email, "first password"), 401, "wrong-credentials")
    assert sign_in(browser, email, "second password").status_code == 200


def test_a_reset_ends_every_session_and_the_other_links(world: World) -> None:
    email = "forgot@example.com"
    signed_in, browser = world.person(email), world.browser()
    for _ in range(2):
        assert browser.post("/v1/accounts:reset", json={"email": email}).status_code == 202
    tokens = [re.search(r"dsl_\w+", mail.get_content()) for mail in world.mails_to(email)]
    first, second = [found[0] for found in tokens if found]
    weak = browser.post("/v1/accounts:reset-confirm", json={"token": second, "password": "short"})
    problem_of(weak, 422, "invalid-parameter")
    body = {"token": second, "password": "another good password"}
    assert browser.post("/v1/accounts:reset-confirm", json=body).status_code == 204
    for token in (first, second):
        answer = browser.post("/v1/accounts:reset-confirm", json={"token": token, "password": PASSWORD})
        problem_of(answer, 401, "invalid-link")
    problem_of(signed_in.get("/v1/me"), 401, "invalid-session")
    problem_of(sign_in(browser, email), 401, "wrong-credentials")
    assert sign_in(browser, email, "another good password").status_code == 200
    assert world.mails_to(email)[-1]["Subject"] == "shop.example: Your password was changed"


def test_a_session_begins_anew_with_every_sign_in(world: World) -> None:
    """A session that somebody planted is not taken over, and that of before ends."""
    email, browser = "fixed@example.com", world.browser()
    before = world.person(email).cookies[PERSON_COOKIE]
    planted = "dsp_" + "0" * 64
    browser.cookies.set(PERSON_COOKIE, planted, domain="shop.example")
    given = sign_in(browser, email).headers["set-cookie"]
    assert planted not in given
    other = world.browser()
    for token, is_good in ((planted, False), (before, True)):
        other.cookies.set(PERSON_COOKIE, token)
        assert (other.get("/v1/me").status_code == 200) == is_good
    again = world.browser()
    again.cookies.set(PERSON_COOKIE, before, domain="shop.example")
    sign_in(again, email)
    problem_of(other.get("/v1/me"), 401, "invalid-session")


@pytest.mark.parametrize("name", ["idle", "at the latest"])
def test_a_session_ends_by_itself(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    browser = world.person(f"{name.replace(' ', '-')}@example.com")
    now_s = time.time()
    step_s = sessions.IDLE_S + 1 if name == "idle" else sessions.IDLE_S - 1
    monkeypatch.setattr(time, "time", lambda: now_s)
    steps = 0
    while browser.get("/v1/me").status_code == 200:
        now_s += step_s
        steps += 1
    assert steps == (1 if name == "idle" else 1 + sessions.LIFE_S // step_s)


def test_a_disabled_account_is_out_at_once(world: World) -> None:
    browser = world.person("disabled@example.com")
    person_id = browser.get("/v1/me").json()["person_id"]
    persons.change(world.accounts.people, person_id, is_active=False)
    problem_of(browser.get("/v1/me"), 401, "invalid-session")
    problem_of(sign_in(world.browser(), "disabled@example.com"), 401, "wrong-credentials")


def test_attempts_are_counted_by_address_and_by_network_on_all_servers(world: World) -> None:
    email, most = "guessed@example.com", RATES["login-email"].most
    world.person(email)
    for number in range(most):
        stranger = world.browser(peer=f"203.0.113.{number}")
        problem_of(sign_in(stranger, email, "wrong password"), 401, "wrong-credentials")
    answer = sign_in(world.browser(peer="203.0.113.200"), email)
    problem_of(answer, 429, "rate-limited")
    assert 0 < int(answer.headers["retry-after"]) <= RATES["login-email"].window_s
    stranger = world.browser(peer="198.51.100.7")
    statuses = [
        sign_in(stranger, f"nobody-{number}@example.com").status_code for number in range(RATES["login-network"].most)
    ]
    assert set(statuses) == {401}
    problem_of(sign_in(stranger, "somebody@example.com"), 429, "rate-limited")
    stored = str([record.fields for record in world.accounts.people.store.scan("throttle")])
    assert not [secret for secret in ("203.0.113", "198.51", email) if secret in stored]


def test_mails_are_counted(world: World) -> None:
    browser = world.browser()
    for _ in range(RATES["mail-email"].most):
        assert browser.post("/v1/accounts:reset", json={"email": "flooded@example.com"}).status_code == 202
    answer = browser.post("/v1/accounts", json={"email": "flooded@example.com", "password": PASSWORD})
    problem_of(answer, 429, "rate-limited")


def test_another_site_cannot_act_for_somebody(world: World) -> None:
    browser = world.person("csrf@example.com")
    csrf = browser.headers["X-CSRF-Token"]
    session = {"email": "csrf@example.com", "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        for path in ("/v1/accounts", "/v1/accounts/session", "/v1/accounts:reset", "/v1/accounts/passkeys:options"):
            problem_of(browser.post(path, json=session, headers=headers), 403, "cross-origin")
        problem_of(browser.put("/v1/me/wishlist/item-001", headers=headers), 403, "cross-origin")
    for wrong in ("", csrf[:-1], "0" * 64):
        answer = browser.put("/v1/me/wishlist/item-001", headers={"X-CSRF-Token": wrong})
        problem_of(answer, 403, "cross-origin")
    assert browser.put("/v1/me/wishlist/item-001").status_code == 204


@pytest.mark.parametrize(
    "body",
    [{}, [], {"email": "a@example.com"}, {"email": 3, "password": PASSWORD}, {"email": "x" * 255, "password": "a"},
     {"email": "a@example.com", "password": "a" * 513}, {"email": "a@example.com", "password": "a", "role": "admin"}],
)  # fmt: skip
def test_what_signs_up_or_in(world: World, body: Any) -> None:
    for path in ("/v1/accounts", "/v1/accounts/session"):
        assert world.browser().post(path, json=body).status_code in (400, 422)


def test_without_accounts_there_are_none(client: TestClient) -> None:
    assert client.get("/v1/accounts/session").json()["state"] == "off"
    problem_of(client.get("/v1/me"), 404, "accounts-off")
    problem_of(client.post("/v1/accounts", json={}, headers={"Origin": "http://testserver"}), 404, "accounts-off")


def test_without_a_public_url_the_server_does_not_start(settings: Settings) -> None:
    with pytest.raises(UsageError, match="where people reach the website") as raised:
        create_app(settings.model_copy(update={"accounts": True}))
    assert "DEEPSTYLE_PUBLIC_URL" in raised.value.remedy


def test_without_a_mail_server(tmp_path: Path, tiny_model: Path, mailbox: Mailbox) -> None:
    with open_world(tmp_path, tiny_model, mailbox, smtp_url="") as without:
        browser = without.browser()
        assert browser.get("/v1/accounts/session").json()["ways"]["sign_up"] is False
        problem_of(browser.post("/v1/accounts", json={}), 403, "mail-off")
        problem_of(browser.post("/v1/accounts:reset", json={}), 403, "mail-off")
        assert without.person("made@example.com").get("/v1/me").status_code == 200
