"""How the columns in memory follow the database: from their file, and the rows with a later revision."""

import logging
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from deepstyle.catalogue.item import RANGE_FILTERS, SEARCHED, VALUE_FILTERS
from deepstyle.errors import StoreError
from deepstyle.store.check import damaged
from deepstyle.store.columns import (
    Columns,
    appended_columns,
    packed_columns,
    update_columns,
)
from deepstyle.store.columns_file import NAME, load_columns, read_columns, save_columns
from deepstyle.store.database import Database
from deepstyle.store.index import index_folder
from deepstyle.store.item_rows import Row
from deepstyle.store.schema import read_revision

SAVED_FROM: Final = 50_000
"""Columns of fewer items are read from the database, which is as fast."""
SAVED_AFTER: Final = 0.1
"""The file is written again once so many rows came, as a share of the items."""
READ_ROWS: Final = 16_384

_MODULUS: Final = 1_000_003
# A word has no white space, so that ``ItemFilter.text`` finds none that spans two of the joined fields.
COLUMNS_SINCE: Final = f"""
SELECT item_key, revision, item_id, {" || char(10) || ".join(SEARCHED)}, model_id, added_at,
  {", ".join(field.name for field in (*VALUE_FILTERS, *RANGE_FILTERS))}
FROM items WHERE revision > ?
"""  # noqa: S608 - constants only
VOIDED_SINCE: Final = "SELECT item_key FROM voided WHERE revision > ?"
_CHANGED_SINCE: Final = "SELECT item_key FROM items WHERE revision > ?"
_KEYS_UNTIL: Final = "SELECT item_key, revision FROM items WHERE revision <= ? ORDER BY item_key"
_WRITTEN_UNTIL: Final = f"""
SELECT count(*), coalesce(sum((item_key * 31 + revision) % {_MODULUS}), 0) FROM items WHERE revision <= ?
"""  # noqa: S608 - constants only

logger = logging.getLogger(__name__)


class ColumnsFollower:
    """Brings columns up to date, one thread at a time, and writes their file in the background."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._path = columns_path(database.path)
        self._writer: threading.Thread | None = None
        self._written: tuple[Columns, int] | None = None
        self._unsaved = 0

    def follow(self, connection: sqlite3.Connection, old: Columns, since: int, revision: int) -> Columns:
        """``old``, as of the revision ``since`` or -1 for none, as ``connection`` sees the items, at ``revision``."""
        columns = self._opened(connection, revision) if since < 0 else None
        written, self._written = self._written, None
        if columns is None:
            if written is not None and written[1] <= since:
                old, since = written
            columns = self._read(connection, old, since)
        if self._unsaved > max(SAVED_FROM * SAVED_AFTER, columns.size * SAVED_AFTER):
            self._start(columns, revision)
        return columns

    def save(self, columns: Columns, revision: int) -> None:
        """Write the file now, unless it has these columns, or is being written."""
        if self._unsaved:
            self._start(columns, revision)
        self.close()

    def close(self) -> None:
        """Wait for the file that is being written, if any."""
        if self._writer is not None:
            self._writer.join()

    def _read(self, connection: sqlite3.Connection, old: Columns, since: int) -> Columns:
        voided = [key for (key,) in connection.execute(VOIDED_SINCE, (since,))]
        cursor = connection.execute(COLUMNS_SINCE, (since,))
        columns, update = old, update_columns if since >= 0 else appended_columns
        rows = cursor.fetchmany(READ_ROWS)
        while rows or voided:
            check_keys(connection, rows)
            columns, voided = update(columns, voided, rows), []
            self._unsaved += len(rows)
            rows = cursor.fetchmany(READ_ROWS)
        return packed_columns(columns) if since < 0 else columns

    def _opened(self, connection: sqlite3.Connection, revision: int) -> Columns | None:
        """The columns of the file with what was written since; ``None`` where that is most, or the file another's."""
        loaded = load_columns(self._path)
        if loaded is None:
            return None
        columns, since = loaded
        gone = _touched_since(connection, since)
        if since > revision or _sum_without(columns, gone) != connection.execute(_WRITTEN_UNTIL, (since,)).fetchone():
            logger.warning("the columns %s are of another database and will be written again.", self._path)
            return None
        if 2 * len(gone) > columns.size:
            return None
        self._unsaved = 0
        return self._read(connection, columns, since)

    def _start(self, columns: Columns, revision: int) -> None:
        """Write the file in the background."""
        if self._database.read_only or columns.size < SAVED_FROM or (self._writer and self._writer.is_alive()):
            return
        self._unsaved = 0
        self._writer = threading.Thread(target=self._save, args=(columns, revision), name="deepstyle-columns")
        self._writer.start()

    def _save(self, columns: Columns, revision: int) -> None:
        try:
            save_columns(self._path, packed_columns(columns), revision)
        except OSError as error:  # the store goes on with what is in memory
            logger.warning("the columns %s could not be written: %s", self._path, error)
            return
        loaded = load_columns(self._path)
        self._written = loaded if loaded is not None and loaded[1] == revision else None


def columns_path(database: Path) -> Path:
    """The path of the columns of the store in the file ``database``."""
    return index_folder(database) / NAME


def verify_columns(database: Database) -> None:
    """Compare the file of columns with the items, key by key, where an opening compares a sum.

    Raises ``StoreError`` where it is not what was written, or of other items, ``OSError`` where it cannot be read.
    """
    columns, since = read_columns(columns_path(database.path))
    with database.reading() as connection:  # begun after the file was read, which a server may have just replaced
        kept = ~np.isin(columns.column("key"), _touched_since(connection, since))
        stored = np.fromiter(connection.execute(_KEYS_UNTIL, (since,)), np.dtype([("key", "i8"), ("revision", "i8")]))
        is_later = since > read_revision(connection)
    if is_later or not all(np.array_equal(columns.column(name)[kept], stored[name]) for name in ("key", "revision")):
        raise StoreError("it is of another store, or of a state that this store no longer has.")


def _touched_since(connection: sqlite3.Connection, since: int) -> list[int]:
    """The keys of the items that were written or deleted after the revision ``since``."""
    return [key for query in (VOIDED_SINCE, _CHANGED_SINCE) for (key,) in connection.execute(query, (since,))]


def _sum_without(columns: Columns, gone: Sequence[int]) -> tuple[int, int]:
    """The same as ``_WRITTEN_UNTIL`` of the items in ``columns`` whose keys are not ``gone``."""
    keys, revisions = columns.column("key").astype(np.int64), columns.column("revision")
    kept = ~np.isin(keys, gone)
    return int(np.count_nonzero(kept)), int(((keys * 31 + revisions) % _MODULUS)[kept].sum())


def check_keys(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Raise ``StoreError`` where an item has a key that was never given out: columns are as long as the largest key."""
    given = last_key(connection)
    for key, _, item_id, *_ in rows:
        if not 0 < key <= given:
            raise damaged(f"item {item_id!r}")


def last_key(connection: sqlite3.Connection) -> int:
    """The largest key that an item was ever given, 0 before the first."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'items'").fetchone()
    return 0 if row is None else int(row[0])
