"""Which vectors of one space in MongoDB changed, and when: the recent part of the oplog in memory, by item.

A revision is a time of the cluster: its seconds, and in the lowest 31 bits the number within the second. The journal
reads a change stream up to the server's present time whenever a revision is asked for, so it knows every write that was
finished before. It begins when it is first asked, or at any earlier time that the oplog still holds. It costs about
200 bytes for each item that changed since the position of the index.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import pymongo
from bson.timestamp import Timestamp
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, OperationFailure

from deepstyle.errors import IndexUnavailableError, StoreError
from deepstyle.store.mongodb_connect import Document, call_timeout_s
from deepstyle.store.mongodb_watch import StreamLostError, Watch, committed_time

IDLE_S: Final = 60
"""A space that nobody writes to has a new revision so often, or its index would stand where no oplog reaches."""
KEPT_S: Final = 60
"""So long a change is kept that an index already has: another thread may search at an older position."""
NEVER: Final = 2**63 - 1
_WITHIN_S_BITS: Final = 31
_WRITES: Final = {"insert", "replace", "update", "delete"}

T = TypeVar("T")


class Journal:
    """The changes of ``space`` in ``embeddings`` after some revision, for any thread."""

    def __init__(self, embeddings: Collection[Document], space: str) -> None:
        self._embeddings = embeddings
        self._space = space
        self._guard = threading.Lock()
        self._watch: Watch | None = None
        self._changed: dict[str, int] = {}
        self._start = NEVER  # every change after this is known, up to ``_seen``
        self._last = 0  # the last change
        self._latest = 0  # the latest revision up to which anybody read
        self._lost = -1  # what changed after this, or after an earlier revision, can no longer be known

    def revision(self) -> int:
        """The time of the last write, or, where that is long ago, a later one up to which there was no other."""
        return self._at_present(lambda now: max(self._last, seconds_ago(now - now % revision_of(IDLE_S, 0), 0)))

    def covers(self, since: int) -> bool:
        """Whether it knows what changed after ``since``; reads the oplog from there on where it has to."""
        with self._guard:
            if self._knows(since):
                return True
        return self._at_present(lambda now: self._reach(since, now))

    def after(self, since: int) -> list[str]:
        """The ids of the items whose vector was written or deleted after ``since``, up to the last ``revision``.

        Raises ``IndexUnavailableError`` where ``since`` is not covered.
        """
        self.covers(since)
        with self._guard:
            if not self._knows(since):
                raise IndexUnavailableError(
                    f"MongoDB's oplog does not say what changed in {self._space} since the vector index was written.",
                    remedy="The index is built again; try again later.",
                )
            found = [item_id for item_id, when in self._changed.items() if when > since]
            self._forget(seconds_ago(since, KEPT_S))
            return found

    def seen(self) -> Timestamp | None:
        """The time that a reader of the documents must not be before, ``None`` where none was read up to."""
        watch = self._watch
        return None if watch is None else watch.seen

    def close(self) -> None:
        """Release the change stream."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def _knows(self, since: int) -> bool:
        return self._start <= since <= self._seen and self._seen >= self._latest

    @property
    def _seen(self) -> int:
        return -1 if self._watch is None else revision_at(self._watch.seen)

    def _at_present(self, answer: Callable[[int], T]) -> T:
        """``answer`` of the present time, up to which the stream was read; waits one call's timeout at most."""
        deadline_s = time.monotonic() + call_timeout_s(self._embeddings)
        now = committed_time(self._embeddings)
        if not self._guard.acquire(timeout=max(0.01, deadline_s - time.monotonic())):
            raise StoreError("MongoDB's changes are still being read.", remedy="Try again in a few seconds.")
        try:
            with pymongo.timeout(max(0.01, deadline_s - time.monotonic())):
                self._follow(now)
                return answer(revision_at(now))
        finally:
            self._guard.release()

    def _follow(self, now: Timestamp) -> None:
        """Read the stream up to ``now``; where the server cannot say what happened, begin anew."""
        try:
            if self._watch is not None:
                self._watch.catch_up(now, self._take)
        except (OperationFailure, StreamLostError) as error:
            if isinstance(error, ConnectionFailure) or (isinstance(error, OperationFailure) and error.timeout):
                raise  # the stream goes on where it was, once the server is back
            self._lost = max(self._lost, self._seen)
            self._watch = None
        if self._watch is None:
            now = committed_time(self._embeddings)
            self._begin(now)
        self._latest = max(self._latest, revision_at(now))

    def _begin(self, start: Timestamp) -> None:
        self._watch, self._changed, self._start = None, {}, NEVER
        self._watch = Watch(self._embeddings, _stages(self._space), start)
        self._start = revision_at(start)
        self._last = max(self._last, self._start)

    def _reach(self, since: int, now: int) -> bool:
        """Read from ``since`` on again; the present is reached again before anybody is answered."""
        if since <= self._lost or since > now:
            return False
        if since < self._start:
            self.close()
            try:
                self._begin(timestamp_of(since))
            except OperationFailure as error:
                if isinstance(error, ConnectionFailure) or error.timeout:
                    raise
                self._lost = max(self._lost, since)
            self._follow(timestamp_of(now))
        return self._knows(since)

    def _take(self, event: Document) -> None:
        when = revision_at(event["clusterTime"])
        if event["operationType"] not in _WRITES:
            self._lost = max(self._lost, when)
            raise StreamLostError(f"the embeddings ended with a {event['operationType']}")
        self._changed[event["documentKey"]["_id"]["item_id"]] = when
        self._last = max(self._last, when)

    def _forget(self, until: int) -> None:
        if until > self._start:
            self._changed = {item_id: when for item_id, when in self._changed.items() if when > until}
            self._start = until


def revision_of(seconds: int, number: int) -> int:
    """The revision of the ``number``-th moment of a second."""
    return seconds << _WITHIN_S_BITS | number


def revision_at(when: Timestamp) -> int:
    """A time of the cluster as a revision."""
    return revision_of(when.time, when.inc)


def timestamp_of(revision: int) -> Timestamp:
    """A revision as a time of the cluster."""
    return Timestamp(revision >> _WITHIN_S_BITS, revision & (2**_WITHIN_S_BITS - 1))


def seconds_ago(revision: int, seconds: int) -> int:
    """The revision ``seconds`` before."""
    return max(0, revision - revision_of(seconds, 0))


def _stages(space: str) -> list[Document]:
    ended = {"operationType": {"$in": ["drop", "rename", "dropDatabase"]}}
    shape = {"operationType": 1, "clusterTime": 1, "documentKey": 1}
    return [{"$match": {"$or": [{"documentKey._id.space": space}, ended]}}, {"$project": shape}]
