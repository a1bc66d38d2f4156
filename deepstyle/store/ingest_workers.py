"""The threads or processes that read and decode the pictures of an import."""

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Self

from deepstyle import platform
from deepstyle.catalogue.rows import Rejection
from deepstyle.errors import DataError
from deepstyle.store.ingest_pictures import Job, Prepared, prepare_pictures

THREADS: Final = 2
FIRST_BATCHES: Final = 8
"""So many batches are left to threads: a process takes half a second to start."""


class Workers:
    """Two threads, and for a large catalogue that many ``processes``; a context manager."""

    def __init__(self, processes: int = 0) -> None:
        self._processes = processes
        self._batches = 0
        self._pool: Executor = ThreadPoolExecutor(THREADS, thread_name_prefix="import")

    def prepare(self, jobs: Sequence[Job]) -> Iterator[Prepared | Rejection]:
        """What becomes of each row, in order; the work begins now. Raises ``DataError`` where a process ended."""
        self._batches += 1
        if self._processes > 1 and self._batches == FIRST_BATCHES + 1:
            self._pool.shutdown()
            self._pool = ProcessPoolExecutor(self._processes, platform.SPAWN, _begin)
        parts = max(1, 2 * self._processes)
        return _checked(self._pool.map(prepare_pictures, jobs, chunksize=-(-len(jobs) // parts) or 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """What a worker process does first: an interrupt is its parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    platform.leave_with_parent()


def _checked(prepared: Iterator[Prepared | Rejection]) -> Iterator[Prepared | Rejection]:
    try:
        yield from prepared
    except BrokenProcessPool as error:
        raise DataError(
            "a process that decodes pictures was ended by the system.",
            remedy="Run the import again: it goes on where it stopped. If memory is short, stop other programs first.",
        ) from error
