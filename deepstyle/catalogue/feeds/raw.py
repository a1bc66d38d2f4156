"""Rows as a table has them, before anything is known of what its columns mean.

A *table* gives raw rows; a *layout* (``deepstyle.catalogue.feeds.table`` and its neighbours) says which column holds
which field. So every layout reads every file format.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from deepstyle.catalogue.feeds.feed_file import FeedFile
from deepstyle.catalogue.rows import RowError


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the value of each column, where ``line`` is its line (or number) in the file.

    A row with a ``fault`` cannot be used; ``cells`` are then its cells as far as they could be read, in order.
    ``missing`` counts the cells that a short row lacks at its end: ``values`` does not have their columns.
    ``warnings`` are what the table noticed of a row that can be used.
    """

    line: int
    values: Mapping[str, Any] = field(default_factory=dict)
    fault: RowError | None = None
    cells: tuple[str, ...] = ()
    missing: int = 0
    warnings: tuple[RowError, ...] = ()


@dataclass(frozen=True)
class FileTable:
    """What tables have in common whose rows are all of one file."""

    file: FeedFile

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    @property
    def folder(self) -> Path:
        """The file's folder."""
        return self.file.folder


class Table(Protocol):
    """A table that can be read again and again, in bounded memory and in the same order."""

    @property
    def name(self) -> str:
        """What messages call it: ``products.csv``, or ``feed.zip/products.csv``."""
        ...

    @property
    def folder(self) -> Path:
        """The folder that the pictures' paths start from."""
        ...

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, each once; empty where every row names its own, as in JSON."""
        ...

    @property
    def delimiter(self) -> str:
        """The separator of a CSV file's cells, else empty."""
        ...

    def rows(self) -> Iterator[RawRow]:
        """Each row that is not empty. Raises ``DataError`` where the file cannot be read on."""
        ...
