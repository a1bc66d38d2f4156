r"""Rows of a CSV file, each accounted for: a stray quote invalidates its own line only.

A row is the shortest run of lines, at most 1 MiB, that parses strictly (RFC 4180) into as many cells as the header
has. Where a line starts no such run, that one line is a faulty row, and reading resumes at the next line. Lines that
are empty are not rows.

Strictly means: a quote stands at the start or the end of a cell, or twice inside of a quoted one; between tabs, a line
in which no cell starts with a quote has them as letters (``5" heel``). So a line with an
even number of quotes is a row of its own or none, and one with an odd number can only end at the next line with an odd
number: that is how far a run looks ahead, and why reading takes time linear in the file.

A quoted cell may hold line ends, and a stray quote may be closed by another one many rows on. Both parse, so a run of
several lines is read as rows, not as one, where its first and last line, or more than half of all, have exactly the
header's number of cells with the quotes taken as letters; a separator before a space does not count, since prose has
those. This rule is a guess. A cell of several lines is refused where these lines happen to hold just that many
separators, and always in a table of a single column. Rows between two stray quotes are joined where the rows with the
quotes and most of the others have another number of cells than the header.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple, TextIO

from deepstyle.catalogue.feeds.lines import read_lines
from deepstyle.catalogue.rows import RowError

MAX_RECORD_BYTES: Final = 1 << 20

# What spreadsheets write before the header: the separator, and rows of empty cells.
_SEPARATOR_LINE: Final = re.compile(r'\ufeff?"?sep=(.)"?[\s,;|]*', re.IGNORECASE)
_BLANK: Final = " \t\r\n\v\f,;|"
_LINES_ABOVE: Final = 20
"""At most so many lines stand above the header."""

IsHeader = Callable[[list[str]], bool]


class CsvRow(NamedTuple):
    """One row and the line it starts on; with a ``fault``, ``cells`` are those that end before it."""

    line: int
    cells: list[str]
    fault: RowError | None = None


class CsvReader:
    """The rows of ``file`` (opened with ``newline=""``) after its header, or from the start where ``width`` is given.

    ``header`` is the first line that ``is_header`` says names the columns, else the first one that is not blank; it is
    empty in an empty file, and raises ``RowError`` where it is not valid CSV. ``delimiter`` is the one given, that of a
    line ``sep=;`` before the header, a tab where the header has one or, of comma, semicolon and bar, the most frequent
    in it.
    """

    def __init__(self, file: TextIO, delimiter: str = "", width: int = 0, is_header: IsHeader | None = None) -> None:
        self._lines = read_lines(file, MAX_RECORD_BYTES)
        self._ahead: deque[str] = deque()
        self._line = 0
        text = "" if width else self._first_line()
        if found := _SEPARATOR_LINE.fullmatch(text):
            delimiter, text = found[1], self._first_line()
        if is_header is not None:
            text = self._below_titles(text, delimiter, is_header)
        self.delimiter = delimiter or _most_frequent(text)
        separator = re.escape(self.delimiter)
        self._formula = re.compile(rf'(^|{separator})(?:="([^"]*)"|"=""([^"]*)""")(?={separator}|[\r\n]|\Z)')
        self._gap = (
            re.compile(rf'(^|{separator}) +(?="(?!"[^"{separator}\r\n]))')
            if re.search(rf'{separator} +"', text)
            else None
        )
        text = self._bare(text)
        quoted, bare = r'"[^"]*+(?:""[^"]*+)*+"', rf'[^"{separator}]*+'
        self._cell = re.compile(rf"({quoted}|{bare})({separator}|\Z)")
        self._strict = re.compile(rf"(?:(?:{quoted}|{bare}){separator})*+(?:{quoted}|{bare})")
        self._strict_texts: list[str] = []
        self._strict_rows = csv.reader(iter(self._strict_texts.pop, None), delimiter=self.delimiter)
        self.header = self._read_header(text) if text else []
        self._width = width or len(self.header)

    def _first_line(self) -> str:
        """The next line that is not blank, ``""`` at the end."""
        return next((line for line in self._next_lines() if line.strip(_BLANK)), "")

    def _below_titles(self, first: str, delimiter: str, is_header: IsHeader) -> str:
        """The first line from ``first`` on that names the columns; ``first`` where none of the next lines does."""
        if not first or first.count('"') % 2 or is_header(_bare_cells(first, delimiter)):
            return first
        line, taken = self._line, list[str]()
        for text in islice(self._next_lines(), _LINES_ABOVE):
            if text.strip(_BLANK) and is_header(_bare_cells(text, delimiter)):
                return text
            taken.append(text)
        self._ahead.extendleft(reversed(taken))
        self._line = line
        return first

    def _read_header(self, text: str) -> list[str]:
        if text.count('"') % 2:
            text = "".join([text, *self._up_to_odd(text)])
        cells, fault = self._parse(text)
        if fault:
            raise fault
        return cells

    def __iter__(self) -> Iterator[CsvRow]:
        width, delimiter = self._width, self.delimiter
        for text in map(self._bare, self._next_lines()):
            if self._is_plain(text):
                line = self._line
                cells = text.rstrip("\r\n").split(delimiter)
                fault = None
            elif text.count('"') % 2 and not _is_too_long(text):
                line, cells, fault = self._run(text, width)
            else:
                line = self._line
                cells, fault = self._parse(text)
            if fault or any(map(str.strip, cells)):
                yield CsvRow(line, cells, fault)

    def _is_plain(self, text: str) -> bool:
        """Whether a line has no quotes, or between tabs only such as stand within cells: ``5" heel``."""
        is_short = len(text) <= MAX_RECORD_BYTES // 4
        has_letters = self.delimiter == "\t" and text[0] != '"' and '\t"' not in text
        return is_short and ('"' not in text or (has_letters and text.count("\t") + 1 == self._width))

    def _bare(self, text: str) -> str:
        """A line without what is not CSV but usual: ``="0017"``, and blanks before quotes where the header has them."""
        if self._gap and '"' in text:
            text = self._gap.sub(r"\1", text)
        return self._formula.sub(r'\1"\2\3"', text) if '="' in text else text

    def _next_lines(self) -> Iterator[str]:
        """The lines that were looked at and left, then the file's."""
        while True:
            text = self._ahead.popleft() if self._ahead else next(self._lines, "")
            if not text:
                return
            self._line += 1
            yield text

    def _run(self, first: str, width: int) -> CsvRow:
        """The row of several lines that starts with ``first``, else ``first`` alone as a faulty row."""
        line = self._line
        rest = self._up_to_odd(first)
        cells, fault = self._parse("".join([first, *rest]))
        if fault is None and len(cells) == width and not self._are_rows([first, *rest], width):
            return CsvRow(line, cells)
        self._ahead.extendleft(reversed(rest))
        self._line = line
        return CsvRow(line, *self._parse(first))

    def _up_to_odd(self, first: str) -> list[str]:
        """The lines after ``first`` up to the next with an odd number of quotes, none where that is over 1 MiB on."""
        taken: list[str] = []
        size_bytes = _size_bytes(first)
        for text in map(self._bare, self._next_lines()):
            taken.append(text)
            size_bytes += _size_bytes(text)
            if size_bytes > MAX_RECORD_BYTES:
                break
            if text.count('"') % 2:
                return taken
        self._ahead.extendleft(reversed(taken))
        self._line -= len(taken)
        return []

    def _parse(self, text: str) -> tuple[list[str], RowError | None]:
        """The cells of ``text`` by RFC 4180, or those before its first fault."""
        if _is_too_long(text):
            return [], _too_long()
        text = text.rstrip("\r\n")
        if len(text) < csv.field_size_limit() and self._strict.fullmatch(text):
            self._strict_texts.append(text)
            return next(self._strict_rows) or [""], None
        cells: list[str] = []
        at = 0
        while found := self._cell.match(text, at):
            cell, end = found.groups()
            cells.append(cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell)
            if not end:
                return cells, None
            at = found.end()
        return cells, _stray(len(cells) + 1)

    def _are_rows(self, lines: list[str], width: int) -> bool:
        """Whether ``lines`` read better as rows than as one row: see the module's description."""
        gaps = self.delimiter + " "
        wide = [line.count(self.delimiter) - line.count(gaps) + 1 == width for line in lines if line.strip()]
        return (wide[0] and wide[-1]) or 2 * sum(wide) > len(wide)


def _bare_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one line, as far as it is valid; at least one."""
    try:
        return next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter or _most_frequent(text)), [""]) or [""]
    except csv.Error:
        return [""]


def _most_frequent(header: str) -> str:
    """A tab where ``header`` has one, else the separator most frequent in it, outside of quotes.

    Of two that are equally frequent, it is the one with fewer spaces behind it.
    """
    bare = re.sub(r'"[^"]*"', "", header)
    return "\t" if "\t" in bare else max(",;|", key=lambda mark: (bare.count(mark), -bare.count(mark + " ")))


def _size_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _is_too_long(text: str) -> bool:
    return len(text) > MAX_RECORD_BYTES // 4 and _size_bytes(text) > MAX_RECORD_BYTES


def _too_long() -> RowError:
    return RowError("bad-row", "The row is longer than 1 MiB.", "Shorten its cells, or close its quotes.")


def _stray(column: int) -> RowError:
    return RowError(
        "bad-row",
        f"The row is not valid CSV: cell {column} has a stray or unclosed quote.",
        'Put quotes around the whole cell, and write a quote inside it twice: "12"" heel".',
    )
