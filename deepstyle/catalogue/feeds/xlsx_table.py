"""Tables that are sheets of a spreadsheet (``.xlsx``), read one row at a time.

Cells are read by what they contain: a formula by its result, a date as ISO 8601, a number with the leading zeros that
its format shows and with the 15 digits that spreadsheets have. Nothing is calculated, and no macro or link is followed.
"""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple
from zipfile import ZipFile

from deepstyle.catalogue.feeds.archive import open_archive, open_member
from deepstyle.catalogue.feeds.feed_file import FeedFile
from deepstyle.catalogue.feeds.layouts.registry import names_columns
from deepstyle.catalogue.feeds.limits import (
    MAX_COLUMNS,
    MAX_SHEET_ROWS,
    MAX_SPREADSHEET_BYTES,
    MAX_XML_ROW_CHARS,
)
from deepstyle.catalogue.feeds.raw import RawRow
from deepstyle.catalogue.feeds.text_table import column_names
from deepstyle.catalogue.feeds.xlsx_parts import (
    Format,
    Sheet,
    Texts,
    read_formats,
    read_texts,
    read_workbook,
    unescaped,
)
from deepstyle.catalogue.feeds.xml_parse import XmlHandler, local_name, parsed_rows
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

XLSX_SUFFIXES: Final = (".xlsx", ".xlsm")

_OLE: Final = b"\xd0\xcf\x11\xe0"
_CELL_CHARS: Final = 64
_HEADER_ROWS: Final = 20
_EPOCH: Final = datetime.datetime(1899, 12, 30)
_EPOCH_1904: Final = datetime.datetime(1904, 1, 1)
_MAX_DAYS: Final = 2_958_466
_ERROR: Final = "e"

Cells = dict[int, Any]


@dataclass(frozen=True)
class XlsxTable:
    """A ``Table`` in one sheet; ``name`` is the file's, and the sheet's where there are several."""

    file: FeedFile
    sheet: Sheet
    name: str
    delimiter: str = ""

    @property
    def folder(self) -> Path:
        """The file's folder."""
        return self.file.folder

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, each once. Raises ``DataError``."""
        return self._head[1]

    def rows(self) -> Iterator[RawRow]:
        """Each row below the header that has a value in a column with a name. Raises ``DataError``."""
        last, names = self._head
        for line, cells, fault in self._sheet_rows():
            if line > last and fault:
                yield RawRow(line, fault=fault)
            elif line > last and any(column < len(names) for column in cells):
                yield _row(line, names, cells)

    @cached_property
    def _head(self) -> tuple[int, tuple[str, ...]]:
        """The line of the header and its names: a row that names columns, else the first one of several values."""
        rows = [(line, _texts(cells)) for line, cells, _ in islice(self._sheet_rows(), _HEADER_ROWS)]
        several = (row for row in rows if sum(map(bool, row[1])) > 1)
        first = next(several, rows[0] if rows else (0, []))
        line, texts = next((row for row in rows if row[1] and names_columns(row[1])), first)
        return line, column_names(self.name, texts)

    def _sheet_rows(self) -> Iterator["_SheetRow"]:
        with open_spreadsheet(self.file) as archive:
            book = read_workbook(archive, self.file.name)
            cells = _Cells(
                read_texts(archive, self.file.name, book.texts),
                read_formats(archive, self.file.name, book.styles),
                _EPOCH_1904 if book.counts_from_1904 else _EPOCH,
            )
            handler = _SheetHandler(self.name, cells)
            with open_member(archive, self.sheet.part) as part:
                yield from parsed_rows(part, self.name, handler, handler.done)


def _texts(cells: Cells) -> list[str]:
    width = max(cells, default=-1) + 1
    return [str(cells.get(at, "")) for at in range(min(width, MAX_COLUMNS + 1))]


def xlsx_tables(file: FeedFile) -> list[XlsxTable]:
    """The sheets of ``file`` that have a header. Raises ``DataError``."""
    with open_spreadsheet(file) as archive:
        sheets = [sheet for sheet in read_workbook(archive, file.name).sheets if sheet.part in archive.NameToInfo]
    tables = [XlsxTable(file, sheet, f"{file.name}/{sheet.title}") for sheet in sheets]
    used = [table for table in tables if table.header]
    return [XlsxTable(file, used[0].sheet, file.name)] if len(used) == 1 else used


@contextmanager
def open_spreadsheet(file: FeedFile) -> Iterator[ZipFile]:
    """The parts of a spreadsheet, checked. Raises ``DataError``."""
    with file.open_seekable() as data:
        if data.read(len(_OLE)) == _OLE:
            raise DataError(
                f"{file.name} is encrypted, or has the format of Excel 97.",
                remedy="Save it as .xlsx, without a password.",
            )
        with open_archive(data, file.name, MAX_SPREADSHEET_BYTES) as archive:
            yield archive


@dataclass(frozen=True, slots=True)
class _Cells:
    """Gives a cell's value."""

    texts: Texts
    formats: Sequence[Format]
    epoch: datetime.datetime

    def value(self, kind: str, style: str, text: str) -> Any:
        """The value of a cell of this type and style with this content. Raises ``ValueError``."""
        if kind == "s":
            return self.texts[int(text)]
        if kind == "n":
            return self._number(
                text, self.formats[int(style)] if style.isdigit() and int(style) < len(self.formats) else Format()
            )
        return "" if kind == _ERROR else {"0": False, "1": True}.get(text, text) if kind == "b" else unescaped(text)

    def _number(self, text: str, shown: Format) -> Any:
        number = int(text) if text.isdigit() and len(text) <= 15 else float(f"{float(text):.15g}")
        if shown.is_date and 0 <= number < _MAX_DAYS:
            moment = self.epoch + datetime.timedelta(seconds=round(number * 86_400))
            return (moment.date() if moment.time() == datetime.time() else moment).isoformat()
        if isinstance(number, float) and number.is_integer() and abs(number) < 1e22:
            number = int(number)
        return f"{number:0{shown.digits}d}" if shown.digits and isinstance(number, int) else number


class _SheetRow(NamedTuple):
    """A row that has a value."""

    line: int
    cells: Cells
    fault: RowError | None = None


@dataclass(slots=True)
class _OpenRow:
    """The row that is being read: its values by column, and the cell that is being read."""

    line: int
    cells: Cells = field(default_factory=dict)
    column: int = -1
    kind: str = "n"
    style: str = ""
    texts: list[str] = field(default_factory=list)
    chars: int = 0


class _SheetHandler(XmlHandler):
    """The rows of a sheet that have a value, in ``done``."""

    def __init__(self, name: str, cells: _Cells) -> None:
        super().__init__()
        self.done: list[_SheetRow] = []
        self._name, self._cells, self._row = name, cells, _OpenRow(0)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path[-1] = tag = local_name(name)
        if tag == "c":
            row = self._row
            row.column = _column(attributes.get("r", ""), row.column + 1)
            row.kind, row.style = attributes.get("t", "n"), attributes.get("s", "")
            row.texts.clear()
            row.chars += _CELL_CHARS
        elif tag == "row":
            said = attributes.get("r", "")
            self._row = _OpenRow(int(said) if said.isdigit() and len(said) < 9 else self._row.line + 1)
            if self._row.line > MAX_SHEET_ROWS:
                raise DataError(f"{self._name} has over {MAX_SHEET_ROWS:,} rows.", remedy="Save it as .csv.")

    def text(self, text: str) -> None:
        if self.path[-1] in ("v", "t") and "rPh" not in self.path:
            self._row.chars += len(text)
            if self._row.chars <= MAX_XML_ROW_CHARS:
                self._row.texts.append(text)

    def end(self) -> None:
        tag, row = self.path[-1], self._row
        if tag == "c" and row.texts and row.column <= MAX_COLUMNS:
            value = self._cells.value(row.kind, row.style, "".join(row.texts))
            if value not in ("", None):
                row.cells[row.column] = value
        elif tag == "row" and row.chars > MAX_XML_ROW_CHARS:
            why = f"The row has over {MAX_XML_ROW_CHARS:,} characters."
            self.done.append(_SheetRow(row.line, {}, RowError("bad-row", why, "Shorten its cells.")))
        elif tag == "row" and any(not isinstance(value, str) or value.strip() for value in row.cells.values()):
            self.done.append(_SheetRow(row.line, row.cells))


def _column(reference: str, following: int) -> int:
    """The column of the cell ``AB12``, counted from 0; ``following`` where the cell does not say it."""
    letters = reference.rstrip("0123456789")
    if not 1 <= len(letters) <= 3 or not letters.isascii() or not letters.isalpha():
        return following
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _row(line: int, names: tuple[str, ...], cells: Cells) -> RawRow:
    """The row's values by column; cells in columns without a name are reported."""
    beyond = sum(column >= len(names) for column in cells)
    values = {name: cells.get(at, "") for at, name in enumerate(names)}
    return RawRow(line, values, warnings=(_nameless(beyond),) if beyond else ())


def _nameless(cells: int) -> RowError:
    return RowError(
        "no-column",
        f"{cells} {'cell lies' if cells == 1 else 'cells lie'} in columns without a name; ignored.",
        "Give each column a name in the header.",
    )
