"""Tables that are text: CSV, TSV and JSON Lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TextIO

from deepstyle.catalogue.characters import without_controls
from deepstyle.catalogue.feeds.csv_records import CsvReader
from deepstyle.catalogue.feeds.jsonstream import decode_line
from deepstyle.catalogue.feeds.lines import DAMAGE, read_lines
from deepstyle.catalogue.feeds.raw import RawRow
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError, FileError, UsageError

TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
MAX_JSON_LINE_CHARS: Final = 1 << 22
MAX_COLUMNS: Final = 2_000
_CSV_SUFFIXES: Final = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class TextTable:
    """A ``Table`` in the text file ``path``: CSV, TSV or JSON Lines by its suffix."""

    path: Path
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def folder(self) -> Path:
        """The file's folder."""
        return self.path.parent

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The columns' names, each once; empty in JSON Lines. Raises ``DataError``."""
        return self._head[0]

    @cached_property
    def delimiter(self) -> str:
        """The separator of the cells; empty in JSON Lines. Raises ``DataError``."""
        return self._head[1]

    def rows(self) -> Iterator[RawRow]:
        """Each row that is not empty. Raises ``DataError``."""
        with self._open() as file:
            yield from self._csv_rows(file) if self._is_csv else _json_rows(file)

    @property
    def _is_csv(self) -> bool:
        return self.path.suffix.lower() in _CSV_SUFFIXES

    @cached_property
    def _head(self) -> tuple[tuple[str, ...], str]:
        if not self._is_csv:
            return (), ""
        with self._open() as file:
            reader = self._csv(file)
            return _column_names(self.path, reader.header), reader.delimiter

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        try:
            with self.path.open(encoding=_codec(self.path, self.encoding), errors=DAMAGE, newline="") as file:
                yield file
        except LookupError as error:
            raise UsageError(
                f"the encoding {self.encoding!r} does not exist.", remedy="Try utf-8, cp1252 or latin-1."
            ) from error
        except UnicodeError as error:
            raise DataError(f"{self.path} cannot be read: {error}.", remedy="Save it as UTF-8.") from error
        except OSError as error:
            reason, remedy = error.strerror or error, FileError.of(error).remedy
            raise DataError(f"{self.path} cannot be read: {reason}.", remedy=remedy) from error

    def _csv(self, file: TextIO) -> CsvReader:
        try:
            return CsvReader(file, "\t" if self.path.suffix.lower() == ".tsv" else "")
        except RowError as error:
            raise DataError(
                f"{self.path}: the header is not valid CSV: {error.message}", remedy="Give the columns' names."
            ) from error

    def _csv_rows(self, file: TextIO) -> Iterator[RawRow]:
        reader = self._csv(file)
        names = _column_names(self.path, reader.header)
        if not names:
            return
        for line, cells, fault in reader:
            if fault is None and len(cells) > len(names):
                fault = wrong_width(len(cells), len(names))
            if fault:
                yield RawRow(line, fault=fault, cells=tuple(cells))
            else:
                yield RawRow(line, dict(zip(names, cells, strict=False)), missing=len(names) - len(cells))


def wrong_width(cells: int, columns: int) -> RowError:
    """The error for a row with another number of cells than the header."""
    remedy = "Put quotes around cells that hold the separator." if cells > columns else "Add the cells."
    return RowError("bad-row", f"The row has {cells} cells, the header {columns} columns.", remedy)


def _json_rows(file: TextIO) -> Iterator[RawRow]:
    for line, text in enumerate(read_lines(file, MAX_JSON_LINE_CHARS), 1):
        if not text.strip():
            continue
        try:
            yield RawRow(line, decode_line(text))
        except RowError as fault:
            yield RawRow(line, fault=fault)


def _codec(path: Path, encoding: str) -> str:
    """``encoding``, unless the file starts with the byte order mark of UTF-16 or UTF-32."""
    with path.open("rb") as file:
        start = file.read(4)
    if start in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding


def _column_names(path: Path, header: Sequence[str]) -> tuple[str, ...]:
    """The header's names, each once: the second "title" is called "title (2)". Raises ``DataError``."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for name in header for character in name):
        raise DataError(
            f"{path}: the header is not in this encoding.",
            remedy="Save the table as UTF-8, or give its encoding, for example --encoding utf-16-le or cp1252.",
        )
    if len(header) > MAX_COLUMNS:
        raise DataError(
            f"{path}: the header has {len(header):,} columns; the limit is {MAX_COLUMNS:,}.",
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
