"""Tables that are one JSON document: a list of objects, or an object with such a list in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from deepstyle.catalogue.feeds.encodings import find_encoding, open_text
from deepstyle.catalogue.feeds.feed_file import FeedFile
from deepstyle.catalogue.feeds.jsonstream import check_object, decode_line, iter_rows
from deepstyle.catalogue.feeds.lines import read_lines
from deepstyle.catalogue.feeds.nested import flat_rows
from deepstyle.catalogue.feeds.raw import FileTable, RawRow
from deepstyle.catalogue.feeds.text_table import MAX_JSON_LINE_CHARS
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

JSON_SUFFIXES: Final = (".json",)


@dataclass(frozen=True)
class JsonTable(FileTable):
    """A ``Table`` in a JSON document, read one object at a time; each row names its own columns (``nested``)."""

    encoding: str = "utf-8"
    header: tuple[str, ...] = ()
    delimiter: str = ""

    def rows(self) -> Iterator[RawRow]:
        """The rows of each object of the list. Raises ``DataError``, also where there is no list."""
        with open_text(self.file, find_encoding(self.file, self.encoding).codec) as text:
            for value, line in iter_rows(text, self.name):
                try:
                    found = check_object(value)
                except RowError as fault:
                    yield RawRow(line, fault=fault)
                else:
                    yield from (RawRow(line, row) for row in flat_rows(found))


def has_json_lines(file: FeedFile) -> bool:
    """Whether ``file`` is JSON Lines, whatever its suffix: its first two lines are objects. Raises ``DataError``."""
    with open_text(file, find_encoding(file, "utf-8").codec) as text:
        lines = list(islice((line for line in read_lines(text, MAX_JSON_LINE_CHARS) if line.strip()), 2))
    try:
        return len([decode_line(line) for line in lines]) == 2
    except RowError:
        return False


def has_rows(file: FeedFile) -> bool:
    """Whether ``file`` contains a list of objects, or of nothing. Raises ``DataError`` where it cannot be read."""
    with open_text(file, find_encoding(file, "utf-8").codec) as text:
        try:
            first = next(iter_rows(text, file.name), None)
        except DataError:
            return False
    return first is None or isinstance(first[0], dict)
