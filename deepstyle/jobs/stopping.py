"""How a job ends early: it finishes the batch it is at, which is then durable, and nothing is half-written."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from deepstyle.platform import stop_signals


class StoppedError(Exception):
    """Raised between two batches of a job that was asked to stop."""


class Stop:
    """A request to stop, of any thread; a callback for whatever reports progress batch by batch."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def is_set(self) -> bool:
        """Whether the job was asked to stop."""
        return self._event.is_set()

    def set(self) -> None:
        """Ask the job to stop."""
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait; return at once, with ``True``, where the job is asked to stop."""
        return self._event.wait(seconds)

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
