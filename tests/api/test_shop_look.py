"""A worn look over HTTP: the lines and their order, streaming, and every way in which it can end early."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.errors import StoreError
from deepstyle.settings import Settings
from deepstyle.shop import looks
from tests.api.conftest import problem_of
from tests.api.serving import connected, form, received, served
from tests.conftest import Shop
from tests.images.pictures import photo, save
from tests.looks.worn import CATEGORIES, use_detector, worn

PHOTO = save(photo(90, 150, seed=5), "JPEG")
PATH = "/v1/looks:shop"


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_detector(monkeypatch, worn())
    with TestClient(create_app(settings)) as opened:
        yield opened


def lines_of(client: TestClient, **fields: str) -> list[dict[str, Any]]:
    answer = client.post(PATH, files={"image": PHOTO}, data=fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.text.endswith("\n")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_the_garments_come_first_then_a_row_for_each_then_the_cart(client: TestClient) -> None:
    first, *rows, last = lines_of(client, k="3", budget="900", gender="women", currency="EUR")
    assert [garment["semantic_category"] for garment in first["garments"]] == list(CATEGORIES)
    assert first["garments"][1]["box"] == pytest.approx([0.1, 0.3333, 0.8, 0.3333], abs=1e-4)
    assert first["people"] == 1
    assert [row["garment"] for row in rows] == [0, 1, 2]
    for row, category in zip(rows, CATEGORIES, strict=True):
        assert [result["rank"] for result in row["results"]] == [1, 2, 3]
        assert {result["item"]["semantic_category"] for result in row["results"]} == {category}
        assert {"calibrated", "is_good_match"} <= row.keys()
    cart = last["cart"]
    assert [piece["item"]["semantic_category"] for piece in cart["pieces"]] == list(CATEGORIES)
    assert cart["total"] == pytest.approx(sum(piece["item"]["price"] for piece in cart["pieces"]))
    assert cart["total"] <= cart["budget"] == 900


FIELDS = [
    ({"budget": "0"}, "invalid-parameter", 422),
    ({"budget": "nan"}, "invalid-parameter", 422),
    ({"budget": "much"}, "bad-parameter", 400),
    ({"gender": "martians"}, "invalid-parameter", 422),
    ({"k": "21"}, "invalid-parameter", 422),
    ({"crop": "0,0,1,1"}, "invalid-parameter", 422),
]


def test_fields_are_checked(client: TestClient) -> None:
    for fields, code, status in FIELDS:
        problem_of(client.post(PATH, files={"image": PHOTO}, data=fields), status, code)


def test_what_is_wrong_with_the_photo_is_a_problem_not_a_line(client: TestClient) -> None:
    problem_of(client.post(PATH, files={"image": b"no picture"}), 415, "unsupported-image")
    problem_of(client.post(PATH, files={"image": PHOTO[:900]}), 422, "broken-image")
    problem_of(client.post(PATH, data={"budget": "9"}, files={"image": b""}), 422, "missing-image")


@pytest.mark.parametrize(
    ("error", "code"), [(StoreError("/var/secret.db is gone."), "not-ready"), (RuntimeError("odd"), "internal-error")]
)
def test_what_fails_after_the_first_line_is_the_last_line(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    find, found = looks.like_photo, list[int]()

    def failing(*arguments: Any) -> Any:
        found.append(1)
        if len(found) == 2:
            raise error
        return find(*arguments)

    monkeypatch.setattr(looks, "like_photo", failing)
    *_, row, last = lines_of(client)
    assert row["garment"] == 0
    assert last["error"]["code"] == code
    assert last["error"]["remedy"]
    assert "secret" not in json.dumps(last)
    assert client.get("/healthz").status_code == 200


class Gate:
    """Searches that each wait until they are let through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.open = threading.Semaphore(0), threading.Semaphore(0)
        self.ended = 0
        find = looks.like_photo

        def held(*arguments: Any) -> Any:
            self.begun.release()
            assert self.open.acquire(timeout=20)
            self.ended += 1
            return find(*arguments)

        monkeypatch.setattr(looks, "like_photo", held)


def test_a_line_is_sent_before_the_next_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    use_detector(monkeypatch, worn())
    gate = Gate(monkeypatch)
    with served(settings) as port, connected(port) as connection:
        connection.sendall(form(PATH, PHOTO))
        data = b""
        for part in (b'"people":1}', b'"garment":0', b'"garment":1', b'"garment":2'):
            while part not in data:
                data += received(connection)
            gate.open.release()
        while b'"cart"' not in data:
            data += received(connection)
    assert gate.ended == 3


def test_the_work_of_a_client_that_leaves_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    use_detector(monkeypatch, worn())
    gate = Gate(monkeypatch)
    app = create_app(settings)
    with served(settings, app) as port:
        with connected(port) as connection:
            connection.sendall(form(PATH, PHOTO))
            data = b""
            while b'"people":1}' not in data:
                data += received(connection)
            assert gate.begun.acquire(timeout=20)
        threading.Event().wait(0.5)  # until the server has seen that the client left
        gate.open.release(3)
        for _ in range(200):
            if app.state.resources.queue.in_flight == 0:
                break
            threading.Event().wait(0.02)
        assert app.state.resources.queue.in_flight == 0
        with connected(port) as connection:  # others are served
            connection.sendall(form("/search_image", PHOTO))
            gate.open.release(9)
            assert b"200 OK" in received(connection)
    assert gate.ended <= 2
