"""What the embedded store keeps in memory, and how it follows the file: read what is marked with a later revision."""

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from deepstyle.errors import DeepstyleError
from deepstyle.store.columns import Columns, empty_columns, update_columns
from deepstyle.store.index import build_index, load_index, save_index
from deepstyle.store.schema import Database, read_revision
from deepstyle.store.vectors import COMPACT_BEYOND, Space, append_rows, attach_index, empty_space, void_items

READ_ROWS: Final = 4096
INDEX_FROM: Final = 50_000
"""Spaces with fewer vectors are always searched exactly."""
# Vectors added since the index was built are compared one by one; past this many the index is built again.
UNINDEXED_MAX: Final = 10_000
# A command that searches once should not pay for an index.
INDEX_AFTER_SEARCHES: Final = 5

VOIDED_SINCE: Final = "SELECT item_key FROM voided WHERE revision > ?"
COLUMNS_SINCE: Final = """
SELECT item_key, item_id, title, semantic_category, category, brand, colour, pattern, price
FROM items WHERE revision > ? ORDER BY item_id
"""
VECTORS_SINCE: Final = """
SELECT vector_key, item_key, revision, vector FROM vectors WHERE space_key = ? AND revision > ? ORDER BY vector_key
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """The columns of all items, and the vectors of the spaces that were asked for, as of one revision."""

    revision: int
    columns: Columns
    spaces: Mapping[str, Space] = field(default_factory=dict)


class Snapshots:
    """Holds the newest snapshot of ``database``; any thread may ask for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._newest = Snapshot(-1, empty_columns())
        self._searches = 0
        self._builder: threading.Thread | None = None

    def current(self, space: str | None = None) -> Snapshot:
        """A snapshot that has every write finished before the call, with the vectors of ``space`` if it exists."""
        newest = self._newest
        if newest.revision == self._database.revision() and (space is None or space in newest.spaces):
            return newest
        with self._lock, self._database.reading() as connection:
            self._newest = newest = self._follow(connection, space)
        return newest

    def searched(self, space: str) -> None:
        """Note a search in ``space``, and build its index in the background once that is worth it."""
        self._searches += 1
        if self._searches <= INDEX_AFTER_SEARCHES or not _needs_index(self._newest.spaces.get(space)):
            return
        with self._lock:
            if self._builder is None or not self._builder.is_alive():
                self._builder = threading.Thread(target=self._build_logged, args=(space,), name="deepstyle-index")
                self._builder.start()

    def build(self, space: str) -> None:
        """Build the index of ``space`` from all that it has now, keep it in its file, and search by it from now on."""
        snapshot = self.current(space)
        vectors = snapshot.spaces.get(space)
        if vectors is None or vectors.count < 2 or vectors.dimension % 8:
            return
        covered = slice(0, vectors.count)
        order = snapshot.columns.shelved(vectors.item_keys[covered])
        index = build_index(vectors.matrix[covered], vectors.vector_keys[covered], snapshot.revision, order)
        with self._lock:
            now = self._newest.spaces.get(space)
            if now is not None and now.space_key == vectors.space_key:
                spaces = {**self._newest.spaces, space: attach_index(now, index)}
                self._newest = replace(self._newest, spaces=spaces)
        if not self._database.read_only:
            save_index(index_path(self._database.path, space), index)

    def close(self) -> None:
        """Wait for the index that is being built, if any."""
        if self._builder is not None:
            self._builder.join()

    def _build_logged(self, space: str) -> None:
        try:
            self.build(space)
        except (OSError, DeepstyleError) as error:  # search goes on without
            logger.warning("the index of %s was not kept: %s", space, error)

    def _follow(self, connection: sqlite3.Connection, space: str | None) -> Snapshot:
        """The newest snapshot brought up to what ``connection`` sees; the lock is held."""
        old, revision = self._newest, read_revision(connection)
        columns, spaces = old.columns, dict(old.spaces)
        if revision > old.revision:
            voided = [key for (key,) in connection.execute(VOIDED_SINCE, (old.revision,))]
            rows = connection.execute(COLUMNS_SINCE, (old.revision,)).fetchall()
            columns = update_columns(columns, voided, rows) if voided or rows else columns
            for name, vectors in old.spaces.items():
                if _space_row(connection, name) == (vectors.space_key, vectors.dimension):
                    spaces[name] = _follow_space(connection, void_items(vectors, voided), old.revision)
                else:
                    del spaces[name]
            # A filter's rows are remembered with the space, and its items may now match otherwise.
            spaces = {name: replace(vectors, _allowed={}) for name, vectors in spaces.items()}
        if space is not None and space not in spaces and (row := _space_row(connection, space)) is not None:
            spaces[space] = self._load_space(connection, space, *row)
        return Snapshot(revision, columns, spaces)

    def _load_space(self, connection: sqlite3.Connection, space: str, space_key: int, dimension: int) -> Space:
        query = "SELECT count(*) FROM vectors WHERE space_key = ?"
        vectors = empty_space(space_key, dimension, connection.execute(query, (space_key,)).fetchone()[0])
        vectors = _follow_space(connection, vectors, -1)
        index = load_index(index_path(self._database.path, space)) if vectors.count >= INDEX_FROM else None
        return vectors if index is None else attach_index(vectors, index)


def index_path(database: Path, space: str) -> Path:
    """Where the index of ``space`` is kept: a space's name may be no file name."""
    return database.with_name(f"{database.name}.index") / f"{hashlib.sha256(space.encode()).hexdigest()[:32]}.index"


def _needs_index(vectors: Space | None) -> bool:
    if vectors is None or vectors.count < INDEX_FROM or vectors.dimension % 8:
        return False
    if vectors.index is None or vectors.count - vectors.indexed > UNINDEXED_MAX:
        return True
    gone = len(vectors.index_rows) - int(vectors.alive[: vectors.indexed].sum())
    return gone > COMPACT_BEYOND * len(vectors.index_rows)


def _space_row(connection: sqlite3.Connection, space: str) -> tuple[int, int] | None:
    row: tuple[int, int] | None = connection.execute(
        "SELECT space_key, dimension FROM spaces WHERE space = ?", (space,)
    ).fetchone()
    return row


def _follow_space(connection: sqlite3.Connection, vectors: Space, revision: int) -> Space:
    """``vectors`` with what was written after ``revision``."""
    cursor = connection.execute(VECTORS_SINCE, (vectors.space_key, revision))
    while rows := cursor.fetchmany(READ_ROWS):
        vectors = append_rows(void_items(vectors, [row[1] for row in rows]) if revision >= 0 else vectors, rows)
    return vectors
