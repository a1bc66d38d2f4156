"""A value that is dear to read and may be a while old."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """What ``read`` returns, at most ``ttl_s`` old."""

    def __init__(self, ttl_s: float, read: Callable[[], T]) -> None:
        self._ttl_s = ttl_s
        self._read = read
        self._value: tuple[float, T] | None = None

    def get(self) -> T:
        """The value, read again where it is too old."""
        value = self._value
        if value is None or time.monotonic() - value[0] > self._ttl_s:
            self._value = value = time.monotonic(), self._read()
        return value[1]

    def forget(self) -> None:
        """Read it again the next time."""
        self._value = None
