"""Calls of a Milvus server that end in time: no retries for minutes, and at once while it is known to be down."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from deepstyle.errors import IndexUnavailableError, MissingDependencyError

TIMEOUT_S: Final = 3.0
WRITE_TIMEOUT_ROW_S: Final = 0.015
"""A write may take so much longer than another call for each row: 30 s for as many as are written at once."""
REST_S: Final = 1.0
"""So long nobody calls a server that did not answer."""
UNSEEN_S: Final = 1.0
"""Less than a server takes to start: in a longer time without an answer it may have been restarted."""
_MISSING_CODES: Final = (100, 1600)  # no such collection, no such alias


class MilvusError(IndexUnavailableError):
    """What the server said, or that it said nothing; ``is_missing``: there is no such collection or alias."""

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message, remedy="Check that the Milvus server runs; the index follows by itself.")
        self.is_missing = is_missing


class Client:
    """A connection to the server at ``uri``, made when it is first needed and again where it was lost.

    ``doubts`` grows after each refusal, and each pause in which the server may have been restarted: also during one
    call, which pymilvus repeats until it is answered or its time is over.
    """

    def __init__(self, uri: str, *, user: str = "", password: str = "", timeout_s: float = TIMEOUT_S) -> None:
        try:
            import pymilvus
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                "a milvus:// index needs pymilvus.", remedy="pip install 'deepstyle[milvus]'"
            ) from error
        logging.getLogger(pymilvus.__name__).setLevel(logging.CRITICAL)  # it logs what it raises, with tracebacks
        self._uri = uri
        self._sign_in = {"user": user, "password": password} if user else {}
        self._timeout_s = timeout_s
        self._guard = threading.Lock()
        self._client: Any = None
        self._rests_until_s = 0.0
        self._answered_s = 0.0
        self.doubts = 0
        self.dimension = lru_cache(maxsize=256)(self._dimension)

    def call(self, name: str, *given: Any, timeout: float = 0.0, **options: Any) -> Any:
        """What the client's method ``name`` returns; raises ``MilvusError``."""
        with self._translated() as client:
            return getattr(client, name)(*given, timeout=timeout or self._timeout_s, **options)

    def upsert(self, place: str, rows: list[dict[str, Any]]) -> int:
        """Write rows; return Milvus' time of it."""
        with self._translated() as client:
            found = client._get_connection().upsert_rows(place, rows, timeout=self._write_timeout_s(len(rows)))
            return int(found.timestamp)

    def delete(self, place: str, keys: list[int]) -> None:
        """Delete rows."""
        with self._translated() as client:
            client._get_connection().delete(place, f"key in {keys}", timeout=self._write_timeout_s(len(keys)))

    def now(self) -> int:
        """Milvus' time, later than that of every write that has finished."""
        with self._translated() as client:
            return int(client._get_connection().alloc_timestamp(timeout=self._timeout_s))

    def wait_indexed(self, place: str, timeout_s: float) -> None:
        """Wait until every sealed segment has its graph."""
        deadline = time.monotonic() + timeout_s
        while int(self.call("describe_index", place, "vector")["pending_index_rows"]):
            if time.monotonic() > deadline:
                raise MilvusError(f"the collection {place} is not indexed within {timeout_s:.0f} s.")
            time.sleep(0.2)

    def close(self) -> None:
        """Release the connection."""
        with self._guard:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _dimension(self, place: str) -> int:
        fields = self.call("describe_collection", place)["fields"]
        return next(int(field["params"]["dim"]) for field in fields if field["name"] == "vector")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[Any]:
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        if time.monotonic() < self._rests_until_s:
            raise MilvusError(f"Milvus at {self._uri} did not answer a moment ago.")
        try:
            yield self._connected()
            self._note_answer()
        except MilvusException as error:
            is_missing = error.code in _MISSING_CODES
            if not is_missing and _is_silent(error):
                self._rest()
            elif not is_missing:
                self.doubts += 1
            raise MilvusError(f"Milvus at {self._uri}: {error.message}", is_missing=is_missing) from error
        except (RpcError, OSError, ValueError) as error:  # ValueError: of a channel that another thread closed
            self._rest()
            raise MilvusError(f"Milvus at {self._uri}: {error}") from error

    def _write_timeout_s(self, rows: int) -> float:
        return self._timeout_s + rows * WRITE_TIMEOUT_ROW_S

    def _note_answer(self) -> None:
        now_s = time.monotonic()
        if now_s > self._answered_s + UNSEEN_S:
            self.doubts += 1
        self._answered_s = now_s

    def _rest(self) -> None:
        """Leave the server alone for a while, then connect anew: a connection may have fallen silent for good."""
        self.doubts += 1
        self._rests_until_s = time.monotonic() + REST_S
        with contextlib.suppress(Exception):  # of a connection that is already gone
            self.close()

    def _connected(self) -> Any:
        from pymilvus import MilvusClient

        with self._guard:
            if self._client is None:
                self._client = MilvusClient(uri=self._uri, timeout=self._timeout_s, dedicated=True, **self._sign_in)
            return self._client


def _is_silent(error: Any) -> bool:
    """Whether the server itself said nothing: its own errors have whole numbers as codes."""
    return not isinstance(error.code, int) or error.code in (1, 2) or "Retry timeout" in error.message
