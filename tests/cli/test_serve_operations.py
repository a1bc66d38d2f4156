"""What an operator gets from `deepstyle serve`: a log on stderr, and counters that add up over the workers."""

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_serve import serving
from tests.conftest import Shop

ITEMS = 'deepstyle_request_seconds_count{method="GET",route="/v1/items",status="200"}'
PERSONAL = ("item-003", "brand-of-ann", "Mozilla-of-ann")


def ask(port: int, address: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and body of one answer, on a connection of its own, so that any worker may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", address, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def series(port: int, name: str) -> float:
    lines = ask(port, "/metrics")[1].splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


def stopped(process: subprocess.Popen[str]) -> str:
    """What the process wrote on stderr until it ended."""
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=60)[1]


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(900):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about")


def expect_of_every_worker(port: int, name: str, expected: int) -> None:
    wait_for(lambda: series(port, name) == expected)  # a request is counted just after its answer has left
    assert [series(port, name) for _ in range(20)] == [expected] * 20


def children(process: subprocess.Popen[str]) -> list[int]:
    """The server processes below ``process``, the oldest first."""
    task = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in task.read_text("ascii").split()}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


def access_lines(log: str) -> list[dict[str, Any]]:
    """The access log; every line that the process wrote must be JSON."""
    lines = [json.loads(line) for line in log.splitlines()]
    assert lines[0]["event"] == "serving"
    return [line for line in lines if line["logger"] == "deepstyle.access"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_access_log_names_routes_and_nobody(shop: Shop, workers: str) -> None:
    with serving(shop, "--log-format", "json", "--workers", workers) as (port, process):
        personal = {"user-agent": "Mozilla-of-ann", "x-request-id": "order-17"}
        assert ask(port, "/v1/items/item-003?brand=brand-of-ann", personal)[0] == 200
        assert ask(port, "/image/item-003%0A%1b]52", personal)[0] in (404, 422)
        log = stopped(process)
    lines = [line for line in access_lines(log) if line["request_id"] == "order-17"]
    first, second = lines
    assert first.pop("time") < second["time"]
    assert first.pop("duration_ms") > 0
    assert first.pop("bytes") > 0
    expected = {"level": "info", "logger": "deepstyle.access", "event": "request", "request_id": "order-17"}
    assert first == expected | {"method": "GET", "route": "/v1/items/{item_id}", "status": 200}
    assert second["problem"]
    assert not [value for value in PERSONAL if value in log]
    assert "127.0.0.1" not in str(lines)


def test_what_the_protocol_refuses_is_counted_and_logged(shop: Shop) -> None:
    with serving(shop, "--log-format", "json") as (port, process):
        status, _ = ask(port, "/" + "a" * 100_000)
        assert status == 414
        assert series(port, 'deepstyle_problems_total{code="address-too-long"}') == 1
        log = stopped(process)
    refused = [line for line in access_lines(log) if line["event"] == "refused"]
    assert [(line["status"], line["problem"]) for line in refused] == [(414, "address-too-long")]
    assert "aaaa" not in log


def test_text_is_the_default_and_the_environment_chooses(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(shop) as (port, process):
        ask(port, "/healthz")
        log = stopped(process)
    assert "INFO     deepstyle.access request method=GET route=/healthz status=200" in log
    monkeypatch.setenv("DEEPSTYLE_ACCESS_LOG", "false")
    monkeypatch.setenv("DEEPSTYLE_LOG_FORMAT", "json")
    with serving(shop) as (port, process):
        ask(port, "/healthz")
        log = stopped(process)
    assert "deepstyle.access" not in log
    assert '"logger": "uvicorn.error"' in log


def test_a_log_that_nobody_reads_holds_up_no_request(shop: Shop) -> None:
    with serving(shop) as (port, _):  # stderr is a pipe of 64 KiB here, and nobody reads it
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(1000):
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
        connection.close()


def test_head_keeps_the_connection_in_order(shop: Shop) -> None:
    with serving(shop) as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for address in ("/healthz", "/image/item-001?w=160", "/docs", "/nowhere"):
            lengths = []
            for method in ("GET", "HEAD", "GET"):
                connection.request(method, address)
                answer = connection.getresponse()
                lengths.append(answer.getheader("content-length"))
                body = answer.read()
                assert len(body) == (0 if method == "HEAD" else int(lengths[-1]))
            assert len(set(lengths)) == 1 or address == "/nowhere"  # its problem document has the request's id
        connection.close()


def test_every_worker_reports_the_sum(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(shop, "--workers", "2", "--no-access-log") as (port, process):
        wait_for(lambda: series(port, "deepstyle_workers") == 2)
        for _ in range(40):
            assert ask(port, "/v1/items")[0] == 200
        expect_of_every_worker(port, ITEMS, 40)
        wait_for(lambda: series(port, "deepstyle_requests_in_flight") == 1)

        died = children(process)[0]
        os.kill(died, signal.SIGKILL)
        wait_for(lambda: len(children(process)) == 2 and died not in children(process))
        wait_for(lambda: series(port, "deepstyle_workers") == 2)
        expect_of_every_worker(port, ITEMS, 40)
        stopped(process)
    assert not list(tmp_path.glob("deepstyle-metrics-*"))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_that_drains_is_not_ready_but_answers_until_it_ends(shop: Shop, workers: str) -> None:
    with serving(shop, "--workers", workers, "--no-access-log", drain_s=600) as (port, process):
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: [ask(port, "/readyz")[0] for _ in range(8)] == [503] * 8)
        assert ask(port, "/v1/items/item-003")[0] == 200
        assert process.poll() is None
        if workers == "1":  # the second signal ends the wait; several workers are killed by it
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def test_a_drained_server_ends_by_itself(shop: Shop) -> None:
    with serving(shop, "--workers", "2", "--no-access-log", drain_s=1) as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
