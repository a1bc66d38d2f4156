"""Signing in by a provider, which is a process of its own."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.sessions import DEPARTURE_COOKIE, PERSON_COOKIE
from deepstyle.people.accounts import persons
from tests.api.conftest import problem_of
from tests.api.members import URL, World
from tests.api.members import world as open_world
from tests.people.accounts.mailbox import Mailbox
from tests.people.accounts.provider import Running, provider

START = "/v1/accounts/oidc/local"


@pytest.fixture(scope="module")
def local() -> Iterator[Running]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, mailbox: Mailbox, local: Running
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("oidc")
    with open_world(folder, tiny_model, mailbox, oidc=local.configured(folder)) as opened:
        yield opened


def depart(browser: TestClient) -> str:
    """Where the provider sends the browser back to, path and query."""
    left = browser.get(START, follow_redirects=False)
    assert left.status_code == 302, left.text
    assert "SameSite=Lax" in left.headers["set-cookie"]
    assert "HttpOnly" in left.headers["set-cookie"]
    came = httpx2.get(left.headers["location"], follow_redirects=False, timeout=60)
    assert came.status_code == 302, came.text
    return str(came.headers["location"]).removeprefix(URL)


def arrive(browser: TestClient, back: str) -> str:
    """Which page the browser is led to."""
    answer = browser.get(back, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix(URL)


def sign_in(browser: TestClient) -> str:
    return arrive(browser, depart(browser))


def test_the_first_time_makes_an_account_and_the_next_finds_it(world: World, local: Running) -> None:
    local.next(sub="1", email="First@example.com", email_verified=True)
    browser = world.browser()
    providers = browser.get("/v1/accounts/session").json()["ways"]["providers"]
    assert providers == [{"provider": "local", "name": "Local"}]
    assert sign_in(browser) == "/account"
    state = browser.get("/v1/me").json()
    assert (state["email"], state["has_password"]) == ("first@example.com", False)
    assert DEPARTURE_COOKIE not in browser.cookies
    local.next(sub="1", email="changed-there@example.com", email_verified=False)
    again = world.browser()
    assert sign_in(again) == "/account"
    assert again.get("/v1/me").json()["person_id"] == state["person_id"]
    assert again.cookies[PERSON_COOKIE] != browser.cookies[PERSON_COOKIE]


def test_an_account_is_linked_by_a_confirmed_address_only(world: World, local: Running) -> None:
    person_id = world.person("linked@example.com").get("/v1/me").json()["person_id"]
    for claims in ({"email_verified": False}, {}, {"email_verified": "true"}):
        local.next(sub="2", email="linked@example.com", **claims)
        browser = world.browser()
        assert sign_in(browser) == "/account/sign-in#problem=provider-failed"
        assert PERSON_COOKIE not in browser.cookies
    local.next(sub="2", email="linked@example.com", email_verified=True)
    browser = world.browser()
    assert sign_in(browser) == "/account"
    assert browser.get("/v1/me").json()["person_id"] == person_id
    persons.change(world.accounts.people, person_id, is_active=False)
    assert sign_in(world.browser()) == "/account/sign-in#problem=provider-failed"


@pytest.mark.parametrize(
    "fault",
    ["expired", "other audience", "other issuer", "other nonce", "no nonce", "other party", "unsigned",
     "shared secret", "stranger's key", "other issuer in the answer", "other state", "refused"],
)  # fmt: skip
def test_an_answer_that_does_not_hold_signs_nobody_in(world: World, local: Running, fault: str) -> None:
    local.next(sub="3", email="third@example.com", email_verified=True, fault=fault)
    browser = world.browser()
    assert sign_in(browser) == "/account/sign-in#problem=provider-failed"
    assert PERSON_COOKIE not in browser.cookies
    assert persons.by_email(world.accounts.people, "third@example.com") is None


def test_an_answer_counts_once_and_in_the_browser_that_left(world: World, local: Running) -> None:
    local.next(sub="4", email="fourth@example.com", email_verified=True)
    browser, other = world.browser(), world.browser()
    back = depart(browser)
    depart(other)
    assert arrive(other, back) == "/account/sign-in#problem=provider-failed"  # an attacker's answer, in her browser
    assert arrive(world.browser(), back) == "/account/sign-in#problem=provider-failed"
    assert arrive(browser, back) == "/account"
    token = browser.cookies[PERSON_COOKIE]
    assert arrive(browser, back) == "/account/sign-in#problem=provider-failed"
    assert browser.cookies[PERSON_COOKIE] == token


def test_a_new_key_of_the_provider_is_fetched(world: World, local: Running) -> None:
    client = world.accounts.providers["local"]
    local.next(sub="5", email="fifth@example.com", email_verified=True)
    assert sign_in(world.browser()) == "/account"
    local.next(sub="5", email="fifth@example.com", email_verified=True, fault="new key")
    assert sign_in(world.browser()) == "/account/sign-in#problem=provider-failed"  # keys were fetched just now
    client._keys_at_s = float("-inf")
    assert sign_in(world.browser()) == "/account"


def test_what_is_sent_to_the_provider(world: World) -> None:
    url = urlsplit(world.browser().get(START, follow_redirects=False).headers["location"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert asked["redirect_uri"] == f"{URL}{START}/callback"
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid email", "S256")
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_an_unknown_provider(world: World) -> None:
    problem_of(world.browser().get("/v1/accounts/oidc/nobody"), 404, "unknown-provider")
    problem_of(world.browser().get("/v1/accounts/oidc/nobody/callback"), 404, "unknown-provider")
    problem_of(world.browser().get("/v1/accounts/oidc/No.body"), 422, "invalid-parameter")
