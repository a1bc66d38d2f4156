"""Which names are answered."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import problem_of


def status(settings: Settings, name: str, **changes: Any) -> int:
    with TestClient(create_app(settings.model_copy(update=changes))) as client:
        return client.get("/healthz", headers={"host": name}).status_code


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("localhost", 200),
        ("LOCALHOST.:8000", 200),
        ("shop.localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("192.168.1.7:8000", 200),
        ("[::1]:8000", 200),
        ("api:8000", 200),
        ("evil.example", 400),
        ("evil.example:8000", 400),
        ("localhost.evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("evil.example@localhost.example", 400),
        ("", 400),
    ],
)
def test_a_server_on_loopback_answers_to_local_names(settings: Settings, host: str, answered: int) -> None:
    assert status(settings, host) == answered


def test_another_name_is_a_problem(client: TestClient) -> None:
    for path in ("/healthz", "/v1/items", "/nowhere", "/search_image"):
        problem_of(client.get(path, headers={"host": "evil.example"}), 400, "unknown-host")


def test_two_hosts_are_none(client: TestClient) -> None:
    answer = client.get("/healthz", headers=[("host", "localhost"), ("host", "localhost")])  # type: ignore[arg-type]
    problem_of(answer, 400, "unknown-host")


def test_a_server_on_the_network_answers_to_every_name_until_some_are_set(settings: Settings) -> None:
    assert status(settings, "shop.example", host="0.0.0.0") == 200
    named = {"host": "0.0.0.0", "allowed_hosts": "shop.example, *.shops.example"}
    assert status(settings, "shop.example", **named) == 200
    assert status(settings, "a.shops.example", **named) == 200
    assert status(settings, "shops.example", **named) == 400
    assert status(settings, "evil.example", **named) == 400


def test_names_of_a_server_on_loopback(settings: Settings) -> None:
    assert status(settings, "shop.example", allowed_hosts="shop.example") == 200
    assert status(settings, "shop.example", allowed_hosts="*") == 200
