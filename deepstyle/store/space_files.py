"""The files of a large space: written from SQLite, which holds the truth, opened where they verify, and followed.

A file of rows is right where the database has the rows that it has, but for what was written after its revision. Of
another store, or of a history that a restored backup took back, it holds a row that the database does not have.
"""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.files import locked
from deepstyle.store.check import damaged, sound_vectors
from deepstyle.store.columns import Columns
from deepstyle.store.columns_follow import VOIDED_SINCE, last_key
from deepstyle.store.embedded_pictures import voided_since
from deepstyle.store.index import index_folder, load_index, remove_derived, save_index
from deepstyle.store.index_build import built_index
from deepstyle.store.pictures import picture_position
from deepstyle.store.rows import FileRows, Head, RowsUnreadableError, open_rows, write_rows
from deepstyle.store.schema import read_revision
from deepstyle.store.vectors import COMPACT_BEYOND, Space, append_rows, empty_space, space_over, void_items

READ_ROWS: Final = 4096
DIMENSION_MAX: Final = 65_536
INDEX_FROM: Final = 50_000
"""Spaces with fewer vectors are in memory, and always searched exactly."""
# Vectors added since the index was built are compared one by one; past this many the index is built again.
UNINDEXED_MAX: Final = 10_000
COMPARED: Final = 64
"""So many rows of a file are compared with the database when it is opened."""

VECTORS_SINCE: Final = """
SELECT item_key, vector FROM vectors WHERE space_key = ? AND revision > ? ORDER BY vector_key
"""
_ITEMS: Final = "SELECT vector_key, item_key FROM vectors WHERE space_key = ?"
_REVISIONS: Final = "SELECT vector_key, revision FROM vectors WHERE space_key = ?"
_AMONG: Final = """
SELECT vector_key, item_key, revision, vector FROM vectors WHERE vector_key IN (SELECT value FROM json_each(?))
"""

logger = logging.getLogger(__name__)


def rows_path(database: Path, space: str) -> Path:
    """The path of the rows of ``space``, whose name may not be a valid file name."""
    return index_folder(database) / f"{hashlib.sha256(space.encode()).hexdigest()[:32]}.rows"


def index_path(database: Path, space: str) -> Path:
    """The path of the index of ``space``."""
    return rows_path(database, space).with_suffix(".index")


def remove_files(database: Path, space: str) -> None:
    """Remove what is derived from ``space``."""
    for path in (rows_path(database, space), index_path(database, space)):
        remove_derived(path)


def space_row(connection: sqlite3.Connection, space: str) -> tuple[int, int] | None:
    """The key and the dimension of ``space``, ``None`` where there is none."""
    query = "SELECT space_key, dimension FROM spaces WHERE space = ?"
    row: tuple[int, int] | None = connection.execute(query, (space,)).fetchone()
    if row is not None and not 0 < row[1] <= DIMENSION_MAX:
        raise damaged(f"the space {space}")
    return row


def load_space(
    connection: sqlite3.Connection, columns: Columns, database: Path, space: str, *, may_write: bool
) -> Space | None:
    """``space`` as ``connection`` sees it, ``None`` where there is none.

    A large one is read from its files; these are written first where they do not verify. Raises ``StoreError`` where a
    vector is damaged.
    """
    if (row := space_row(connection, space)) is None:
        return None
    query = "SELECT count(*) FROM (SELECT 1 FROM vectors WHERE space_key = ? LIMIT ?)"
    count = connection.execute(query, (row[0], INDEX_FROM)).fetchone()[0]
    if count < INDEX_FROM:
        return _appended(connection, columns, empty_space(*row, count), -1)
    found = _opened_logged(connection, columns, database, space)
    return found or written_space(connection, columns, database, space, may_write=may_write)


def written_space(
    connection: sqlite3.Connection, columns: Columns, database: Path, space: str, *, may_write: bool
) -> Space | None:
    """``space`` over rows that are written now: to its file, or where that is impossible in memory."""
    if (row := space_row(connection, space)) is None:
        return None
    head, path = _head(connection, columns, *row), rows_path(database, space)
    if not head.count:
        return empty_space(*row, 0)
    if may_write:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with locked(path.with_suffix(".lock")):  # of two processes each opens what it has written itself
                write_rows(path, head, _vectors(connection, columns, head))
                return _opened(connection, columns, database, space)
        except (OSError, _UnfitError) as error:  # Windows replaces no file that another handle has open
            logger.warning("the rows %s could not be written, and are read into memory: %s", path, error)
    matrix = np.empty((head.count, head.dimension), np.float32)
    for number, block in enumerate(_vectors(connection, columns, head)):
        matrix[number * READ_ROWS :][: len(block)] = block
    return space_over(head.space_key, matrix, head.keys[1])


def is_outgrown(vectors: Space | None) -> bool:
    """Whether a large space has no index, or one that is far behind it."""
    if vectors is None or vectors.count < INDEX_FROM:
        return False
    base = len(vectors.base)
    if vectors.index is None and vectors.dimension % 8 == 0:
        return True
    gone = base - int(np.count_nonzero(vectors.alive[:base]))
    return vectors.count - base > UNINDEXED_MAX or gone > COMPACT_BEYOND * base


def follow(connection: sqlite3.Connection, columns: Columns, name: str, space: Space, since: int) -> Space:
    """``space``, which is as of the revision ``since``, with what was written after that.

    Raises ``StoreError`` where a vector is damaged.
    """
    voided = [key for (key,) in connection.execute(VOIDED_SINCE, (since,))]
    pictures = voided_since(connection, since).get(picture_position(name), ())
    return _appended(connection, columns, void_items(space, [*voided, *pictures]), since)


def with_index(space: Space, database: Path, name: str, *, may_write: bool) -> Space:
    """``space`` with an index of its base, built now and saved where it ``may_write``."""
    if not len(space.base) or space.dimension % 8:
        return space
    index, path = built_index(space.base), index_path(database, name)
    if may_write and isinstance(space.base, FileRows):
        try:
            save_index(path, index, space.base, space.base.stamp)
            index = load_index(path, space.base, space.base.stamp) or index  # the file has the codes, too
        except OSError as error:  # search goes on with the one in memory
            logger.warning("the index %s could not be written: %s", path, error)
    return replace(space, index=index, _allowed={})


class _UnfitError(Exception):
    """A file of rows that is not what the database has."""


def _opened_logged(connection: sqlite3.Connection, columns: Columns, database: Path, space: str) -> Space | None:
    try:
        return _opened(connection, columns, database, space)
    except FileNotFoundError:
        return None
    except (OSError, _UnfitError, RowsUnreadableError) as error:
        path = rows_path(database, space)
        logger.warning("the rows %s cannot be used and will be written again: %s", path, error)
        return None


def _opened(connection: sqlite3.Connection, columns: Columns, database: Path, name: str) -> Space:
    """The space ``name`` over its file of rows; raises ``_UnfitError`` where it is not of this database."""
    try:
        head, rows = open_rows(rows_path(database, name))
    except StoreError as error:
        raise _UnfitError(error.message) from error
    if (head.space_key, head.dimension) != space_row(connection, name) or head.revision > read_revision(connection):
        raise _UnfitError("it is of another store.")
    keys = head.keys[1]
    if keys.min() < 1 or keys.max() > last_key(connection):
        raise _UnfitError("it has items that were never there.")
    space = follow(connection, columns, name, space_over(head.space_key, rows, keys), head.revision)
    current = np.flatnonzero(space.alive[: head.count])
    if not _exist(columns, keys[current]) or not _is_of(connection, head, rows, current):
        raise _UnfitError("it is of other vectors.")
    index = None if head.dimension % 8 else load_index(index_path(database, name), rows, rows.stamp)
    return replace(space, index=index, _allowed={})


def _is_of(connection: sqlite3.Connection, head: Head, rows: FileRows, current: NDArray[np.int64]) -> bool:
    """Whether the database has as many rows up to the file's revision as the file has ``current`` ones, and these.

    A history that was taken back has its newest row in the file alone. So that one is compared, and some others.
    """
    query = "SELECT count(*) FROM vectors WHERE space_key = ? AND revision <= ?"
    if connection.execute(query, (head.space_key, head.revision)).fetchone()[0] != len(current):
        return False
    if not len(current):
        return True
    newest = current[np.argmax(head.keys[2, current])]
    drawn = np.random.default_rng(0).choice(current, min(COMPARED, len(current)), replace=False)
    places = np.unique(np.append(drawn, newest))
    in_file = zip(head.keys[:, places].T.tolist(), rows[places], strict=True)
    stored = {row[0]: row for row in connection.execute(_AMONG, (json.dumps(head.keys[0, places].tolist()),))}
    return all(stored.get(keys[0]) == (*keys, vector.tobytes()) for keys, vector in in_file)


def _head(connection: sqlite3.Connection, columns: Columns, space_key: int, dimension: int) -> Head:
    """The keys of all rows, those of one category side by side: the scan passes over runs that a filter leaves out."""
    pairs = [_sorted_pairs(connection, query, space_key) for query in (_ITEMS, _REVISIONS)]  # each from an index alone
    keys = np.stack([pairs[0]["key"], pairs[0]["value"], pairs[1]["value"]])
    if not _exist(columns, keys[1]):
        raise damaged("a vector's item")
    return Head(space_key, dimension, read_revision(connection), keys[:, columns.shelved(keys[1])])


def _exist(columns: Columns, item_keys: NDArray[np.int64]) -> bool:
    """Whether there is an item of each key."""
    lowest, highest = item_keys.min(initial=1), item_keys.max(initial=0)
    return bool(lowest > 0 and highest < len(columns.present) and columns.present[item_keys].all())


def _sorted_pairs(connection: sqlite3.Connection, query: str, space_key: int) -> NDArray[np.void]:
    found = np.fromiter(connection.execute(query, (space_key,)), np.dtype([("key", np.int64), ("value", np.int64)]))
    return found[np.argsort(found["key"])]


def _vectors(connection: sqlite3.Connection, columns: Columns, head: Head) -> Iterator[NDArray[np.float32]]:
    """The vectors of ``head`` in its order, ``READ_ROWS`` at a time; raises ``StoreError`` where one is damaged."""
    for start in range(0, head.count, READ_ROWS):
        keys = head.keys[0, start : start + READ_ROWS].tolist()
        stored = {row[0]: row[3] for row in connection.execute(_AMONG, (json.dumps(keys),))}
        item_ids = columns.ids_of(head.keys[1, start : start + READ_ROWS].tolist())
        yield sound_vectors(item_ids, [stored[key] for key in keys], head.dimension)


def _appended(connection: sqlite3.Connection, columns: Columns, space: Space, since: int) -> Space:
    cursor = connection.execute(VECTORS_SINCE, (space.space_key, since))
    while rows := cursor.fetchmany(READ_ROWS):
        if not all(0 < row[0] < len(columns.present) and columns.present[row[0]] for row in rows):
            raise damaged("a vector's item")
        sound_vectors(columns.ids_of([row[0] for row in rows]), [row[1] for row in rows], space.dimension)
        space = append_rows(void_items(space, [row[0] for row in rows]) if since >= 0 else space, rows)
    return space
