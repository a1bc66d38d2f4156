"""Put a restored SQLite file in its place: a new file by renaming it, one that is there in one transaction.

A file that servers have open is not renamed over: they would go on with the old one, and its log would be taken for the
new one's. SQLite copies the pages instead, in one transaction that a kill undoes. So that whoever follows the file by
revisions and keys sees every row of it change, the new rows have later keys than any that were given out.
"""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deepstyle import platform
from deepstyle.errors import StoreError, UsageError
from deepstyle.files import sync_file
from deepstyle.store.backup.folder import Backup
from deepstyle.store.backup.restore import Restored, fill, progress_of
from deepstyle.store.base import Progress
from deepstyle.store.database import Database
from deepstyle.store.embedded import SCHEME
from deepstyle.store.index import index_folder
from deepstyle.store.migrations import BUSY_TIMEOUT_S
from deepstyle.store.open import open_unfinished
from deepstyle.store.schema import next_revision, read_revision, take_revision

SUFFIX: Final = ".restoring"
_SIDE_FILES: Final = ("", "-wal", "-shm", "-journal")
_KEYED: Final = ("items", "spaces", "vectors")


def restore_file(
    path: Path, folder: Path, backup: Backup, *, is_replaced: bool = False, on_progress: Progress | None = None
) -> Restored:
    """Restore ``backup`` into the SQLite file ``path``, which has the old content or all of the new, never a part.

    Raises ``UsageError`` where the file is there and not ``is_replaced``, ``StoreError`` where it was written
    meanwhile.
    """
    there = path.exists()
    if there and not is_replaced:
        raise UsageError(
            f"{path} exists, and a restore would replace it.",
            remedy="Name a new file, or repeat with --replace.",
        )
    if not there and path.with_name(f"{path.name}-wal").exists():
        raise UsageError(f"{path.name}-wal is there without its store.", remedy="Move it away, or name a new file.")
    fresh = path.with_name(f"{path.name}{SUFFIX}")
    over = _seen(path) if there else 0
    if fresh.exists() and not _continues(fresh, backup, over):
        _remove(fresh)
    with contextlib.closing(Database(fresh, read_only=False)) as database:
        if there and not _is_seeded(database):
            _seed(database, path)
    with open_unfinished(f"{SCHEME}{fresh}") as store:
        restored = fill(store, folder, backup, on_progress=on_progress, over=over)
    if there:
        _swap(fresh, path, over)
        shutil.rmtree(index_folder(path), ignore_errors=True)  # derived from what was replaced
    else:
        _publish(fresh, path)
    _remove(fresh)
    return restored


def _seen(path: Path) -> int:
    with contextlib.closing(Database(path, read_only=True)) as database:
        return database.revision()


def _continues(fresh: Path, backup: Backup, over: int) -> bool:
    """Whether an unfinished file is a part of this backup, over the same state of the file that it replaces."""
    try:
        with open_unfinished(f"{SCHEME}{fresh}", read_only=True) as store:
            found = progress_of(store)
    except StoreError:
        return False
    return (found.get("sha256"), found.get("over")) == (backup.content.sha256, over)


def _is_seeded(database: Database) -> bool:
    with database.reading() as connection:
        return read_revision(connection) > 0


def _seed(database: Database, old: Path) -> None:
    """Begin behind the revision and the keys of the file ``old``, and void the items that it has."""
    with contextlib.closing(Database(old, read_only=True)) as other, other.reading() as connection:
        keys = connection.execute("SELECT item_key FROM items").fetchall()
        given_out = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        revision = read_revision(connection)
    with database.writing() as connection:
        take_revision(connection, revision)
        void = next_revision(connection)
        connection.executemany(
            "INSERT INTO voided (item_key, revision) VALUES (?, ?)", [(key, void) for (key,) in keys]
        )
        connection.execute("DELETE FROM sqlite_sequence")
        rows: list[Any] = [(name, given_out.get(name, 0)) for name in _KEYED]
        connection.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", rows)


def _swap(fresh: Path, path: Path, over: int) -> None:
    """Copy the pages of ``fresh`` over ``path``, in one transaction."""
    if _seen(path) != over:
        raise StoreError(
            f"{path} was written while the backup was restored.", remedy="Stop what writes to it, and restore again."
        )
    try:
        with _connected(fresh) as source, _connected(path) as target:
            source.backup(target)
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StoreError(f"{path} could not be replaced: {error}.", remedy="Run the same command again.") from error


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        yield connection
    finally:
        connection.close()


def _publish(fresh: Path, path: Path) -> None:
    """Rename a file whose log was moved into it as its last connection was closed."""
    if fresh.with_name(f"{fresh.name}-wal").exists():
        with _connected(fresh) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sync_file(fresh)
    fresh.replace(path)
    platform.sync_folder(path.parent)


def _remove(fresh: Path) -> None:
    for suffix in _SIDE_FILES:
        fresh.with_name(f"{fresh.name}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(index_folder(fresh), ignore_errors=True)
