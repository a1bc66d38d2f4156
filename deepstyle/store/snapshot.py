"""The embedded store's memory, which follows the file by reading the rows with a later revision."""

import logging
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from deepstyle.errors import DeepstyleError
from deepstyle.store.columns import Columns, empty_columns
from deepstyle.store.columns_follow import ColumnsFollower
from deepstyle.store.database import Database
from deepstyle.store.schema import read_revision
from deepstyle.store.space_files import (
    follow,
    is_outgrown,
    load_space,
    remove_files,
    space_row,
    with_index,
    written_space,
)
from deepstyle.store.vectors import Space, space_over

# A command that searches once should not build an index.
INDEX_AFTER_SEARCHES: Final = 5

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
        """Note a search in ``space``, and write its files in the background once that is worth it."""
        self._searches += 1
        if self._searches <= INDEX_AFTER_SEARCHES or not is_outgrown(self._newest.spaces.get(space)):
            return
        with self._lock:
            if self._builder is None or not self._builder.is_alive():
                self._builder = threading.Thread(target=self._build_logged, args=(space,), name="deepstyle-index")
                self._builder.start()

    def prepare(self, space: str) -> None:
        """Build what a search of ``space`` reads, unless it is there or the space is small."""
        if is_outgrown(self.current(space).spaces.get(space)):
            self.build(space)

    def build(self, space: str) -> None:
        """Write the rows and the index of ``space`` with all its vectors, and search by them from now on."""
        path, may_write = self._database.path, not self._database.read_only
        with self._database.reading() as connection:
            with self._lock:
                self._newest = snapshot = self._follow(connection, space)
            self._columns.save(snapshot.columns, snapshot.revision)
            built = snapshot.spaces.get(space)
            if built is None or built.count < 2:
                return
            if len(built.base) < built.count or not built.alive.all():
                built = written_space(connection, snapshot.columns, path, space, may_write=may_write)
        if built is None:
            return
        built = with_index(built, path, space, may_write=may_write)
        with self._lock, self._database.reading() as connection:
            self._newest = now = self._follow(connection, None)
            last = now.spaces.get(space)
            if last is not None and last.base is built.base:
                newest = replace(last, index=built.index, _allowed={})
            elif space_row(connection, space) == (built.space_key, built.dimension):
                over = space_over(built.space_key, built.base, built.item_keys[: len(built.base)])
                over = replace(over, index=built.index)
                newest = follow(connection, now.columns, space, over, snapshot.revision)
            else:
                return
            self._newest = replace(now, spaces={**now.spaces, space: newest})

    def forget(self, space: str) -> None:
        """Remove the files of ``space``, which cannot be read; the next search writes them again."""
        with self._lock:
            spaces = {name: vectors for name, vectors in self._newest.spaces.items() if name != space}
            self._newest = replace(self._newest, spaces=spaces)
        if not self._database.read_only:
            remove_files(self._database.path, space)

    def close(self) -> None:
        """Wait for what is being built and written, if anything, and close the files of the spaces."""
        self._columns.close()
        if self._builder is not None:
            self._builder.join()
        self._newest = Snapshot(-1, empty_columns())

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
            columns = self._columns.follow(connection, columns, old.revision, revision)
            # A space that cannot be followed to the end is read anew: it shares arrays with its last snapshot.
            self._newest = replace(self._newest, spaces={})
            for name, vectors in old.spaces.items():
                if space_row(connection, name) == (vectors.space_key, vectors.dimension):
                    spaces[name] = follow(connection, columns, name, vectors, old.revision)
                else:
                    del spaces[name]
            # The rows of each filter are cached with the space, and other items may match now.
            spaces = {name: replace(vectors, _allowed={}) for name, vectors in spaces.items()}
        if space is not None and space not in spaces:
            may_write = not self._database.read_only
            loaded = load_space(connection, columns, self._database.path, space, may_write=may_write)
            spaces = spaces if loaded is None else {**spaces, space: loaded}
        return Snapshot(revision, columns, spaces, frozen)
