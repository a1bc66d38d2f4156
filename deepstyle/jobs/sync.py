"""Bring a store in line with a feed, again and again: only what changed is read, written and encoded."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import deepstyle
from deepstyle.demo.source import open_catalogue
from deepstyle.errors import DeepstyleError, FileError, StoreBusyError
from deepstyle.jobs.encode import encode_changes
from deepstyle.jobs.feed import digest_of, locate, name_of
from deepstyle.jobs.lock import Check, only_job
from deepstyle.jobs.schedule import next_run_s, wait_s
from deepstyle.jobs.state import FeedState, SyncRun, read_state, write_state
from deepstyle.jobs.stopping import Stop, StoppedError
from deepstyle.shop import EncodeResult, Shop
from deepstyle.store.ingest import PRUNE_LIMIT_PERCENT, ImportReport

BUSY_RETRY_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How a feed is read: see ``Shop.import_catalogue``; a prune follows its rules."""

    prune: bool = True
    prune_limit_percent: float = PRUNE_LIMIT_PERCENT
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    encoding: str = "utf-8"
    download: bool = False

    @property
    def basis(self) -> str:
        """Identifies the options, and the version that applies them."""
        values = [self.prune, self.prune_limit_percent, sorted(self.columns.items()), self.encoding, self.download]
        return hashlib.sha256(json.dumps([deepstyle.__version__, values]).encode()).hexdigest()


def sync_once(shop: Shop, feed: str, options: SyncOptions, stop: Stop, *, every_s: float = 0.0) -> SyncRun:
    """Read ``feed`` once, where it is not as it was, and remember the result.

    A run that is stopped or fails is returned as such. Raises ``StoreBusyError`` where another job writes the store.
    """
    started_s, began_s = time.time(), time.perf_counter()
    with only_job(shop.store) as still_ours:
        state = read_state(shop.store, name_of(feed))
        try:
            state, run = _run(shop, state, options, _Checks(stop, still_ours))
        except StoreBusyError:
            raise
        except StoppedError:
            run = SyncRun(state.feed, "stopped", started_s, 0.0)
        except OSError as error:
            run = _failed(state.feed, FileError.of(error))
        except DeepstyleError as error:
            run = _failed(state.feed, error)
        run = replace(run, started_s=started_s, duration_s=time.perf_counter() - began_s)
        failures = state.failures + 1 if run.outcome == "failed" else 0
        planned_s = next_run_s(started_s, every_s, failures) if every_s else 0.0
        if run.outcome == "stopped":
            planned_s = started_s if every_s else 0.0  # what it left is read as soon as there is a process again
        write_state(shop.store, replace(state, failures=failures, every_s=every_s, next_run_s=planned_s, last_run=run))
    return run


def sync_forever(
    shop: Shop, feed: str, options: SyncOptions, stop: Stop, *, every_s: float, on_run: Callable[[SyncRun], None]
) -> None:
    """Read ``feed`` at an interval until ``stop``; failures are reported, and tried again later and later."""
    while not stop.is_set:
        planned_s = read_state(shop.store, name_of(feed)).next_run_s
        if stop.wait(wait_s(planned_s, time.time(), every_s)):
            return
        try:
            on_run(sync_once(shop, feed, options, stop, every_s=every_s))
        except StoreBusyError:
            stop.wait(BUSY_RETRY_S)


@dataclass(frozen=True, slots=True)
class _Checks:
    """What every batch asks: whether to stop, and whether the store is still this job's."""

    stop: Stop
    still_ours: Check

    def __call__(self, *_: object) -> None:
        self.stop.check()
        self.still_ours()


def _run(shop: Shop, state: FeedState, options: SyncOptions, check: _Checks) -> tuple[FeedState, SyncRun]:
    """Import and encode what changed; nothing where the feed and the store are as they were after the last run."""
    path = locate(state.feed, shop.settings)
    digest = digest_of(path)
    check()
    if state.digest == digest and state.basis == _basis(options, shop):
        return state, SyncRun(state.feed, "unchanged", 0.0, 0.0, items=shop.store.count())
    report = shop.import_catalogue(
        open_catalogue(path, columns=options.columns, encoding=options.encoding, settings=shop.settings),
        prune=options.prune,
        prune_limit_percent=options.prune_limit_percent,
        download=options.download,
        on_progress=check,
    )
    encoded = encode_changes(shop, check)
    done = replace(state, digest=digest, basis=_basis(options, shop))
    return done, _summary(state.feed, shop, report, encoded)


def _summary(feed: str, shop: Shop, report: ImportReport, encoded: EncodeResult) -> SyncRun:
    names = ("accepted", "rejected", "added", "changed", "unchanged", "pruned", "prune_refused")
    return SyncRun(
        feed,
        "changed",
        0.0,
        0.0,
        items=shop.store.count(),
        **{name: getattr(report, name) for name in names},
        encoded=encoded.encoded,
        encode_failures=len(encoded.failures),
        calibrated=encoded.calibration is not None,
    )


def _failed(feed: str, error: DeepstyleError) -> SyncRun:
    return SyncRun(feed, "failed", 0.0, 0.0, error=error.message, remedy=error.remedy)


def _basis(options: SyncOptions, shop: Shop) -> str:
    return f"{options.basis} {shop.store.count()}"
