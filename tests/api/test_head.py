"""HEAD is GET without the body, wherever there is GET."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.api.test_website import built  # noqa: F401  # a fixture

ADDRESSES = (
    *("/healthz", "/readyz", "/v1/info", "/v1/items?limit=2", "/v1/items/item-001", "/v1/reports"),
    *("/image/item-001", "/image/item-001?w=160", "/image/nobody", "/image/bare", "/image/item-001?w=7"),
    *("/docs", "/openapi.json", "/problems/overloaded", "/nowhere"),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_has_the_headers_of_get_and_no_body(client: TestClient, address: str) -> None:
    asked = {"x-request-id": "one", "accept-encoding": "identity"}
    get, head = (client.request(method, address, headers=asked) for method in ("GET", "HEAD"))
    assert head.status_code == get.status_code
    assert head.headers == get.headers
    assert int(head.headers["content-length"]) == len(get.content)
    assert head.content == b""


def test_head_of_metrics(client: TestClient) -> None:
    head = client.head("/metrics")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/plain")


def test_head_of_an_unchanged_picture(client: TestClient) -> None:
    etag = client.head("/image/item-001").headers["etag"]
    assert client.head("/image/item-001", headers={"if-none-match": etag}).status_code == 304


def test_head_of_what_cannot_be_got(client: TestClient) -> None:
    assert client.head("/search_image").status_code == 405
    assert client.head("/search_image").headers["allow"] == "POST"
    problem_of(client.options("/healthz"), 405, "method-not-allowed")


def test_head_is_counted_as_head_and_by_its_route(client: TestClient) -> None:
    client.head("/image/item-001")
    counted = 'deepstyle_request_seconds_count{method="HEAD",route="/image/{item_id}",status="200"} 1.0'
    assert counted in client.get("/metrics").text


def test_the_description_does_not_repeat_itself(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert not [path for path, methods in paths.items() if "head" in methods]


@pytest.fixture
def site(settings: Settings, built) -> Iterator[TestClient]:  # noqa: F811
    with TestClient(create_app(settings, web_folder=built)) as opened:
        yield opened


@pytest.mark.parametrize("address", ["/", "/assets/index-B1x9.js", "/favicon.svg", "/assets/none.js"])
def test_head_of_the_website(site: TestClient, address: str) -> None:
    headers = {"x-request-id": "one", "accept-encoding": "identity"}
    get, head = (site.request(method, address, headers=headers) for method in ("GET", "HEAD"))
    assert (head.status_code, head.headers) == (get.status_code, get.headers)
    assert int(head.headers["content-length"]) == len(get.content)
    assert head.content == b""
