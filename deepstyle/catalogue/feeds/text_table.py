"""Tables that are text: CSV and its relatives, and JSON Lines."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TextIO

from deepstyle.catalogue.characters import without_controls
from deepstyle.catalogue.feeds.csv_records import CsvReader
from deepstyle.catalogue.feeds.encodings import Encoding, find_encoding, open_text
from deepstyle.catalogue.feeds.jsonstream import decode_line
from deepstyle.catalogue.feeds.layouts.registry import names_columns
from deepstyle.catalogue.feeds.limits import MAX_COLUMNS
from deepstyle.catalogue.feeds.lines import read_lines
from deepstyle.catalogue.feeds.nested import flat_rows
from deepstyle.catalogue.feeds.raw import FileTable, RawRow
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

CSV_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt")
LINES_SUFFIXES: Final = (".jsonl", ".ndjson")
TEXT_SUFFIXES: Final = CSV_SUFFIXES + LINES_SUFFIXES
MAX_JSON_LINE_CHARS: Final = 1 << 22

_ENTITY_START: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31})\Z", re.IGNORECASE)


@dataclass(frozen=True)
class TextTable(FileTable):
    """A ``Table`` in a text file: JSON Lines where ``is_lines``, else CSV with any separator.

    ``surplus_to_last`` gives the surplus cells of a row, with the separators between them, to its last column: some
    tables have unquoted separators there.
    """

    encoding: str = "utf-8"
    surplus_to_last: bool = False
    is_lines: bool = False

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The columns' names, each once; empty in JSON Lines. Raises ``DataError``."""
        return self._head[0]

    @cached_property
    def delimiter(self) -> str:
        """The separator of the cells; empty in JSON Lines. Raises ``DataError``."""
        return self._head[1]

    def rows(self) -> Iterator[RawRow]:
        """Each row that is not empty; the first one warns of a guessed encoding. Raises ``DataError``."""
        warning = self._encoding.warning
        with open_text(self.file, self._encoding.codec) as file:
            for row in _json_rows(file) if self.is_lines else self._csv_rows(file):
                yield dataclasses.replace(row, warnings=(*row.warnings, warning)) if warning else row
                warning = None

    @cached_property
    def _encoding(self) -> Encoding:
        return find_encoding(self.file, self.encoding)

    @cached_property
    def _head(self) -> tuple[tuple[str, ...], str]:
        if self.is_lines:
            return (), ""
        with open_text(self.file, self._encoding.codec) as file:
            reader = self._csv(file)
            return column_names(self.name, reader.header), reader.delimiter

    def _csv(self, file: TextIO) -> CsvReader:
        try:
            return CsvReader(file, is_header=names_columns)
        except RowError as error:
            raise DataError(
                f"{self.name}: the header is not valid CSV: {error.message}", remedy="Give the columns' names."
            ) from error

    def _csv_rows(self, file: TextIO) -> Iterator[RawRow]:
        reader = self._csv(file)
        names = column_names(self.name, reader.header)
        if not names:
            return
        width = len(names)
        for line, cells, fault in reader:
            if len(cells) > width and reader.delimiter == ";":
                cells = _with_entities(cells)
            if fault is None and len(cells) > width:
                if self.surplus_to_last:
                    cells = [*cells[: width - 1], reader.delimiter.join(cells[width - 1 :])]
                else:
                    fault = wrong_width(len(cells), width)
            if fault:
                yield RawRow(line, fault=fault, cells=tuple(cells))
            else:
                yield RawRow(line, dict(zip(names, cells, strict=False)), missing=width - len(cells))


def wrong_width(cells: int, columns: int) -> RowError:
    """The error for a row with another number of cells than the header."""
    remedy = "Put quotes around cells that hold the separator." if cells > columns else "Add the cells."
    return RowError("bad-row", f"The row has {cells} cells, the header {columns} columns.", remedy)


def _with_entities(cells: list[str]) -> list[str]:
    """``cells`` with those joined that the semicolon of an entity (``&amp;``) parts."""
    joined: list[str] = []
    for cell in cells:
        if joined and _ENTITY_START.search(joined[-1]):
            joined[-1] += f";{cell}"
        else:
            joined.append(cell)
    return joined


def _json_rows(file: TextIO) -> Iterator[RawRow]:
    for line, text in enumerate(read_lines(file, MAX_JSON_LINE_CHARS), 1):
        if not text.strip():
            continue
        try:
            found = decode_line(text)
        except RowError as fault:
            yield RawRow(line, fault=fault)
        else:
            yield from (RawRow(line, row) for row in flat_rows(found))


def column_names(table: str, header: Sequence[str]) -> tuple[str, ...]:
    """The header's names, each once: the second "title" is called "title (2)". Raises ``DataError``."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for name in header for character in name):
        raise DataError(
            f"{table}: the header is not in this encoding.",
            remedy="Save the table as UTF-8, or give its encoding, for example --encoding utf-16-le or cp1252.",
        )
    if len(header) > MAX_COLUMNS:
        raise DataError(
            f"{table}: the header has {len(header):,} columns; the limit is {MAX_COLUMNS:,}.",
            remedy="Remove the separators at its end.",
        )
    names: dict[str, None] = {}
    seen: Counter[str] = Counter()
    for name in map(without_controls, header):
        unique = name
        while unique in names:
            seen[name] += 1
            unique = f"{name} ({seen[name] + 1})"
        names[unique] = None
    return tuple(names)
