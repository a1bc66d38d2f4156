"""Connections to the SQLite file behind the embedded store, and its errors in terms of what the user can do."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from deepstyle.errors import StoreError
from deepstyle.store.check import CHECK_REMEDY
from deepstyle.store.migrations import (
    APPLICATION_ID,
    BUSY_TIMEOUT_S,
    SCHEMA_VERSION,
    create_tables,
    migrate,
    show_as_current,
)
from deepstyle.store.schema import read_revision, transaction, version_of

# Errors that values from a damaged file cause: another type, broken text, a key without a row.
UNREADABLE = (TypeError, ValueError, LookupError, OverflowError)
_UNWRITABLE_FOLDER = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class Database:
    """Connections to one SQLite file; each is used by one thread at a time and then reused.

    A file that is only read may be in a folder that is read-only. Raises ``StoreError`` where the file cannot be
    opened, is not a store, or has a newer schema version.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path.absolute()
        self.read_only = read_only
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self._is_older = False
        self.frozen: tuple[int, ...] | None = None
        """The state of a file that is read as if nobody wrote it, ``None`` where it is read as usual."""
        if not read_only:
            self._create_folder()
        with self._translated(), self._connection() as connection:
            self._check(connection)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose every statement sees the same revision.

        Values read in the block that cannot be interpreted raise ``StoreError``: the file is damaged.
        """
        # There is nothing to commit, and on a malformed file a commit fails.
        with self._translated(), self._connection() as connection, transaction(connection, "BEGIN", "ROLLBACK"):
            try:
                yield connection
            except UNREADABLE as error:
                raise self._unreadable() from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in the one write transaction; durable when the block ends, undone when it raises."""
        if self.read_only:
            raise StoreError(f"{self.path} was opened read-only.", remedy="Open the store without read_only to write.")
        with self._translated(), self._connection() as connection, transaction(connection, "BEGIN IMMEDIATE"):
            yield connection

    @contextlib.contextmanager
    def reading_once(self) -> Iterator[sqlite3.Connection]:
        """A connection for one statement, which needs no transaction; raises as ``reading`` does."""
        with self._translated(), self._connection() as connection:
            try:
                yield connection
            except UNREADABLE as error:
                raise self._unreadable() from error

    def revision(self) -> int:
        """The revision of the last finished write, of any process."""
        with self.reading_once() as connection:
            return read_revision(connection)

    def _unreadable(self) -> StoreError:
        return StoreError(f"{self.path} holds a value that cannot be read.", remedy=CHECK_REMEDY)

    def close(self) -> None:
        """Close the idle connections; those in use are closed as they come back."""
        with self._guard:
            self._closed = True
        self._drop_idle()

    def _drop_idle(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self.frozen is not None and self.frozen != _state_of(self.path):
            self.frozen = None
            self._drop_idle()
        with self._guard:
            if self._closed:
                raise StoreError(f"the store {self.path} is closed.", remedy="Open it again.")
            connection, is_older = self._idle.pop() if self._idle else None, self._is_older
        if is_older and connection and version_of(connection) >= SCHEMA_VERSION:
            # Another process has migrated the file, and these connections would still show it as it was.
            with self._guard:
                self._is_older = is_older = False
                stale, self._idle, connection = [connection, *self._idle], [], None
            for one in stale:
                one.close()
        connection, opened = connection or self._connect(), (self.frozen, is_older)
        try:
            yield connection
        finally:
            with self._guard:
                keep = not self._closed and opened == (self.frozen, self._is_older)
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        if not self.read_only:
            return self._opened("mode=rwc")
        try:
            connection = self._opened("mode=ro")
        except sqlite3.OperationalError as error:
            if _primary(error) not in _UNWRITABLE_FOLDER or not os.access(self.path, os.R_OK):
                raise
            connection = self._opened_frozen()
        if version_of(connection) < SCHEMA_VERSION:
            show_as_current(connection)
        return connection

    def _opened(self, options: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{options}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA schema_version").fetchone()  # reads the file
        except BaseException:
            connection.close()
            raise
        return connection

    def _opened_frozen(self) -> sqlite3.Connection:
        """A connection without the files that SQLite needs beside a store, for a folder that cannot be written.

        It does not see later writes, so the state of the file is recorded: once it changes, a new connection is needed.
        """
        self.frozen = _state_of(self.path)
        if self.frozen[-1]:
            raise StoreError(
                f"{self.path} has writes in {self.path.name}-wal that cannot be read in a folder that is read-only.",
                remedy="Run `deepstyle check` on it as a user who may write to that folder, which moves them into the "
                "file; or copy the file together with the -wal file to a folder that can be written.",
            )
        return self._opened("mode=ro&immutable=1")

    def _create_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"cannot create the folder of {self.path}: {error.strerror}.", remedy="Give a path that can be written."
            ) from error

    def _check(self, connection: sqlite3.Connection) -> None:
        """Create the tables in an empty file, update those of an older one; refuse a file that is not ours or newer."""
        if not self.read_only:
            create_tables(connection)
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = version_of(connection)
        if application != APPLICATION_ID:
            raise StoreError(
                f"{self.path} is not a deepstyle store.",
                remedy="Give the path of a store, or of a new file.",
            )
        if not 1 <= version <= SCHEMA_VERSION:
            raise StoreError(
                f"{self.path} has schema version {version}; this deepstyle reads versions 1 to {SCHEMA_VERSION}.",
                remedy="Install the deepstyle that wrote it, or a newer one, or import the catalogue into a new store.",
            )
        if version < SCHEMA_VERSION and not self.read_only:
            migrate(connection)
        self._is_older = self.read_only and version < SCHEMA_VERSION

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _store_error(self.path, error) from error
        except UnicodeDecodeError as error:  # of SQLite's message about a damaged table
            raise StoreError(f"{self.path} has damaged tables.", remedy=CHECK_REMEDY) from error


def _state_of(path: Path) -> tuple[int, ...]:
    """What changes when the file is written: its time, size and inode, and the size of its log."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0, 0)
    log = path.with_name(f"{path.name}-wal")
    return (found.st_mtime_ns, found.st_size, found.st_ino, log.stat().st_size if os.access(log, os.F_OK) else 0)


def _primary(error: sqlite3.Error) -> int:
    """SQLite's primary result code of ``error``, 0 where it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """The ``StoreError`` for SQLite's ``error``, with what the user can do."""
    remedies = {
        sqlite3.SQLITE_NOTADB: "The file is not a store; give another path.",
        sqlite3.SQLITE_CORRUPT: f"{CHECK_REMEDY} Else restore a backup, or import the catalogue into a new store.",
        sqlite3.SQLITE_CANTOPEN: _why_not_open(path),
        sqlite3.SQLITE_BUSY: f"Another process has been writing for {BUSY_TIMEOUT_S:.0f} s; try again when it ends.",
        sqlite3.SQLITE_FULL: "The disk is full; nothing of this write was stored.",
        sqlite3.SQLITE_IOERR: "Check the disk: its space, its health and its mount; nothing of the write was stored.",
        sqlite3.SQLITE_READONLY: "Make the file and its folder writable for this user, or use another store.",
    }
    return StoreError(f"the store {path}: {error}.", remedy=remedies.get(_primary(error), CHECK_REMEDY))


def _why_not_open(path: Path) -> str:
    if not os.access(path.parent, os.X_OK):
        return "Check that its folder exists and that this user may enter it."
    if not os.access(path, os.F_OK):
        return "There is no such file; `deepstyle import` creates it."
    if not os.access(path, os.R_OK):
        return "Make the file readable for this user."
    return "Make the file and its folder writable for this user."
