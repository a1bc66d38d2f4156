"""The queue that a server's processes share."""

import os
import time
from pathlib import Path

import pytest

from deepstyle.errors import OverloadedError
from deepstyle.jobs import journal as module
from deepstyle.jobs.journal import ORPHAN_S, Journal
from deepstyle.settings import Settings


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "imports")


def test_jobs_are_worked_on_in_order_and_listed_newest_first(journal: Journal) -> None:
    assert (journal.jobs(), journal.next_job(), journal.has_work) == ([], None, False)
    assert not journal.folder.exists()  # reading creates nothing
    first, second = journal.add({"name": "a.csv"}), journal.add({"name": "b.csv"})
    assert [job.job_id for job in journal.jobs()] == [second.job_id, first.job_id]
    assert journal.next_job() == first
    journal.report(first.job_id, "running", {"accepted": 64}, attempts=1)
    found = journal.get(first.job_id)
    assert found is not None
    assert (found.state, found.seq, found.attempts, found.progress) == ("running", 2, 1, {"accepted": 64})
    journal.interrupt()
    assert [job.state for job in journal.jobs()] == ["queued", "interrupted"]
    journal.report(first.job_id, "succeeded", {})
    assert journal.next_job() == second


def test_cancelling_is_asked_for_once_and_not_of_a_finished_job(journal: Journal) -> None:
    job = journal.add({})
    for _ in range(2):
        journal.cancel(job.job_id)
    found = journal.get(job.job_id)
    assert found is not None
    assert (found.is_cancelled, found.seq) == (True, 2)
    journal.report(job.job_id, "cancelled", {})
    journal.cancel(job.job_id)
    assert journal.get(job.job_id).seq == 3


def test_so_many_wait_and_so_many_are_listed(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_JOBS", 25)
    for _ in range(module.WAITING_JOBS):
        journal.add({})
    with pytest.raises(OverloadedError):
        journal.add({})
    for job in journal.jobs():
        journal.report(job.job_id, "succeeded", {})
    for _ in range(10):
        journal.add({})
    assert len(journal.jobs()) == 25


def test_a_delivery_is_queued_once_and_remembered_for_a_while(journal: Journal, monkeypatch) -> None:
    monkeypatch.setattr(module, "KEPT_DELIVERIES", 3)
    monkeypatch.setattr(module, "WAITING_DELIVERIES", 5)
    assert journal.deliver("shopify", "products/update", "a", b"1")
    assert not journal.deliver("shopify", "products/update", "a", b"2")
    assert journal.deliver("woocommerce", "product.updated", "a", b"3")
    assert [one.payload for one in journal.deliveries(10)] == [b"1", b"3"]
    for name in "bcd":
        journal.deliver("shopify", "products/update", name, b"")
    with pytest.raises(OverloadedError):
        journal.deliver("shopify", "products/update", "e", b"")
    journal.done([one.number for one in journal.deliveries(10)])
    assert journal.deliveries(10) == []
    assert journal.deliver("shopify", "products/update", "e", b"")  # what was refused was not remembered
    assert journal.deliver("shopify", "products/update", "a", b"")  # forgotten


def test_uploads_go_with_their_job(journal: Journal) -> None:
    kept, done = journal.add({}), journal.add({})
    journal.report(done.job_id, "succeeded", {})
    for name in (kept.job_id, done.job_id, "0" * 32, "1" * 32):
        (journal.folder / name).mkdir()
        (journal.folder / name / "feed.csv").write_bytes(b"1234")
    old_s = time.time() - ORPHAN_S - 1
    os.utime(journal.folder / ("0" * 32), (old_s, old_s))
    assert journal.stored_bytes() == 16
    journal.clean()
    assert {path.name for path in journal.folder.glob("*/")} == {kept.job_id, "1" * 32}


def test_each_store_has_a_queue_of_its_own(tmp_path: Path) -> None:
    one, other = (Settings(store=f"sqlite:///{name}.db", imports_dir=tmp_path) for name in "ab")
    Journal.of(one).add({})
    assert Journal.of(other).jobs() == []
    assert len(Journal.of(one).jobs()) == 1
