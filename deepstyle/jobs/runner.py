"""The job process: works through a server's imports and webhooks, one at a time, behind every search.

It is started where there is work and ends when there is none for a while. A job that was interrupted is taken up again:
an import continues where it stopped, because what it wrote is unchanged.
"""

import logging
import logging.config
import signal
import threading
import time
from collections.abc import Mapping
from multiprocessing import parent_process
from typing import Any, Final

from deepstyle.errors import DataError, DeepstyleError, FileError, StoreBusyError, UsageError
from deepstyle.jobs.encode import encode_changes
from deepstyle.jobs.imports import run_import
from deepstyle.jobs.journal import Job, Journal
from deepstyle.jobs.lock import Check, only_job
from deepstyle.jobs.stopping import Stop, StoppedError, stop_on_signals
from deepstyle.jobs.webhooks.apply import apply_delivery
from deepstyle.platform import run_process_in_background
from deepstyle.process import prepare_process
from deepstyle.settings import Settings
from deepstyle.shop import Shop

IDLE_S: Final = 30.0
"""How long the process, and its model, wait for more work."""
POLL_S: Final = 0.5
RETRY_S: Final = 10.0
DELIVERIES_AT_ONCE: Final = 100
REPORT_S: Final = 0.25
"""The least time between two reports of a stage."""
MAX_ATTEMPTS: Final = 3
"""A job whose process was killed so often is given up: it may be what kills it."""
PRIVATE: Final = "the server could not finish it."
log = logging.getLogger("deepstyle.jobs")


class _CancelledError(Exception):
    """Raised between two batches of an import that a client cancelled."""


def main(settings: Settings, log_config: Mapping[str, Any] | None = None) -> None:
    """Work through the jobs of ``settings``' store until there are none, the server ends, or a signal comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to every process; the server says when to end
    prepare_process()
    run_process_in_background()
    if log_config:
        logging.config.dictConfig(dict(log_config))
    stop = Stop()
    threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    with stop_on_signals(stop, interrupt=False), Shop.open(settings=settings) as shop:
        work_until_idle(shop, Journal.of(settings), stop)


def work_until_idle(shop: Shop, journal: Journal, stop: Stop, *, idle_s: float = IDLE_S) -> None:
    """Do what waits, and what comes, until nothing came for ``idle_s``."""
    idle_since_s = time.monotonic()
    while not stop.is_set:
        if not journal.has_work:
            if time.monotonic() - idle_since_s >= idle_s:
                return
            stop.wait(POLL_S)
            continue
        try:
            with only_job(shop.store) as still_ours:
                _work(shop, journal, stop, still_ours)
        except StoreBusyError:
            stop.wait(POLL_S)
        idle_since_s = time.monotonic()


def _work(shop: Shop, journal: Journal, stop: Stop, still_ours: Check) -> None:
    """The deliveries that wait, and then the oldest import."""
    _apply_deliveries(shop, journal, stop, still_ours)
    job = journal.next_job()
    if job and not stop.is_set:
        _work_on(shop, journal, job, stop, still_ours)
    journal.clean()


def _apply_deliveries(shop: Shop, journal: Journal, stop: Stop, still_ours: Check) -> None:
    """Apply what shop systems sent, and encode it; what cannot be written now is tried again.

    A delivery is done once its pictures are encoded: applied twice, it changes nothing the second time.
    """
    try:
        while (deliveries := journal.deliveries(DELIVERIES_AT_ONCE)) and not stop.is_set:
            still_ours()
            changes = [apply_delivery(shop, delivery) for delivery in deliveries]
            if any(changes):
                encode_changes(shop, stop.check)
            journal.done([delivery.number for delivery in deliveries])
    except StoppedError:
        return
    except StoreBusyError:
        raise
    except DeepstyleError as error:
        log.warning("webhooks could not be applied: %s", error)
        stop.wait(RETRY_S)


def _work_on(shop: Shop, journal: Journal, job: Job, stop: Stop, still_ours: Check) -> None:
    last, reported_s = job.progress, 0.0

    def report(progress: Mapping[str, Any]) -> None:
        nonlocal last, reported_s
        stop.check()
        still_ours()
        if progress["stage"] == last.get("stage") and time.monotonic() - reported_s < REPORT_S:
            return
        last, reported_s = progress, time.monotonic()
        journal.report(job.job_id, "running", progress)
        current = journal.get(job.job_id)
        if current is None or current.is_cancelled:
            raise _CancelledError

    if job.attempts >= MAX_ATTEMPTS:
        error = DataError(f"its process was killed {MAX_ATTEMPTS} times.", remedy="Send the feed in smaller parts.")
        _fail(journal, job, last, error)
        return
    try:
        journal.report(job.job_id, "running", last, attempts=job.attempts + 1)
        result = run_import(shop, job.request, journal.upload_folder(job.job_id), report)
        journal.report(job.job_id, "succeeded", result)
    except _CancelledError:
        journal.report(job.job_id, "cancelled", last)
    except (StoppedError, StoreBusyError) as ended:
        journal.report(job.job_id, "interrupted", last, attempts=job.attempts)
        if isinstance(ended, StoreBusyError):
            raise
    except OSError as error:
        _fail(journal, job, last, FileError.of(error))
    except DeepstyleError as error:
        _fail(journal, job, last, error)
    except Exception:  # one bad feed must not stop those behind it
        log.exception("an import failed")
        _fail(journal, job, last, DeepstyleError("an internal error."))


def _fail(journal: Journal, job: Job, last: Mapping[str, Any], error: DeepstyleError) -> None:
    """Say why a job failed; what concerns the server, not the feed, is only logged."""
    log.warning("the import %s failed: %s", job.job_id, error)
    is_public = isinstance(error, DataError | UsageError)
    message = error.message.replace(f"{journal.upload_folder(job.job_id)}/", "") if is_public else PRIVATE
    remedy = error.remedy if is_public else "Ask the operator: the server's log says why."
    journal.report(job.job_id, "failed", {**last, "error": message, "remedy": remedy})


def _end_with_parent(stop: Stop) -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        stop.set()
