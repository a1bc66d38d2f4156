"""Who is let in: every route has the limits, and each limit holds at its value and not one further."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from deepstyle.api.admission import HEALTH
from deepstyle.api.app import create_app, upload_routes
from deepstyle.api.authorisation import ROUTES
from deepstyle.api.bodies import Budget
from deepstyle.api.clients import Client, Rates
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError, of_error
from deepstyle.api.resources import Resources
from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.conftest import Shop

JPEG = Shop.picture(3)
UPLOADS = {"/search_image", "/v1/search", "/v1/compatible", "/v1/outfits:score", "/v1/outfits:complete"}
UPLOADS |= {"/v1/looks:analyse", "/v1/looks:shop", "/v1/garments", "/v1/session"}
WEBHOOKS = {"/v1/webhooks/shopify", "/v1/webhooks/woocommerce"}
"""Routes that take a body and no turn: they queue it."""
SHOPPERS = {("PUT", "/v1/consent"), ("POST", "/v1/events")}
"""Routes that take a body and no turn: they wait for no search."""
PAGES = ("/", "/docs", "/openapi.json", "/problems/overloaded", "/no")
OF_PEOPLE = {route for route, access in ROUTES.items() if access in ("person", "shopper")}
SIGNING_IN = {
    ("POST", f"/v1/accounts{path}")
    for path in ("", ":confirm", ":reset", ":reset-confirm", "/session", "/passkeys:sign-in")
}
BY_PROVIDER = {("GET", "/v1/accounts/oidc/{provider}"), ("GET", "/v1/accounts/oidc/{provider}/callback")}
ADMIN = {route for route, access in ROUTES.items() if access in ("admin", "merchandiser")}
WRITES = {route for route, access in ROUTES.items() if access == "write"}
OUTFIT = {"item_id": ["item-001", "item-002"]}


@pytest.fixture
def busy(settings: Settings) -> Iterator[TestClient]:
    """A client of an app that has no turn left for anybody else."""
    app = create_app(settings.model_copy(update={"queue_wait_s": 0.02, "reads_running": 1}))
    with TestClient(app) as client:
        occupy(app, client)
        yield client


def occupy(app: FastAPI, client: TestClient) -> None:
    resources: Resources = app.state.resources
    assert client.portal is not None
    client.portal.call(resources.reads.take, "somebody")
    for _ in range(2 * resources.queue.threads):
        client.portal.call(resources.queue._turns.take, "somebody")


def routes(client: TestClient) -> list[tuple[str, str]]:
    document = client.app.openapi()  # type: ignore[attr-defined]
    described = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    return described + [("GET", page) for page in PAGES]


def ask(client: TestClient, method: str, path: str) -> httpx2.Response:
    names = {"item_id": "item-001", "name": "search", "file": "map.png", "job_id": "0" * 32, "look_id": "l1"}
    names |= {"provider": "local", "session_id": "0" * 16, "passkey_id": "0" * 16}
    names |= {"key": "k1", "report": "days", "entry_id": "0" * 16}
    address = path.format(**names)
    body: dict[str, Any] = {}
    if path in UPLOADS:
        body = {"json": OUTFIT} if "outfits" in path else {"files": {"image": JPEG}}
    return client.request(method, address, **body)


def test_every_route_waits_for_a_turn_and_health_for_none(busy: TestClient) -> None:
    for method, path in routes(busy):
        answer = ask(busy, method, path)
        if (method, path) in WRITES:  # these take a turn of their own: see test_writes.py
            problem_of(answer, 403, "writes-disabled")
        elif (method, path) in ADMIN:  # without a turn: what an operator asks is answered in the rush, too
            problem_of(answer, 403, "admin-disabled")
        elif (method, path) in OF_PEOPLE | SIGNING_IN | BY_PROVIDER:
            problem_of(answer, 404, "accounts-off")
        elif (method, path) == ("POST", "/v1/session"):
            problem_of(answer, 403, "cross-origin")
        elif path in WEBHOOKS:
            problem_of(answer, 403, "webhooks-disabled")
        elif (method, path) in SHOPPERS:
            assert answer.status_code == 404, answer.text  # they are off
        elif path in HEALTH:
            assert answer.status_code == 200, path
        else:
            problem_of(answer, 503, "overloaded")
            assert int(answer.headers["retry-after"]) >= 1


def test_the_website_s_scripts_wait_for_no_turn(busy: TestClient) -> None:
    assert busy.get("/assets/nothing-A1b2.js").status_code == 404


def test_photos_of_an_outfit_wait_too(busy: TestClient) -> None:
    problem_of(busy.post("/v1/outfits:score", files={"image": JPEG}, data=OUTFIT), 503, "overloaded")


def test_the_next_page_of_a_search_waits_too(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"queue_wait_s": 0.02, "reads_running": 1}))
    with TestClient(app) as client:
        cursor = client.post("/v1/search", files={"image": JPEG}, data={"k": "3"}).json()["next_cursor"]
        occupy(app, client)
        form = {"k": (None, "3"), "cursor": (None, cursor)}
        problem_of(client.post("/v1/search", files=form), 503, "overloaded")


def test_the_routes_with_a_body_are_those_that_take_their_turn_themselves(client: TestClient) -> None:
    paths = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    described = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if "requestBody" in methods[method]
    }
    expected = {("POST", path) for path in UPLOADS | WEBHOOKS} | SHOPPERS | SIGNING_IN
    assert described - WRITES - ADMIN - OF_PEOPLE == expected
    assert set(upload_routes()) - WRITES - ADMIN - OF_PEOPLE == expected
    assert set(paths) > HEALTH


def test_every_route_documents_how_it_is_refused(client: TestClient) -> None:
    for path, methods in client.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        for operation in methods.values():
            assert {"400"} <= set(operation["responses"]), path
            assert path in HEALTH or {"429", "503"} <= set(operation["responses"]), path
            assert path not in UPLOADS or "408" in operation["responses"], path


def test_turns_and_room_are_given_back(client: TestClient) -> None:
    for method, path in routes(client):
        ask(client, method, path)
    app: Any = client.app
    assert app.state.resources.reads.in_flight == 0
    assert app.state.resources.queue.in_flight == 0
    gate = next(layer.kwargs["gate"] for layer in app.user_middleware if "gate" in layer.kwargs)
    assert (gate.spool.memory.held_bytes, gate.spool.disk.held_bytes) == (0, 0)


# -- each limit of this part of the table, at its value and one beyond -------------------------------------------------


def of_rate(name: str) -> Callable[[TestClient, int], int]:
    def status(_: TestClient, requests: int) -> int:
        rates = Rates(name, f"{int(LIMITS[name].value)}/minute", 1)
        try:
            for _request in range(requests):
                rates.check(Client("203.0.113.9", is_local=False))
        except ProblemError as error:
            return error.kind.status
        return 200

    return status


def of_budget(name: str) -> Callable[[TestClient, int], int]:
    def status(_: TestClient, size: int) -> int:
        budget = Budget(3 * int(LIMITS[name].value))  # a third is one client's
        try:
            budget.take("a", size)
        except OverloadedError as error:
            return of_error(error).kind.status
        return 200

    return status


def of_tracked_clients(_: TestClient, clients: int) -> int:
    rates = Rates("rate_limit", "9/minute", 1)
    for number in range(clients):
        rates.check(Client(str(number), is_local=False))
    assert len(rates.windows) == LIMITS["tracked_clients"].value
    return 200


def of_plain_body(client: TestClient, size: int) -> int:
    body = b'{"item_id": ["item-001"]' + b" " * (size - 25) + b"}"
    status = client.post("/v1/outfits:score", content=body, headers={"content-type": "application/json"}).status_code
    return 200 if status in (422, 503) else status  # it was read; the shop has no outfits


def of_image(client: TestClient, size: int) -> int:
    return client.post("/search_image", files={"image": JPEG + bytes(size - len(JPEG))}).status_code


def of_form(client: TestClient, overhead: int) -> int:
    beginning = b'--xx\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + JPEG
    end = b"\r\n--xx--\r\n"
    size = int(LIMITS["upload_bytes"].value) + overhead
    body = beginning + bytes(size - len(beginning + end)) + end
    headers = {"content-type": "multipart/form-data; boundary=xx"}
    code = client.post("/search_image", content=body, headers=headers).json()["code"]
    return 413 if code == "body-too-large" else 200  # it was read; the image itself is too large


def of_images(client: TestClient, images: int) -> int:
    files = [("image", (f"{number}.jpg", JPEG)) for number in range(images)]
    status = client.post("/v1/outfits:score", files=files).status_code
    return 200 if status == 503 else status  # it was read; the shop has no outfits


def of_fields(client: TestClient, fields: int) -> int:
    form = [("brand", (None, "Nord")) for _ in range(40)] + [("colour", (None, "red")) for _ in range(fields - 40)]
    return client.post("/v1/search", files=[("image", ("a.jpg", JPEG)), *form]).status_code


def of_field(client: TestClient, size: int) -> int:
    status = client.post("/v1/search", files={"image": JPEG}, data={"colour": "x" * size}).status_code
    return 200 if status == 422 else status  # it was read; it is too long for a colour


EXERCISES: dict[str, Callable[[TestClient, int], int]] = {
    "reads_per_minute": of_rate("reads_per_minute"),
    "uploads_per_minute": of_rate("uploads_per_minute"),
    "tracked_clients": of_tracked_clients,
    "body_bytes": of_plain_body,
    "upload_bytes": of_image,
    "form_overhead_bytes": of_form,
    "form_images": of_images,
    "form_fields": of_fields,
    "form_field_bytes": of_field,
    "small_body_bytes": of_image,
    "memory_bytes": of_budget("memory_bytes"),
    "spool_bytes": of_budget("spool_bytes"),
}


def test_every_limit_on_requests_and_bodies_is_exercised() -> None:
    names = list(LIMITS)
    assert set(names[names.index("reads_running") : names.index("spool_bytes") + 1]) == {*EXERCISES, *TURNS}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_limit_holds_at_its_value_and_not_one_beyond(client: TestClient, name: str) -> None:
    limit, exercise = LIMITS[name], EXERCISES[name]
    assert exercise(client, int(limit.value)) == 200
    assert exercise(client, int(limit.value) + 1) == limit.status


TURNS: dict[str, Callable[[Resources], float]] = {
    "reads_running": lambda resources: resources.reads.capacity - 1,
    "reads_waiting": lambda resources: resources.reads.capacity - 1,
    "queue_wait_s": lambda resources: resources.reads._wait_s,
    "uploads_waiting": lambda resources: resources.queue.capacity - 1,
}


@pytest.mark.parametrize("name", TURNS)
def test_the_setting_that_the_table_names_is_the_limit_on_turns(settings: Settings, name: str) -> None:
    """What they do is tested in ``tests/api/test_turns.py`` and above."""
    assert LIMITS[name].status == 503
    changes = {"reads_running": 1, "reads_waiting": 1, "encoder_threads": 1, LIMITS[name].setting: 7}
    app = create_app(settings.model_copy(update=changes))
    with TestClient(app):
        assert TURNS[name](app.state.resources) == 7


def test_workers_share_the_limits(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"workers": 4, "queue_size": 8, "reads_waiting": 40}))
    with TestClient(app):
        resources: Resources = app.state.resources
        assert resources.reads.capacity == 1 + 10
        assert resources.queue.capacity == resources.queue.threads + 2
