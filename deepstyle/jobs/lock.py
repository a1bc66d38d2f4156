"""One job per store: a lock on a file beside a SQLite store, a lease in a MongoDB one.

The system drops the lock of a process that dies. A lease is a fact with an expiry, which its holder renews; another
process takes it over once it expired, or at once where its holder ran on the same machine and is dead.
"""

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from filelock import FileLock, Timeout

from deepstyle.errors import StoreBusyError
from deepstyle.platform import is_alive
from deepstyle.store.base import INSTANCE_FACTS, Store
from deepstyle.store.url import without_password

LEASE: Final = f"{INSTANCE_FACTS}job_lease"
LEASE_S: Final = 60.0
_SQLITE: Final = "sqlite:///"
Check = Callable[[], None]
"""Raises ``StoreBusyError`` where the store is another job's meanwhile."""


@contextlib.contextmanager
def only_job(store: Store, *, lease_s: float = LEASE_S) -> Iterator[Check]:
    """Be the one job that writes ``store``; raises ``StoreBusyError`` at once where another is."""
    if store.url.startswith(_SQLITE):
        with only_job_of_file(store.url):
            yield lambda: None
        return
    lease = Lease(store, lease_s)
    lease.take()
    try:
        yield lease.check
    finally:
        lease.give()


@contextlib.contextmanager
def only_job_of_file(url: str) -> Iterator[None]:
    """As ``only_job``, of the SQLite store at ``url``, which need not be there yet."""
    try:
        with FileLock(f"{url.removeprefix(_SQLITE)}.job", timeout=0):
            yield
    except Timeout:
        raise _busy(url) from None


class Lease:
    """The lease on one store, renewed by a thread from ``take`` to ``give``."""

    def __init__(self, store: Store, lease_s: float) -> None:
        self._store = store
        self._lease_s = lease_s
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(8)}"
        self._value: str | None = None
        self._ended = threading.Event()
        self._lost = False
        self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)

    def take(self) -> None:
        """Take the lease; raises ``StoreBusyError`` where another process has it."""
        held = self._store.meta(LEASE)
        if (held and not _is_free(held)) or not self._write(held, self._lease_s):
            raise _busy(self._store.url)
        self._renewing.start()

    def give(self) -> None:
        """Let the next process have the lease."""
        self._ended.set()
        self._renewing.join()
        if not self._lost:
            self._store.publish({LEASE: ""}, {}, given={LEASE: self._value})

    def check(self) -> None:
        """Raise ``StoreBusyError`` where the lease was lost: this process did not run for too long."""
        if self._lost:
            raise _busy(self._store.url)

    def _renew(self) -> None:
        while not self._ended.wait(self._lease_s / 3) and not self._lost:
            self._lost = not self._write(self._value, self._lease_s)

    def _write(self, held: str | None, lease_s: float) -> bool:
        value = json.dumps({"owner": self._owner, "expires_s": time.time() + lease_s})
        written = self._store.publish({LEASE: value}, {}, given={LEASE: held})
        if written:
            self._value = value
        return written


def _is_free(held: str) -> bool:
    """Whether the lease expired, or its holder is a dead process of this machine."""
    fields = json.loads(held)
    host, pid, _ = str(fields["owner"]).split("/")
    return fields["expires_s"] < time.time() or (host == socket.gethostname() and not is_alive(int(pid)))


def _busy(url: str) -> StoreBusyError:
    return StoreBusyError(
        f"another job is writing {without_password(url)}.",
        remedy="Wait for it to end; `deepstyle sync --status` shows feeds that are kept in sync.",
    )
