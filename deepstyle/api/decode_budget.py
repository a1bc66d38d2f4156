"""The memory and the cores that decoding pictures may take in one process, shared by all requests."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from deepstyle.errors import OverloadedError
from deepstyle.platform import return_large_blocks


class DecodeBudget:
    """At most ``decoders`` pictures of together ``memory_bytes`` at a time, first come, first served.

    A picture larger than the whole budget is decoded alone. Who has waited ``timeout_s`` is refused.
    """

    def __init__(self, memory_bytes: int, decoders: int, timeout_s: float) -> None:
        return_large_blocks()
        self._memory_bytes = memory_bytes
        self._decoders = decoders
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._used_bytes = 0
        self._running = 0

    @property
    def used_bytes(self) -> int:
        """What is reserved now."""
        return self._used_bytes

    @contextmanager
    def reserve(self, size_bytes: int) -> Iterator[None]:
        """Hold ``size_bytes`` while the body decodes; raises ``OverloadedError`` where they are not free in time."""
        self._acquire(size_bytes)
        try:
            yield
        finally:
            with self._changed:
                self._used_bytes -= size_bytes
                self._running -= 1
                self._changed.notify_all()

    def _acquire(self, size_bytes: int) -> None:
        turn = object()
        with self._changed:
            self._waiting.append(turn)
            try:
                if not self._changed.wait_for(
                    lambda: self._waiting[0] is turn and self._fits(size_bytes), self._timeout_s
                ):
                    raise OverloadedError(
                        f"the memory for decoding was not free within {self._timeout_s:g} s.",
                        remedy="Send the request again a little later.",
                    )
                self._used_bytes += size_bytes
                self._running += 1
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()

    def _fits(self, size_bytes: int) -> bool:
        if self._running == 0:
            return True
        return self._running < self._decoders and self._used_bytes + size_bytes <= self._memory_bytes
