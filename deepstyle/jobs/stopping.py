"""How a job ends early: it finishes the batch it is at, which is then durable, and nothing is half-written."""

import contextlib
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from deepstyle.platform import stop_signals

LOOK_EVERY_S: Final = 0.1


class StoppedError(Exception):
    """Raised between two batches of a job that was asked to stop."""


class Stop:
    """A request to stop, of any thread or signal; a callback for whatever reports progress batch by batch.

    It is a flag that is looked at: an ``Event`` has a lock, for which the handler of a signal would wait for ever where
    the signal came while the same thread had it.
    """

    def __init__(self) -> None:
        self._is_set = False

    @property
    def is_set(self) -> bool:
        """Whether the job was asked to stop."""
        return self._is_set

    def set(self) -> None:
        """Ask the job to stop."""
        self._is_set = True

    def wait(self, seconds: float) -> bool:
        """Wait; return within ``LOOK_EVERY_S``, with ``True``, where the job is asked to stop."""
        until_s = time.monotonic() + seconds
        while not self._is_set and (left_s := until_s - time.monotonic()) > 0:
            time.sleep(min(left_s, LOOK_EVERY_S))
        return self._is_set

    def check(self, *_: Any) -> None:
        """Raise ``StoppedError`` where the job was asked to stop."""
        if self.is_set:
            raise StoppedError


@contextlib.contextmanager
def stop_on_signals(stop: Stop, *, interrupt: bool = True) -> Iterator[None]:
    """Within the block, the first signal that ends a process asks for a stop; the second ends it.

    ``interrupt`` is whether Ctrl+C is one of these signals.
    """
    numbers = stop_signals() - (frozenset() if interrupt else {signal.SIGINT})
    before = {number: signal.getsignal(number) for number in numbers}

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set:
            raise SystemExit(128 + number)
        stop.set()

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
