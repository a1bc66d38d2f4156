"""Tables that are one JSON document: a list of objects, an object with such a list in it, or one object for each id."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final, TextIO

from deepstyle.catalogue.feeds.encodings import find_encoding, open_text
from deepstyle.catalogue.feeds.feed_file import FeedFile
from deepstyle.catalogue.feeds.jsonstream import check_object, decode_line, iter_members, iter_rows
from deepstyle.catalogue.feeds.layouts.columns import field_of
from deepstyle.catalogue.feeds.lines import read_lines
from deepstyle.catalogue.feeds.nested import flat_rows
from deepstyle.catalogue.feeds.raw import FileTable, RawRow
from deepstyle.catalogue.feeds.text_table import MAX_JSON_LINE_CHARS
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

JSON_SUFFIXES: Final = (".json",)
_FIELDS: Final = frozenset(("title", "image", "price"))
"""An object with one of these may be an item."""


@dataclass(frozen=True)
class JsonTable(FileTable):
    """A ``Table`` in a JSON document, read one object at a time; each row names its own columns (``nested``)."""

    encoding: str = "utf-8"
    header: tuple[str, ...] = ()
    delimiter: str = ""

    def rows(self) -> Iterator[RawRow]:
        """The rows of each object of the list. Raises ``DataError``, also where there is no list."""
        with open_text(self.file, find_encoding(self.file, self.encoding).codec) as text:
            for value, line in _values(text, self.name, self.is_by_id):
                try:
                    found = check_object(value)
                except RowError as fault:
                    yield RawRow(line, fault=fault)
                else:
                    yield from (RawRow(line, row) for row in flat_rows(found))

    @cached_property
    def is_by_id(self) -> bool:
        """Whether the document is an object that has an item for each id. Raises ``DataError``."""
        return _is_by_id(self.file, self.encoding)


def _values(text: TextIO, name: str, is_by_id: bool) -> Iterator[tuple[Any, int]]:
    """Each row's value and line."""
    if not is_by_id:
        yield from iter_rows(text, name)
        return
    for key, value, line in iter_members(text, name):
        has_id = isinstance(value, dict) and any(field_of(column) == "item_id" for column in value)
        yield ({"id": key, **value} if isinstance(value, dict) and not has_id else value), line


def _is_by_id(file: FeedFile, encoding: str) -> bool:
    """Whether the first members of the document are objects with fields of items."""
    with open_text(file, find_encoding(file, encoding).codec) as text:
        try:
            members = [value for _, value, _ in islice(iter_members(text, file.name), 2)]
        except DataError:
            return False
    return len(members) == 2 and all(isinstance(one, dict) and _FIELDS & set(map(field_of, one)) for one in members)


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
    if _is_by_id(file, "utf-8"):
        return True
    with open_text(file, find_encoding(file, "utf-8").codec) as text:
        try:
            first = next(iter_rows(text, file.name), None)
        except DataError:
            return False
    return first is None or isinstance(first[0], dict)
