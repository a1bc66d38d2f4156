"""A SQLite file as of one moment: every read of one connection, inside one transaction."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from deepstyle.store.database import UNREADABLE, Database
from deepstyle.store.schema import read_revision


class PinnedDatabase(Database):
    """The file as it was when this was opened, for one thread at a time; writers go on, and their log grows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, read_only=True)
        with self._translated():
            self._moment = self._connect()
            self._moment.execute("BEGIN")
            read_revision(self._moment)  # a transaction sees the moment of its first read

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, which sees the same moment in every block."""
        with self._translated():
            try:
                yield self._moment
            except UNREADABLE as error:
                raise self._unreadable() from error

    def revision(self) -> int:
        """The revision of the moment."""
        with self.reading() as connection:
            return read_revision(connection)

    def close(self) -> None:
        """Let go of the moment."""
        self._moment.close()
        super().close()


class _Opens(Protocol):
    url: str
    _database: Database

    def __init__(self, url: str, database: Database) -> None: ...


_OpensT = TypeVar("_OpensT", bound=_Opens)


class EmbeddedPinned:
    """See ``PinnedStore``."""

    @contextlib.contextmanager
    def pinned(self: _OpensT) -> Iterator[_OpensT]:
        """This store as it is now, whatever is written meanwhile; until the block ends, the log beside it grows."""
        with contextlib.closing(PinnedDatabase(self._database.path)) as database:
            yield type(self)(self.url, database)
