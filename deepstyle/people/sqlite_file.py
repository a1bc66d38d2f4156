"""SQLite files that only their owner may read, created and updated by numbered steps, which forget what is deleted."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deepstyle.errors import StoreError
from deepstyle.platform import make_private
from deepstyle.store.migrations import use_write_ahead_log
from deepstyle.store.schema import transaction, version_of

BUSY_S: Final = 30.0
PURGE_BUSY_S: Final = 5.0
PRIVATE: Final = 0o600
_creating: Final = threading.Lock()
_PRAGMAS: Final = ("synchronous=FULL", "secure_delete=ON", "foreign_keys=ON", "temp_store=MEMORY")


def open_file(
    path: Path, steps: Sequence[str], *, application_id: int, what: str, create: bool = True
) -> sqlite3.Connection:
    """Open a file, ``steps[n]`` having taken it to version n + 1; ``what`` names it in messages.

    Raises ``StoreError`` where it is missing and not to be created, is something else, or has a newer version.
    """
    if not create and not path.is_file():
        raise StoreError(
            f"{path}: there is no {what}.", remedy="Check DEEPSTYLE_PEOPLE_STORE and DEEPSTYLE_PEOPLE_KEYS."
        )
    with translated(path, what):
        _create(path)
        db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            _prepare(db, path, steps, application_id, what)
        except BaseException:
            db.close()
            raise
    return db


def purge_file(path: Path, *, rewrite: bool) -> None:
    """Move the write-ahead log into the file and empty it; ``rewrite`` writes the whole file anew before.

    A connection of its own waits for other processes, so that the caller's go on. Raises ``StoreError`` where one of
    them reads for longer than that.
    """
    db = sqlite3.connect(path, timeout=PURGE_BUSY_S, isolation_level=None)
    try:
        db.execute("PRAGMA secure_delete=ON")
        if rewrite:
            db.execute("VACUUM")
        is_busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        db.close()
    if is_busy:
        raise StoreError(
            f"{path}: another process reads it, and its journal still holds what was deleted.",
            remedy="Run `deepstyle privacy purge`.",
        )


@contextmanager
def translated(path: Path, what: str) -> Iterator[None]:
    """SQLite's errors, and the system's, as ``StoreError``."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise StoreError(f"{path}: {said}.", remedy=f"Check that it is a {what} and can be written.") from error


def _create(path: Path) -> None:
    """An empty file that only this user may read, before SQLite writes one; its journals get the same mode.

    A file that is there is not opened: closing it would drop the locks of this process's connections, and the next
    process that closes one would delete their write-ahead log (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _creating:
        if path.is_file():
            make_private(path)  # also one that was copied here
        else:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))


def _prepare(db: sqlite3.Connection, path: Path, steps: Sequence[str], application_id: int, what: str) -> None:
    for pragma in _PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    is_empty = not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[
        0
    ]  # first: another process may create it
    found = db.execute("PRAGMA application_id").fetchone()[0]
    if found != application_id and not is_empty:
        raise StoreError(f"{path} is no {what}.", remedy="Give the path of one, or of a new file.")
    if version_of(db) > len(steps):
        raise StoreError(
            f"{path} has schema version {version_of(db)}; this deepstyle reads versions 1 to {len(steps)}.",
            remedy="Install the deepstyle that wrote it, or a newer one.",
        )
    use_write_ahead_log(db)
    if version_of(db) < len(steps):
        _migrate(db, steps, application_id)


def _migrate(db: sqlite3.Connection, steps: Sequence[str], application_id: int) -> None:
    """All missing steps in one transaction; the second of two processes finds them taken."""
    with transaction(db, "BEGIN IMMEDIATE"):
        for step in steps[version_of(db) :]:
            for statement in step.split(";\n"):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {application_id}")
        db.execute(f"PRAGMA user_version = {len(steps)}")
