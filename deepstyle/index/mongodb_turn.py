"""The turn to write an index, among processes on any machine: a lease in MongoDB.

The lease is one document: its owner, and until when, by the server's clock. Its owner renews it every third of its
time, and counts it as lost from a moment before the server does: by its own clock, from when it asked. So two processes
never both count it as theirs; what a paused process may still do is said in ``deepstyle.index.turn``.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from deepstyle.index.turn import Turn, busy
from deepstyle.store.mongodb_connect import Document, store_error

LEASE_S: Final = 15.0
LEASE: Final = "follower"


@contextlib.contextmanager
def leased_turn(leases: Collection[Document], lease_s: float = LEASE_S) -> Iterator[Turn]:
    """Have the turn; raises ``StoreBusyError`` at once where another process has it."""
    turn = LeasedTurn(leases, lease_s)
    turn.take()
    try:
        yield turn
    finally:
        turn.give()


class LeasedTurn:
    """See ``Turn``; renewed by a thread from ``take`` to ``give``."""

    def __init__(self, leases: Collection[Document], lease_s: float) -> None:
        self._leases = leases
        self._lease_s = lease_s
        self._owner = secrets.token_hex(8)
        self._ends_s = 0.0
        self._doubts = 0
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="deepstyle-lease", daemon=True)

    def take(self) -> None:
        """Take the lease, where it is free or has expired."""
        try:
            with contextlib.suppress(DuplicateKeyError):  # another process writes the first one
                first = {"owner": "", "expires": datetime.fromtimestamp(0, UTC), "doubts": 0}
                self._leases.update_one({"_id": LEASE}, {"$setOnInsert": first}, upsert=True)
            found = self._write({"_id": LEASE, "$expr": {"$lt": ["$expires", "$$NOW"]}})
        except PyMongoError as error:
            raise store_error("lease the vector index", error) from error
        if not found:
            raise busy()
        self._renewing.start()

    def give(self) -> None:
        """Let the next process have the lease."""
        self._ended.set()
        self._renewing.join()
        with contextlib.suppress(PyMongoError):  # then it expires
            self._leases.update_one({"_id": LEASE, "owner": self._owner}, [{"$set": {"expires": "$$NOW", "owner": ""}}])

    def check(self, *, has_written: bool = False) -> None:
        """See ``Turn.check``."""
        if time.monotonic() < self._ends_s:
            return
        if has_written:
            with contextlib.suppress(PyMongoError):
                self._leases.update_one({"_id": LEASE}, {"$inc": {"doubts": 1}})
        raise busy()

    def doubts(self) -> int:
        """See ``Turn.doubts``; as of the last renewal."""
        return self._doubts

    def _renew(self) -> None:
        while not self._ended.wait(self._lease_s / 3):
            with contextlib.suppress(PyMongoError):
                if not self._write({"_id": LEASE, "owner": self._owner}):
                    self._ends_s = 0.0
                    return

    def _write(self, where: Document) -> bool:
        """Have the lease from now on, where its document is as in ``where``; returns whether it is."""
        began_s = time.monotonic()
        until = {"$add": ["$$NOW", int(self._lease_s * 1000)]}
        found = self._leases.find_one_and_update(
            where, [{"$set": {"owner": self._owner, "expires": until}}], return_document=ReturnDocument.AFTER
        )
        if found is not None:
            self._doubts = found["doubts"]
            self._ends_s = began_s + self._lease_s
        return found is not None
