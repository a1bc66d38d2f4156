"""Each limit on keys and writes holds at its value and not one further."""

import asyncio
import io
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.batch_rows import read_rows
from deepstyle.api.limits import LIMITS
from deepstyle.api.turns import Turns
from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings
from deepstyle.shop.writes import Write
from tests.api.conftest import problem_of

JSON_LINES = {"content-type": "application/jsonl"}


def status_of_batch(client: TestClient, body: bytes, **headers: str) -> int:
    return client.post("/v1/items:batch", content=body, headers=JSON_LINES | headers).status_code


def of_failed_keys(writer: TestClient, failures: int) -> int:
    stranger = TestClient(writer.app, client=(f"203.0.113.{failures}", 1))
    for _ in range(failures - 1):
        assert stranger.delete("/v1/items/a").status_code == 401
    status = stranger.delete("/v1/items/a", headers={"Authorization": "Bearer wrong"}).status_code
    return 200 if status == 401 else status


def of_waiting(_: TestClient, waiting: int) -> int:
    async def take() -> int:
        turns = Turns(1, int(LIMITS["writes_waiting"].value), 0.05)
        taken = [asyncio.create_task(turns.take("a")) for _ in range(1 + waiting)]
        await asyncio.sleep(0)
        refused = [task for task in taken if task.done() and isinstance(task.exception(), OverloadedError)]
        for task in taken:
            task.cancel()
        await asyncio.gather(*taken, return_exceptions=True)
        return 503 if refused else 200

    return asyncio.run(take())


def of_rows(writer: TestClient, rows: int) -> int:
    return status_of_batch(writer, b"\n" * rows)


def of_batch(writer: TestClient, size: int) -> int:
    return status_of_batch(writer, b" " * size)


def of_row(_: TestClient, size: int) -> int:
    line = b'{"op": "delete", "item_id": "a"' + b" " * (size - 32) + b"}\n"
    rows = list(read_rows(io.BytesIO(line + b'{"op": "delete", "item_id": "b"}')))
    assert [row.number for row in rows] == [1, 2]
    assert isinstance(rows[1].write, Write)
    assert len(line) == size + 1
    assert isinstance(rows[0].write, Write) == (size <= LIMITS["batch_row_bytes"].value)
    return 200


def of_idempotency_key(writer: TestClient, chars: int) -> int:
    return status_of_batch(writer, b"", **{"idempotency-key": "k" * chars})


EXERCISES: dict[str, Callable[[TestClient, int], int]] = {
    "failed_keys_per_minute": of_failed_keys,
    "writes_waiting": of_waiting,
    "batch_bytes": of_batch,
    "batch_rows": of_rows,
    "batch_row_bytes": of_row,
    "idempotency_key_chars": of_idempotency_key,
}
APART = {"write_wait_s", "batches_running", "look_items", "sessions", "session_s"}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_limit_holds_at_its_value_and_not_one_beyond(writer: TestClient, name: str) -> None:
    limit, exercise = LIMITS[name], EXERCISES[name]
    assert exercise(writer, int(limit.value)) == 200
    assert exercise(writer, int(limit.value) + 1) == limit.status


def test_a_write_waits_for_its_turn(writer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = writer.app.state.resources  # type: ignore[attr-defined]
    assert (resources.writes.capacity, resources.writes._wait_s) == (33, LIMITS["write_wait_s"].value)
    monkeypatch.setattr(resources.writes, "_wait_s", 0.02)
    assert writer.portal is not None
    writer.portal.call(resources.writes.take, "somebody")
    answer = writer.delete("/v1/items/item-001")
    problem_of(answer, 503, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1


def test_two_batches_run_at_a_time(writer: TestClient) -> None:
    resources = writer.app.state.resources  # type: ignore[attr-defined]
    assert writer.portal is not None

    async def sleep() -> None:
        await asyncio.sleep(30)

    async def occupy(count: int) -> None:
        resources.batches._running.update(asyncio.create_task(sleep()) for _ in range(count))

    writer.portal.call(occupy, 1)
    assert status_of_batch(writer, b"") == 200
    writer.portal.call(occupy, 1)
    assert status_of_batch(writer, b"") == LIMITS["batches_running"].status


def test_every_limit_on_keys_and_writes_is_exercised() -> None:
    names = list(LIMITS)
    assert set(names[names.index("failed_keys_per_minute") : names.index("ordered_neighbours")]) == {*EXERCISES, *APART}


def test_workers_share_the_failures(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"workers": 40}))
    gate = next(layer.kwargs["gate"] for layer in app.user_middleware if "gate" in layer.kwargs)
    assert [item.amount for item in gate.authoriser._failures._items] == [1]
