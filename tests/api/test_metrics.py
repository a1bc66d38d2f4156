"""What /metrics counts in one process, and what several processes leave for each other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.metrics_folder import FOLDER, shared_metrics
from deepstyle.errors import UsageError

COUNT = """
import os, sys
from deepstyle.api.metrics import Metrics
metrics = Metrics()
metrics.problems.labels("overloaded").inc(int(sys.argv[1]))
metrics.request_seconds.labels("/healthz", "GET", "200").observe(0.01)
metrics.requests_in_flight.inc()
sys.stdout.write(metrics.exposition().decode())
"""


def counted(amount: int) -> dict[str, float]:
    """The series that a new process shows which counts ``amount`` problems, and leaves."""
    done = subprocess.run([sys.executable, "-c", COUNT, str(amount)], capture_output=True, text=True, check=True)
    lines = [line.rpartition(" ") for line in done.stdout.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def value(client: TestClient, series: str) -> float:
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{series} "))


def test_problems_are_counted_by_code(client: TestClient) -> None:
    for _ in range(3):
        client.get("/v1/items/nobody")
    client.get("/healthz")
    assert value(client, 'deepstyle_problems_total{code="unknown-item"}') == 3
    assert "nobody" not in client.get("/metrics").text


def test_a_scrape_is_the_only_request_in_flight(client: TestClient) -> None:
    client.get("/healthz")
    client.get("/nowhere")
    assert value(client, "deepstyle_requests_in_flight") == 1
    assert value(client, "deepstyle_workers") == 1
    assert sys.platform != "linux" or value(client, "deepstyle_resident_bytes") > 10 * 1024 * 1024


def test_counts_outlive_their_process_and_gauges_do_not() -> None:
    with shared_metrics(2):
        folder = Path(os.environ[FOLDER])
        assert folder.stat().st_mode & 0o777 == 0o700
        assert counted(3)['deepstyle_problems_total{code="overloaded"}'] == 3
        second = counted(4)
        assert second['deepstyle_problems_total{code="overloaded"}'] == 7
        assert second['deepstyle_request_seconds_count{method="GET",route="/healthz",status="200"}'] == 2
        assert second["deepstyle_requests_in_flight"] == 1  # the first process's request ended with it
        assert second["deepstyle_workers"] == 1
        # What is mapped has its room on the disk already: a full disk cannot end a process in a request.
        assert all(file.stat().st_blocks * 512 >= file.stat().st_size for file in folder.iterdir())
    assert FOLDER not in os.environ
    assert not folder.exists()


def test_one_process_needs_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, "/nowhere")
    with shared_metrics(1):
        assert counted(2)['deepstyle_problems_total{code="overloaded"}'] == 2


def test_a_temporary_folder_that_cannot_be_written_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(UsageError, match="temporary folder"), shared_metrics(2):
        pass
