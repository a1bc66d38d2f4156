import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.errors import DataError
from deepstyle.platform import is_alive
from deepstyle.store import ingest_workers
from deepstyle.store.ingest_pictures import Job, Prepared
from deepstyle.store.ingest_workers import Workers
from tests.images.pictures import photo, save

BROKEN = "image-format"


def jobs(folder: Path, count: int) -> list[Job]:
    """Rows with a picture each, every third one broken."""
    made = []
    for number in range(count):
        path = folder / f"{number}.jpg"
        path.write_bytes(b"\xff\xd8no picture" if number % 3 == 2 else save(photo(40, 50, seed=number), "JPEG"))
        made.append(Job(Record(Item(str(number)), path, "feed.csv", number + 2)))
    return made


def test_processes_answer_as_threads_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows = jobs(tmp_path, 7)
    with Workers() as threads:
        expected = list(threads.prepare(rows))
    assert [isinstance(one, Rejection) for one in expected] == [number % 3 == 2 for number in range(7)]
    monkeypatch.setattr(ingest_workers, "FIRST_BATCHES", 0)
    with Workers(processes=2) as processes:
        first, second = processes.prepare(rows), processes.prepare(rows[:1])
        assert list(first) == expected
        assert list(second) == expected[:1]
    assert isinstance(expected[0], Prepared) and isinstance(expected[2], Rejection)
    assert expected[2].code == BROKEN


def test_a_small_catalogue_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(ingest_workers, "ProcessPoolExecutor")
    with Workers(processes=2) as workers:
        for _ in range(ingest_workers.FIRST_BATCHES):
            assert len(list(workers.prepare(jobs(tmp_path, 2)))) == 2


def end_process(job: Job) -> Prepared | Rejection:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_process_that_was_killed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ingest_workers, "FIRST_BATCHES", 0)
    monkeypatch.setattr(ingest_workers, "prepare_pictures", end_process)
    with Workers(processes=2) as workers, pytest.raises(DataError, match="ended by the system") as raised:
        list(workers.prepare(jobs(tmp_path, 2)))
    assert "again" in raised.value.remedy


ABANDONED = """
import os, signal
from pathlib import Path
from deepstyle.store import ingest_workers
from tests.store.test_ingest_workers import jobs

if __name__ == "__main__":
    import sys
    ingest_workers.FIRST_BATCHES = 0
    workers = ingest_workers.Workers(processes=2)
    list(workers.prepare(jobs(Path(sys.argv[1]), 4)))
    print(*workers._pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_with_their_parent(tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text(ABANDONED)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, script, tmp_path], check=False, capture_output=True, env=environment)
    assert done.returncode == -9
    children = [int(process) for process in done.stdout.split()]
    assert len(children) == 2
    for _ in range(200):
        if not any(map(is_alive, children)):
            break
        time.sleep(0.05)
    assert not any(map(is_alive, children))
