"""`deepstyle sync` as a command: lines, exit statuses, signals, restarts."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from deepstyle.cli import app
from deepstyle.cli.failure import run
from tests.cli.test_serve import RUN
from tests.cli.test_serve_operations import wait_for
from tests.jobs.feeds import Feed


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "feed", items=6).draw()


def sync(tmp_path: Path, *arguments: str) -> int:
    return run(lambda: app(["sync", *arguments, "--store", f"sqlite:///{tmp_path}/shop.db"]))


def test_a_run_is_one_line_and_the_status_says_how_it_went(
    tmp_path: Path, feed: Feed, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, model = str(feed.table), str(tiny_model)
    assert sync(tmp_path, table, "--model", model) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "6 added · 0 changed · 6 encoded" in line
    assert sync(tmp_path, table, "--model", model) == 0
    assert "unchanged · 6 items" in capsys.readouterr().out
    (feed.folder / "i001.jpg").write_bytes(b"no picture")
    assert sync(tmp_path, table, "--model", model, "--json") == 3
    ran = json.loads(capsys.readouterr().out)
    assert (ran["rejected"], ran["unchanged"], ran["outcome"]) == (1, 5, "changed")
    feed.table.unlink()
    assert sync(tmp_path, table) == 2
    caught = capsys.readouterr()
    assert "failed" in caught.out
    assert "does not exist" in caught.err
    assert sync(tmp_path, "--status", "--json") == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["feed"], state["failures"], state["last_run"]["outcome"]) == (table, 1, "failed")
    assert sync(tmp_path, "--status") == 0
    assert "Feeds in sync" in capsys.readouterr().out


def test_wrong_options_end_the_command(tmp_path: Path, feed: Feed) -> None:
    assert sync(tmp_path) == 2
    assert sync(tmp_path, str(feed.table), "--every", "often") == 2


def catches(process_id: int, number: int) -> bool:
    """Whether a process has a handler for a signal."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{process_id}/status").read_text().splitlines())
    return bool(int(fields["SigCgt"], 16) & 1 << (number - 1))


def test_a_signal_ends_it_with_0_and_a_restart_waits_for_the_next_run(
    tmp_path: Path, feed: Feed, tiny_model: Path
) -> None:
    command = [*RUN, "sync", str(feed.table), "--every", "1h", "--json", "--model", str(tiny_model)]
    command += ["--store", f"sqlite:///{tmp_path}/shop.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["added"] == 6
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        wait_for(lambda: catches(process.pid, signal.SIGTERM))
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60)[0] == ""
        assert process.returncode == 0
