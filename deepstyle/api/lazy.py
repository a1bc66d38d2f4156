"""What is opened when it is first needed, and tried again where it could not be."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from deepstyle.api.problems import ProblemError, not_ready
from deepstyle.errors import DeepstyleError

RETRY_S: Final = 2.0
T = TypeVar("T")


class Lazy(Generic[T]):
    """A thing opened once for each ``key``; after a failure it is tried again, but at most every ``RETRY_S``.

    What was opened for another key is released only after that: OpenVINO must not free a model while it compiles one.
    """

    def __init__(self, open_it: Callable[[], T], key: Callable[[], object] = lambda: None) -> None:
        self._open_it = open_it
        self._key = key
        self._value: tuple[object, T] | None = None
        self._failure: ProblemError | None = None
        self._failed_at_s = 0.0
        self._lock = threading.Lock()

    def get(self) -> T:
        """The thing; raises ``ProblemError`` (not-ready) where it cannot be opened, whatever the reason."""
        key, value = self._key(), self._value
        if value is None or value[0] != key:
            with self._lock:
                value = self._value
                if value is None or value[0] != key:
                    self._value = value = key, self._attempt()
        return value[1]

    @property
    def opened(self) -> T | None:
        """The thing if it was opened before."""
        return self._value[1] if self._value else None

    def _attempt(self) -> T:
        if self._failure is not None and time.monotonic() - self._failed_at_s < RETRY_S:
            raise self._failure
        try:
            return self._open_it()
        except DeepstyleError as error:
            # A wrong URL or model name is the operator's mistake here, not the client's.
            self._failure = not_ready(error)
            self._failed_at_s = time.monotonic()
            raise self._failure from error
