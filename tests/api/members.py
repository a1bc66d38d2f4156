"""People with accounts at a real application that sends real mail; each has a browser that keeps cookies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.people.accounts import opened, persons
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passwords import Passwords
from deepstyle.people.accounts.roles import Role
from deepstyle.settings import Settings
from tests.conftest import make_shop
from tests.people.accounts.mailbox import Mailbox, token_in

URL = "https://shop.example"
OWN = {"Origin": URL}
PASSWORD = "correct horse battery"
CHEAP = Passwords(passes=1, memory_kib=8)


@dataclass
class World:
    """An application with accounts, and the mails that it sends."""

    app: FastAPI
    settings: Settings
    mailbox: Mailbox

    @property
    def accounts(self) -> Accounts:
        found: Accounts = self.app.state.resources.members.accounts()
        return found

    def browser(self, *, peer: str = "") -> TestClient:
        """A browser without cookies, on this machine or at an address."""
        where = {"client": (peer, 1)} if peer else {}
        return TestClient(self.app, base_url=URL, headers=OWN, raise_server_exceptions=False, **where)  # type: ignore[arg-type]

    def person(self, email: str, role: Role = "shopper", *, password: str = PASSWORD) -> TestClient:
        """The browser of somebody who is signed in, whose account the operator made."""
        made = persons.create(self.accounts.people, email, password_hash=CHEAP.hash(password), role=role)
        assert made, f"{email} has an account"
        browser = self.browser()
        assert sign_in(browser, email, password).status_code == 200
        return browser

    def mails_to(self, email: str) -> list[Any]:
        """The mails that went to an address, once all that waited are sent."""
        self.accounts.outbox.wait()
        return [mail for mail in self.mailbox.mails if mail["To"] == email]

    def token_to(self, email: str) -> str:
        """The one-time token of the last mail to an address."""
        return token_in(self.mails_to(email)[-1])


@contextmanager
def world(folder: Path, model: Path, mailbox: Mailbox, **changes: Any) -> Iterator[World]:
    """An application with a catalogue of its own."""
    shop = make_shop(folder, model)
    settings = Settings(
        store=shop.store_url,
        model=str(model),
        cache_dir=folder / "cache",
        people_store=f"sqlite:///{folder}/people.db",
        people_keys=f"sqlite:///{folder}/keys.db",
        events_dir=folder / "events",
        accounts=True,
        public_url=URL,
        allowed_hosts="shop.example",
        smtp_url=f"smtp://127.0.0.1:{mailbox.port}",
        queue_size=4,
    ).model_copy(update=changes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "COST", CHEAP)
        app = create_app(settings)
        with TestClient(app):
            yield World(app, settings, mailbox)


def sign_in(browser: TestClient, email: str, password: str = PASSWORD) -> httpx2.Response:
    """Sign in, and send the session's proof from then on."""
    answer = browser.post("/v1/accounts/session", json={"email": email, "password": password})
    if answer.status_code == 200:
        browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    return answer


def send(browser: TestClient, method: str, path: str, body: Any) -> httpx2.Response:
    """A request with JSON, which ``TestClient.delete`` does not take."""
    return browser.request(method, path, json=body)
