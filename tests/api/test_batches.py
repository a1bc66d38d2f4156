"""Many writes in one request."""

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.api import batches as batches_module
from deepstyle.api.app import create_app
from deepstyle.api.batch_rows import PART_ROWS, Row, parsed_row, parts_of
from deepstyle.api.problems import ProblemError
from deepstyle.errors import StoreError
from deepstyle.settings import Settings
from deepstyle.shop.writes import Write
from tests.api.conftest import bearer, problem_of
from tests.conftest import Shop

BATCH = "/v1/items:batch"


def picture(number: int) -> str:
    return base64.b64encode(Shop.picture(number)).decode()


def lines(*rows: Any) -> bytes:
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def send(client: TestClient, *rows: Any, **headers: str) -> httpx2.Response:
    return client.post(BATCH, content=lines(*rows), headers={"content-type": "application/jsonl"} | headers)


def results(answer: httpx2.Response) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/jsonl")
    *found, last = [json.loads(line) for line in answer.text.splitlines()]
    summary = last["summary"]
    assert summary["complete"]
    assert summary["accepted"] + summary["rejected"] == summary["read"] == len(found)
    assert [row["row"] for row in found] == list(range(1, len(found) + 1))
    return found, summary


def test_every_row_has_its_result(writer: TestClient) -> None:
    etag = writer.get("/v1/items/item-001").headers["etag"]
    found, summary = results(
        send(
            writer,
            {"op": "put", "item_id": "b-1", "item": {"title": "One"}, "image": picture(81)},
            {"op": "put", "item_id": "b-2", "item": {"title": "Two"}},
            b"",
            b"no json",
            {"op": "patch", "item_id": "b-1", "item": {"price": 5}},
            {"op": "patch", "item_id": "nobody", "item": {"price": 5}},
            {"op": "patch", "item_id": "item-001", "item": {"price": 7}, "if_match": etag},
            {"op": "patch", "item_id": "item-001", "item": {"price": 8}, "if_match": etag},
            {"op": "patch", "item_id": "item-002", "item": {"colr": "red"}},
            {"op": "delete", "item_id": "item-003"},
            {"op": "delete", "item_id": "item-003"},
            {"op": "put", "item_id": "b-3", "image": "%%%"},
            {"op": "put", "item_id": "b-4", "image": base64.b64encode(b"text").decode()},
        )
    )
    codes = [row.get("code", row.get("change")) for row in found]
    assert codes == [
        "added",
        "invalid-parameter",
        "malformed-request",
        "changed",
        "unknown-item",
        "changed",
        "precondition-failed",
        "invalid-parameter",
        "deleted",
        "absent",
        "invalid-parameter",
        "unsupported-image",
    ]
    assert found[0]["searchable"]
    assert found[3]["etag"] == writer.get("/v1/items/b-1").headers["etag"]
    assert all(row["detail"] and row["remedy"] for row in found if row["status"] == "rejected")
    assert (summary["read"], summary["accepted"], summary["added"], summary["deleted"]) == (12, 5, 1, 1)
    item = writer.get("/v1/items/b-1").json()
    assert (item["title"], item["price"]) == ("One", 5)
    best = writer.post("/search_image", files={"image": Shop.picture(81)}).json()["results"][0]
    assert best["item"]["item_id"] == "b-1"


def test_a_repeated_batch_answers_what_the_first_did(writer: TestClient) -> None:
    rows = [{"op": "patch", "item_id": "item-001", "item": {"price": 7}}, {"op": "patch", "item_id": "nobody"}]
    first = send(writer, *rows, **{"idempotency-key": "monday"})
    writer.patch("/v1/items/item-001", json={"price": 9})
    again = send(writer, *rows, **{"idempotency-key": "monday"})
    assert again.text == first.text
    assert again.headers["idempotency-replayed"] == "true"
    assert writer.get("/v1/items/item-001").json()["price"] == 9
    problem_of(send(writer, *rows[:1], **{"idempotency-key": "monday"}), 422, "idempotency-conflict")
    assert results(send(writer, *rows, **{"idempotency-key": "tuesday"}))[1]["changed"] == 1


def test_a_key_s_results_are_its_own_and_last_a_day(writer: TestClient, settings: Settings) -> None:
    row = {"op": "delete", "item_id": "nobody"}
    send(writer, row, **{"idempotency-key": "k"})
    (file,) = (settings.cache_dir / "batches").glob("*.jsonl")
    other = bearer(settings, name="other")
    with TestClient(create_app(settings), headers=other) as client:
        assert "idempotency-replayed" not in send(client, row, **{"idempotency-key": "k"}).headers
    a_day_ago = time.time() - batches_module.KEPT_S - 1
    os.utime(file, (a_day_ago, a_day_ago))
    assert "idempotency-replayed" not in send(writer, row, **{"idempotency-key": "k"}).headers


def test_a_batch_is_worked_on_once_at_a_time(writer: TestClient, settings: Settings) -> None:
    resources = writer.app.state.resources  # type: ignore[attr-defined]
    kept = resources.batches.kept("shop-system", "k", "0")
    try:
        answer = send(writer, {"op": "delete", "item_id": "a"}, **{"idempotency-key": "k"})
        problem_of(answer, 409, "batch-running")
        assert answer.headers["retry-after"]
    finally:
        kept.release()


def test_what_the_server_could_not_do_is_not_kept(writer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = writer.app.state.resources  # type: ignore[attr-defined]

    def fail(writes: list[Write]) -> None:
        raise StoreError("the disk is full.", remedy="Make room.")

    row = {"op": "delete", "item_id": "item-001"}
    with monkeypatch.context() as patched:
        patched.setattr(type(resources), "write", lambda self, writes: fail(writes))
        found, _ = results(send(writer, row, b"{", **{"idempotency-key": "k"}))
    assert [one["code"] for one in found] == ["not-ready", "malformed-request"]
    assert "disk" not in found[0]["detail"]
    assert results(send(writer, row, b"{", **{"idempotency-key": "k"}))[1]["deleted"] == 1
    with monkeypatch.context() as patched:
        patched.setattr(type(resources), "write", lambda self, writes: 1 / 0)
        *_, last = send(writer, row).text.splitlines()
    assert json.loads(last)["summary"]["complete"] is False


def test_a_batch_that_is_none(writer: TestClient) -> None:
    problem_of(writer.post(BATCH, json=[]), 415, "unsupported-media-type")
    assert results(send(writer))[1]["read"] == 0


def test_results_that_cannot_be_kept(writer: TestClient, settings: Settings) -> None:
    folder = settings.cache_dir / "batches"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file")
    row = {"op": "delete", "item_id": "a"}
    problem_of(send(writer, row, **{"idempotency-key": "k"}), 503, "storage-full")
    assert results(send(writer, row))[1]["absent"] == 1


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_line_breaks_the_reader(line: bytes) -> None:
    assert isinstance(parsed_row(line), ProblemError)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(["op", "item_id", "item", "image", "if_match", "if_none_match", "x"])


@given(st.dictionaries(NAMES, VALUES | st.sampled_from(["put", "patch", "delete"])))
def test_a_row_is_a_write_or_says_why_not(fields: dict[str, Any]) -> None:
    write = parsed_row(json.dumps(fields).encode())
    if isinstance(write, Write):
        assert write.op == fields["op"]
        assert write.item_id == fields["item_id"]
    else:
        assert write.detail


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["put", "patch", "delete", ""])), max_size=60))
def test_parts_keep_the_order_and_can_be_written_together(rows: list[tuple[str, str]]) -> None:
    broken = ProblemError("invalid-parameter", "x")
    read = [
        Row(number, Write(op, item_id) if op else broken, 9)  # type: ignore[arg-type]
        for number, (item_id, op) in enumerate(rows, start=1)
    ]
    parts = list(parts_of(iter(read)))
    assert [row for part in parts for row in part] == read
    for part in parts:
        writes = [row.write for row in part if isinstance(row.write, Write)]
        assert 0 < len(part) <= PART_ROWS
        assert len({write.item_id for write in writes}) == len(writes)
        assert len({write.op == "delete" for write in writes}) <= 1


def test_a_large_batch_lies_on_disk(writer: TestClient, tmp_path: Path) -> None:
    row = {"op": "patch", "item_id": "nobody", "item": {"description": "x" * 1000}}
    _, summary = results(send(writer, *[row] * 1500))
    assert summary["rejected"] == 1500
