"""Passkeys in a real browser, by Chromium's virtual authenticator, against a real server."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from deepstyle.api.app import create_app
from deepstyle.people.accounts import persons
from deepstyle.settings import Settings
from tests.people.accounts.conftest import CHEAP
from tests.web.conftest import START_S

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CALL = """
async ([method, path, body, csrf]) => {
  const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
  const answer = await fetch(path, {method, headers, body: body === null ? undefined : JSON.stringify(body)});
  return answer.status === 204 ? null : await answer.json();
}
"""
CREATE = """
async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({publicKey})).toJSON();
}
"""
GET = """
async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({publicKey})).toJSON();
}
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a server with one account; without a catalogue, which passkeys do not need."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://localhost:{listening.getsockname()[1]}"
        settings = Settings(
            store=f"sqlite:///{tmp_path}/shop.db",
            model=str(tmp_path / "none"),
            cache_dir=tmp_path / "cache",
            people_store=f"sqlite:///{tmp_path}/people.db",
            people_keys=f"sqlite:///{tmp_path}/keys.db",
            accounts=True,
            public_url=address,
        )
        app = create_app(settings)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", proxy_headers=False))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                thread.join(0.05)
            people = app.state.resources.members.accounts().people
            assert persons.create(people, EMAIL, password_hash=CHEAP.hash(PASSWORD))
            yield address
        finally:
            server.should_exit = True
            thread.join(START_S)


@pytest.fixture
def page(browser: "Browser", site: str) -> Iterator["Page"]:
    """A page of the site, whose browser has an authenticator built in."""
    context = browser.new_context(bypass_csp=True)  # the page of an API answer may send nothing by itself
    opened = context.new_page()
    session = context.new_cdp_session(opened)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
    opened.goto(f"{site}/healthz")
    yield opened
    context.close()


def call(page: "Page", method: str, path: str, body: Any = None, csrf: str = "") -> Any:
    return page.evaluate(CALL, [method, path, body, csrf])


def test_a_passkey_is_made_and_signs_in(page: "Page") -> None:
    csrf = call(page, "POST", "/v1/accounts/session", {"email": EMAIL, "password": PASSWORD})["csrf_token"]
    options = call(page, "POST", "/v1/me/passkeys:options", {"password": PASSWORD}, csrf)["options"]
    credential = page.evaluate(CREATE, options)
    made = call(page, "POST", "/v1/me/passkeys", {"credential": credential, "name": "laptop"}, csrf)
    assert made["name"] == "laptop"
    assert call(page, "DELETE", "/v1/accounts/session", None, csrf) is None
    assert call(page, "GET", "/v1/accounts/session")["state"] == "signed-out"
    options = call(page, "POST", "/v1/accounts/passkeys:options")["options"]
    state = call(page, "POST", "/v1/accounts/passkeys:sign-in", {"credential": page.evaluate(GET, options)})
    assert (state["state"], state["email"]) == ("signed-in", EMAIL)
    assert call(page, "GET", "/v1/accounts/session")["email"] == EMAIL
