"""A table whose columns are named in its third row, as in the flat files that Amazon's sellers exchange."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final

from deepstyle.catalogue.feeds.layouts.registry import AMAZON
from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.feeds.text_table import wrong_width
from deepstyle.errors import DataError

_NAMES_ROW: Final = 2
"""The row with the names, counted from the first after the header."""


@dataclass(frozen=True)
class PromotedTable:
    """``table`` with the names in its row ``_NAMES_ROW`` as header; what stands above them is left out."""

    table: Table

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def folder(self) -> Path:
        """The table's folder."""
        return self.table.folder

    @property
    def delimiter(self) -> str:
        """The table's separator."""
        return self.table.delimiter

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The names in the promoted row, each once."""
        row = next(islice(self.table.rows(), _NAMES_ROW - 1, None), RawRow(0))
        names = [str(cell).strip() for cell in _cells(row)]
        while names and not names[-1]:
            names.pop()
        return tuple(name if name not in names[:at] else f"{name} ({at + 1})" for at, name in enumerate(names))

    def rows(self) -> Iterator[RawRow]:
        """Each row below the names. Raises ``DataError``."""
        width = len(self.header)
        for row in islice(self.table.rows(), _NAMES_ROW, None):
            cells = _cells(row)
            if any(str(cell).strip() for cell in cells[width:]):
                yield RawRow(row.line, fault=wrong_width(len(cells), width), cells=tuple(map(str, cells)))
            elif row.fault and not row.cells:
                yield row
            else:
                values = dict(zip(self.header, cells, strict=False))
                yield RawRow(row.line, values, missing=max(0, width - len(cells)), warnings=row.warnings)


def _cells(row: RawRow) -> Sequence[object]:
    return row.cells or tuple(row.values.values())


def promoted(table: Table) -> Table:
    """``table``, with the header that its third row gives where it is a flat file of Amazon's."""
    try:
        is_amazon = any(name.startswith(AMAZON) for name in table.header[:1])
    except DataError:
        return table  # whoever reads it says why it cannot be read
    return PromotedTable(table) if is_amazon else table
