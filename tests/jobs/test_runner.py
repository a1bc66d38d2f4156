"""The job process: one job at a time, resumed where it died, ended where it is cancelled or asked to."""

import os
import signal
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deepstyle.catalogue.feeds.unpack import unpack
from deepstyle.jobs.journal import Job, Journal
from deepstyle.jobs.lock import only_job
from deepstyle.jobs.runner import MAX_ATTEMPTS, PRIVATE, work_until_idle
from deepstyle.jobs.stopping import Stop
from deepstyle.jobs.supervisor import supervised_jobs
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store import open_store
from tests.jobs.feeds import Feed, open_shop

WAIT_S = 180  # the machine may be busy; nothing asserts how long anything takes


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "feed", items=20).draw()


@pytest.fixture
def shop(tmp_path: Path, tiny_model: Path) -> Iterator[Shop]:
    with open_shop(tmp_path, tiny_model) as opened:
        yield opened


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "imports")


def found(journal: Journal, job: Job) -> Job:
    current = journal.get(job.job_id)
    assert current is not None
    return current


def test_an_import_is_read_encoded_and_cleaned_up(shop: Shop, journal: Journal, feed: Feed) -> None:
    (feed.folder / "i003.jpg").write_bytes(b"no picture")
    job = journal.add({"path": str(feed.table)})
    journal.upload_folder(job.job_id).mkdir()
    work_until_idle(shop, journal, Stop(), idle_s=0)
    done = found(journal, job)
    counts = [done.progress[name] for name in ("accepted", "rejected", "added", "encoded")]
    assert (done.state, counts) == ("succeeded", [19, 1, 19, 19])
    assert [row["item_id"] for row in done.progress["rejections"]] == ["i003"]
    assert not journal.upload_folder(job.job_id).exists()


def test_a_bad_feed_fails_and_the_next_import_runs(shop: Shop, journal: Journal, feed: Feed) -> None:
    bad, zipped = journal.add({"name": "feed.csv"}), journal.add({"name": "feed.zip"})
    good = journal.add({"path": str(feed.table)})
    folder = journal.upload_folder(bad.job_id)
    folder.mkdir()
    (folder / "feed.csv").write_text("no,ids\n1,2\n")
    work_until_idle(shop, journal, Stop(), idle_s=0)
    failed = found(journal, bad)
    assert failed.state == "failed"
    assert failed.progress["error"].startswith("feed.csv: no column")
    assert str(journal.folder) not in str(failed.progress)
    assert found(journal, zipped).state == "failed"
    assert found(journal, good).state == "succeeded"


def test_what_concerns_the_server_is_not_said(shop: Shop, journal: Journal, feed: Feed, monkeypatch) -> None:
    job = journal.add({"path": str(feed.table)})
    monkeypatch.setattr(
        shop, "encode", lambda **_: (_ for _ in ()).throw(OSError(28, "No space left", "/secret/place"))
    )
    work_until_idle(shop, journal, Stop(), idle_s=0)
    assert found(journal, job).progress["error"] == PRIVATE


def test_a_cancelled_import_ends_after_its_batch(shop: Shop, journal: Journal, feed: Feed, monkeypatch) -> None:
    monkeypatch.setattr("deepstyle.store.ingest.BATCH", 8)
    job, put = journal.add({"path": str(feed.table)}), shop.store.put

    def put_and_cancel(entries):
        journal.cancel(job.job_id)
        return put(entries)

    monkeypatch.setattr(shop.store, "put", put_and_cancel)
    work_until_idle(shop, journal, Stop(), idle_s=0)
    assert (found(journal, job).state, shop.store.count()) == ("cancelled", 8)


def test_a_stop_leaves_the_import_to_the_next_process(shop: Shop, journal: Journal, feed: Feed, monkeypatch) -> None:
    stop, put = Stop(), shop.store.put
    monkeypatch.setattr("deepstyle.store.ingest.BATCH", 8)

    def put_and_stop(entries):
        stop.set()
        return put(entries)

    job = journal.add({"path": str(feed.table)})
    with monkeypatch.context() as patch:
        patch.setattr(shop.store, "put", put_and_stop)
        work_until_idle(shop, journal, stop, idle_s=0)
    assert (found(journal, job).state, found(journal, job).attempts) == ("interrupted", 0)
    work_until_idle(shop, journal, Stop(), idle_s=0)
    done = found(journal, job)
    assert (done.state, done.progress["added"], done.progress["unchanged"]) == ("succeeded", 12, 8)


def test_a_zip_that_was_unpacked_before_a_stop_is_imported_after_it(shop: Shop, journal: Journal, feed: Feed) -> None:
    job = journal.add({"name": "feed.zip"})
    upload = journal.upload_folder(job.job_id) / "feed.zip"
    upload.parent.mkdir()
    with zipfile.ZipFile(upload, "w") as archive:
        for file in feed.folder.iterdir():
            archive.write(file, file.name)
    unpack(upload, upload.parent / "files")
    work_until_idle(shop, journal, Stop(), idle_s=0)
    assert (found(journal, job).state, found(journal, job).progress["accepted"]) == ("succeeded", 20)


def test_a_job_that_kills_its_process_is_given_up(shop: Shop, journal: Journal, feed: Feed) -> None:
    job = journal.add({"path": str(feed.table)})
    journal.report(job.job_id, "running", {}, attempts=MAX_ATTEMPTS)
    work_until_idle(shop, journal, Stop(), idle_s=0)
    assert found(journal, job).state == "failed"
    assert "killed" in found(journal, job).progress["error"]


def test_it_waits_for_another_job_of_the_store(shop: Shop, journal: Journal, feed: Feed, tmp_path: Path) -> None:
    job = journal.add({"path": str(feed.table)})
    with open_store(shop.settings.store) as other, only_job(other):
        stop = Stop()
        threading.Timer(0.3, stop.set).start()
        work_until_idle(shop, journal, stop, idle_s=0)
        assert found(journal, job).state == "queued"


def test_a_killed_process_is_started_again_and_its_job_resumed(tmp_path: Path, tiny_model: Path, feed: Feed) -> None:
    settings = Settings(
        store=f"sqlite:///{tmp_path}/shop.db",
        model=str(tiny_model),
        cache_dir=tmp_path / "cache",
        imports_dir=tmp_path / "imports",
    )
    journal = Journal.of(settings)
    with supervised_jobs(settings):
        with open_store(settings.store) as store, only_job(store):  # so that it does not get past its start
            job = journal.add({"path": str(feed.table)})
            first = worker()
            assert first.nice() == 19
            os.kill(first.pid, signal.SIGKILL)
            wait_until(lambda: not first.is_running() or first.status() == psutil.STATUS_ZOMBIE)
        wait_until(lambda: found(journal, job).is_finished)
        second = worker()
        assert second.pid != first.pid
    assert found(journal, job).state == "succeeded"
    assert not second.is_running()


def worker() -> psutil.Process:
    """The job process, once it has lowered its priority."""
    found_now: list[psutil.Process] = []

    def started() -> bool:
        found_now[:] = [
            child
            for child in psutil.Process().children()
            if "spawn_main" in " ".join(child.cmdline()) and child.nice() == 19
        ]
        return bool(found_now)

    wait_until(started)
    return found_now[0]


def wait_until(condition) -> None:
    for _ in range(WAIT_S * 20):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")
