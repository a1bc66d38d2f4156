"""What the server measures of itself, in Prometheus' terms.

One process keeps its values in memory, in one registry an app, so that two apps never mix. Several workers keep them in
files of one folder (``metrics_folder.py``), and whichever answers adds them up.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from deepstyle.api.index_metrics import IndexMetrics
from deepstyle.api.metrics_folder import FOLDER
from deepstyle.platform import is_alive, resident_bytes

_STAGE_BUCKETS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_REQUEST_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FILES: Final = ("histogram", "counter", "gauge_livesum")
_FILE_BYTES: Final = 1024 * 1024


class Metrics:
    """Durations of decode, encode, search and whole requests; problems by code; what is in flight; memory."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._folder = _worker_folder()
        if self._folder is None:
            self.registry.register(_Workers([os.getpid()]))
        else:
            _reserve(self._folder)
        self.decode_seconds = self._stage("deepstyle_decode_seconds", "Decode and resize of one uploaded image.")
        self.encode_seconds = self._stage("deepstyle_encode_seconds", "From prepared pixels to an embedding.")
        self.search_seconds = self._stage("deepstyle_search_seconds", "From an embedding to the most similar items.")
        self.uploads_in_flight = self._gauge("deepstyle_uploads_in_flight", "Uploads being encoded or waiting for it.")
        self.requests_in_flight = self._gauge("deepstyle_requests_in_flight", "Requests that are not answered yet.")
        self.index = IndexMetrics(self.registry)
        self.problems = Counter(
            "deepstyle_problems", "Requests answered with a problem, by its code.", ("code",), registry=self.registry
        )
        self.request_seconds = Histogram(
            "deepstyle_request_seconds",
            "Whole requests, by route, method and status.",
            ("route", "method", "status"),
            buckets=_REQUEST_BUCKETS_S,
            registry=self.registry,
        )

    def _stage(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=_STAGE_BUCKETS_S, registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry, multiprocess_mode="livesum")

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format, the sum over all workers."""
        if self._folder is None:
            return generate_latest(self.registry)
        everyone = CollectorRegistry()
        everyone.register(_Workers(_live_workers(self._folder)))
        MultiProcessCollector(everyone, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(everyone)


class _Workers(Collector):
    """How many processes serve, and their memory, read when somebody asks."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.pids = pids

    def collect(self) -> Iterator[Metric]:
        """Two gauges; where memory is unknown, only the number of workers."""
        yield GaugeMetricFamily("deepstyle_workers", "Server processes.", value=len(self.pids))
        resident = [size for pid in self.pids if (size := resident_bytes(pid))]
        if resident:
            yield GaugeMetricFamily("deepstyle_resident_bytes", "Resident memory of the workers.", value=sum(resident))


def _worker_folder() -> Path | None:
    folder = os.environ.get(FOLDER)
    return Path(folder) if folder else None


def _reserve(folder: Path) -> None:
    """Write this process's files in full before they are mapped: a full disk then stops a start, never a request.

    (A page of a mapped file that finds no room ends the process.)
    """
    for kind in _FILES:
        file = folder / f"{kind}_{os.getpid()}.db"
        if not file.exists():
            new = file.with_suffix(".new")
            new.write_bytes(bytes(_FILE_BYTES))
            new.rename(file)  # whole at once: another worker may be reading the folder


def _live_workers(folder: Path) -> list[int]:
    """The workers that run; gauges of those that died are forgotten, their counters stay: a sum never goes down."""
    live = []
    for file in folder.glob("gauge_livesum_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if is_alive(pid):
            live.append(pid)
        else:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    return live
