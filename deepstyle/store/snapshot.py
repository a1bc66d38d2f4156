"""The embedded store's memory, which follows the file by reading the rows with a later revision."""

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from deepstyle.errors import DeepstyleError
from deepstyle.store.check import damaged, sound_vectors
from deepstyle.store.columns import Columns, empty_columns
from deepstyle.store.columns_follow import VOIDED_SINCE, ColumnsFollower
from deepstyle.store.database import Database
from deepstyle.store.embedded_pictures import voided_since
from deepstyle.store.index import build_index, index_folder, load_index, save_index
from deepstyle.store.pictures import picture_position
from deepstyle.store.schema import read_revision
from deepstyle.store.vectors import COMPACT_BEYOND, Space, append_rows, attach_index, empty_space, void_items

READ_ROWS: Final = 4096
DIMENSION_MAX: Final = 65_536
INDEX_FROM: Final = 50_000
"""Spaces with fewer vectors are always searched exactly."""
# Vectors added since the index was built are compared one by one; past this many the index is built again.
UNINDEXED_MAX: Final = 10_000
# A command that searches once should not build an index.
INDEX_AFTER_SEARCHES: Final = 5

VECTORS_SINCE: Final = """
SELECT vector_key, item_key, revision, vector FROM vectors WHERE space_key = ? AND revision > ? ORDER BY vector_key
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """The columns of all items, and the vectors of the spaces that were requested, as of one revision.

    ``frozen`` is that of the database: where it changes, the file may be a different one.
    """

    revision: int
    columns: Columns
    spaces: Mapping[str, Space] = field(default_factory=dict)
    frozen: tuple[int, ...] | None = None


class Snapshots:
    """The newest snapshot of ``database``, for any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._newest = Snapshot(-1, empty_columns())
        self._columns = ColumnsFollower(database)
        self._searches = 0
        self._builder: threading.Thread | None = None

    def current(self, space: str | None = None) -> Snapshot:
        """A snapshot that has every write finished before the call, with the vectors of ``space`` if it exists."""
        newest = self._newest
        revision = self._database.revision()
        same = (revision, self._database.frozen) == (newest.revision, newest.frozen)
        if same and (space is None or space in newest.spaces):
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
        """Build the index of ``space`` from all its vectors, save it, and search with it from now on."""
        snapshot = self.current(space)
        self._columns.save(snapshot.columns, snapshot.revision)
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
            path = index_path(self._database.path, space)
            try:
                save_index(path, index)
            except OSError as error:  # search goes on with the one in memory
                logger.warning("the index %s could not be written: %s", path, error)

    def close(self) -> None:
        """Wait for the index that is being built, and for the columns that are being written, if any."""
        self._columns.close()
        if self._builder is not None:
            self._builder.join()

    def _build_logged(self, space: str) -> None:
        try:
            self.build(space)
        except DeepstyleError as error:  # search goes on without
            logger.warning("the index of %s was not built: %s", space, error)

    def _follow(self, connection: sqlite3.Connection, space: str | None) -> Snapshot:
        """The newest snapshot brought up to what ``connection`` sees; the lock is held."""
        revision, frozen = read_revision(connection), self._database.frozen
        old = self._newest if self._newest.frozen == frozen else Snapshot(-1, empty_columns())
        columns, spaces = old.columns, dict(old.spaces)
        if revision > old.revision:
            voided = [key for (key,) in connection.execute(VOIDED_SINCE, (old.revision,))]
            columns = self._columns.follow(connection, columns, old.revision, revision)
            pictures = voided_since(connection, old.revision)
            for name, vectors in old.spaces.items():
                if _space_row(connection, name) == (vectors.space_key, vectors.dimension):
                    void = [*voided, *pictures.get(picture_position(name), ())]
                    spaces[name] = _follow_space(connection, columns, void_items(vectors, void), old.revision)
                else:
                    del spaces[name]
            # The rows of each filter are cached with the space, and other items may match now.
            spaces = {name: replace(vectors, _allowed={}) for name, vectors in spaces.items()}
        if space is not None and space not in spaces and (row := _space_row(connection, space)) is not None:
            spaces[space] = self._load_space(connection, columns, space, *row)
        return Snapshot(revision, columns, spaces, frozen)

    def _load_space(
        self, connection: sqlite3.Connection, columns: Columns, space: str, space_key: int, dimension: int
    ) -> Space:
        if not 0 < dimension <= DIMENSION_MAX:
            raise damaged(f"the space {space}")
        query = "SELECT count(*) FROM vectors WHERE space_key = ?"
        vectors = empty_space(space_key, dimension, connection.execute(query, (space_key,)).fetchone()[0])
        vectors = _follow_space(connection, columns, vectors, -1)
        if vectors.count < INDEX_FROM:
            return vectors
        index = load_index(index_path(self._database.path, space), dimension)
        return vectors if index is None else attach_index(vectors, index)


def index_path(database: Path, space: str) -> Path:
    """The path of the index of ``space``, whose name may not be a valid file name."""
    return index_folder(database) / f"{hashlib.sha256(space.encode()).hexdigest()[:32]}.index"


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


def _follow_space(connection: sqlite3.Connection, columns: Columns, vectors: Space, revision: int) -> Space:
    """``vectors`` with what was written after ``revision``; raises ``StoreError`` where a vector is damaged."""
    cursor = connection.execute(VECTORS_SINCE, (vectors.space_key, revision))
    while rows := cursor.fetchmany(READ_ROWS):
        if not all(0 < row[1] < len(columns.present) and columns.present[row[1]] for row in rows):
            raise damaged("a vector's item")
        sound_vectors([columns.item_ids[row[1]] for row in rows], [row[3] for row in rows], vectors.dimension)
        vectors = append_rows(void_items(vectors, [row[1] for row in rows]) if revision >= 0 else vectors, rows)
    return vectors
