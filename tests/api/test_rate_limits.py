"""How often a client may ask."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.clients import Client, Rates, Windows, client_at
from deepstyle.api.problems import ProblemError
from deepstyle.errors import UsageError
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.conftest import Shop

SOMEBODY = Client("203.0.113.9", is_local=False)
JPEG = Shop.picture(3)


def refused(rates: Rates, client: Client, requests: int) -> int:
    count = 0
    for _ in range(requests):
        try:
            rates.check(client)
        except ProblemError:
            count += 1
    return count


def test_a_client_beyond_its_rate_is_asked_to_wait() -> None:
    rates = Rates("rate_limit", "3/minute", 1)
    assert refused(rates, SOMEBODY, 3) == 0
    with pytest.raises(ProblemError) as error:
        rates.check(SOMEBODY)
    assert error.value.kind.code == "rate-limited"
    assert 1 <= error.value.retry_after_s <= 60
    assert refused(rates, client_at("203.0.113.10"), 3) == 0


def test_this_machine_and_no_rate_are_not_counted() -> None:
    assert refused(Rates("rate_limit", "1/minute", 1), client_at("127.0.0.1"), 9) == 0
    assert refused(Rates("rate_limit", "", 1), SOMEBODY, 9) == 0


def test_several_rates_and_workers() -> None:
    assert refused(Rates("rate_limit", "4/minute;6/day", 2), SOMEBODY, 6) == 4
    assert refused(Rates("rate_limit", "2/minute", 8), SOMEBODY, 2) == 1


def test_one_ipv6_subscriber_is_one_client() -> None:
    rates = Rates("rate_limit", "3/minute", 1)
    assert sum(refused(rates, client_at(f"2001:db8::{number:x}"), 1) for number in range(1, 6)) == 2


def test_the_memory_of_it_is_bounded() -> None:
    rates = Rates("rate_limit", "1/minute", 1, tracked=10)
    for number in range(1000):
        rates.check(Client(str(number), is_local=False))
    assert len(rates.windows) == 10


def test_a_window_ends() -> None:
    windows = Windows(2)
    assert [windows.incr("a", 60), windows.incr("a", 60), windows.incr("a", -1)] == [1, 2, 3]
    assert windows.incr("b", -1) == 1
    assert windows.get("b") == 0
    assert windows.incr("b", 60) == 1
    windows.clear("a")
    assert windows.reset() == 1


@pytest.mark.parametrize("setting", ["often", "-1/minute", "10/fortnight"])
def test_a_rate_that_is_none(setting: str) -> None:
    with pytest.raises(UsageError, match="upload_rate_limit"):
        Rates("upload_rate_limit", setting, 1)


def app_client(settings: Settings, peer: str, **changes: Any) -> TestClient:
    return TestClient(create_app(settings.model_copy(update=changes)), client=(peer, 4711))


def test_over_http(settings: Settings) -> None:
    with app_client(settings, "203.0.113.9", rate_limit="2/minute", upload_rate_limit="1/minute") as client:
        assert [client.get("/v1/items").status_code for _ in range(2)] == [200, 200]
        answer = client.get("/v1/items")
        problem_of(answer, 429, "rate-limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert client.post("/search_image", files={"image": JPEG}).status_code == 200
        problem_of(client.post("/search_image", files={"image": JPEG}), 429, "rate-limited")
        assert {client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics") * 3} == {200}


def test_behind_a_proxy_each_client_has_its_rate(settings: Settings) -> None:
    with app_client(settings, "10.1.1.1", rate_limit="1/minute", trusted_proxies="10.0.0.0/8") as client:
        asked = [client.get("/v1/items", headers={"x-forwarded-for": f"198.51.100.{n}"}) for n in (1, 2, 1)]
        assert [answer.status_code for answer in asked] == [200, 200, 429]
    with app_client(settings, "203.0.113.9", rate_limit="1/minute", trusted_proxies="10.0.0.0/8") as client:
        asked = [client.get("/v1/items", headers={"x-forwarded-for": f"198.51.100.{n}"}) for n in (1, 2)]
        assert [answer.status_code for answer in asked] == [200, 429]
