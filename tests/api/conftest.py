"""A client that speaks to a real app over a real store."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.search import learned, meaning, text_style
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.store.keys import Scope, create_key
from tests.api.members import World
from tests.api.members import world as open_world
from tests.conftest import Shop
from tests.people.accounts.mailbox import Mailbox, mail_server

SIZES = ("S", "XL", "M", "L")


@pytest.fixture(autouse=True)
def whole_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first search by words waits for what it compares; on a loaded machine it would answer without."""
    for module in (learned, meaning, text_style):
        monkeypatch.setattr(module, "FIRST_WAIT_S", 60.0)


@pytest.fixture
def settings(shop: Shop, tmp_path: Path) -> Settings:
    return Settings(
        store=shop.store_url,
        model=str(shop.model),
        cache_dir=tmp_path / "cache",
        queue_size=4,
        people_store=f"sqlite:///{tmp_path}/people.db",
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as opened:
        yield opened


@pytest.fixture
def measured(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a server that stores events."""
    return settings.model_copy(
        update={
            "events": True,
            "events_dir": tmp_path / "events",
            "people_store": f"sqlite:///{tmp_path}/people.db",
        }
    )


@pytest.fixture
def browser(measured: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(measured)) as opened:
        yield opened


def ten_products(store_url: str) -> None:
    """Make the shop's items 0 to 39 ten products of four variants each; ``bare`` is alone, without a picture."""
    with open_store(store_url) as store:
        changed = [
            replace(
                Shop.item(number),
                model_id=f"P{number // 4}",
                size=SIZES[number % 4],
                colour="Red" if number % 4 < 2 else "blue",
                availability="0" if number % 4 == 0 else "InStock",
                currency="JPY" if number == 39 else "EUR",
            )
            for number in range(40)
        ]
        store.put([Entry(item) for item in changed])


def bearer(settings: Settings, scope: Scope = "write", name: str = "shop-system") -> dict[str, str]:
    """The header of a new key."""
    with open_store(settings.store) as store:
        return {"Authorization": f"Bearer {create_key(store, name, scope)[1]}"}


@pytest.fixture
def writer(settings: Settings) -> Iterator[TestClient]:
    """A client that sends a key of the scope `write` with every request."""
    headers = bearer(settings)
    with TestClient(create_app(settings), headers=headers) as opened:
        yield opened


@pytest.fixture
def admin(settings: Settings) -> Iterator[TestClient]:
    """A client that sends a key of the scope `admin` with every request."""
    headers = bearer(settings, "admin", "operator")
    with TestClient(create_app(settings), headers=headers) as opened:
        yield opened


def problem_of(answer: httpx2.Response, status: int, code: str, *, root_path: str = "") -> dict[str, Any]:
    """The problem document of an answer, once it is checked to be a whole and honest one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.content)
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert problem["type"] == f"{root_path}/problems/{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["remedy"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    return problem


def pages(client: TestClient, first: dict[str, Any], count: int) -> list[str]:
    """The ids of a search's first ``count`` pages, each further one by its cursor alone."""
    found, answer = list[str](), first
    for _ in range(count):
        found += [one["item"]["item_id"] for one in answer["results"]]
        if not answer["next_cursor"]:
            break
        answer = client.post("/v1/search", json={"cursor": answer["next_cursor"]}).json()
    return found


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mails:
        yield mails


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, mailbox: Mailbox) -> Iterator[World]:
    """An application with accounts for the tests of one file, which take different addresses."""
    with open_world(tmp_path_factory.mktemp("world"), tiny_model, mailbox) as opened:
        yield opened
