"""Read JSON one entry at a time: a large file in bounded memory, knowing each entry's line, or one line of many.

The standard library's decoder parses each entry from a sliding window of the text, so a metadata file of hundreds of
megabytes costs the memory of its largest entry, and a rejection can name the line it stands on.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

from deepstyle.catalogue.feeds.lines import DAMAGE
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError

WINDOW_CHARS: Final = 1 << 18
MAX_ENTRY_CHARS: Final = 1 << 22

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_AFTER_VALUE: Final = tuple(" \t\n\r,:}]")
# An integer that no float can hold stays text: Python refuses to read one of over 4,300 digits.
_MAX_DIGITS: Final = 300
# A list of rows lies in at most so many objects.
_MAX_OBJECTS: Final = 4
_DECODER: Final = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) <= _MAX_DIGITS else digits)
_STRUCTURE: Final = re.compile(r'["\[\]{},]')
_IN_TEXT: Final = re.compile(r'["\\]')
_TOO_DEEP: Final = "an entry is nested too deeply"
_TOO_LONG: Final = f"an entry has over {MAX_ENTRY_CHARS:,} characters"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A placeholder for a value that was skipped as too large or nested too deeply; ``why`` is the reason."""

    why: str


def decode_line(text: str) -> dict[str, Any]:
    """The object in ``text``. Raises ``RowError`` ``bad-row``, also over 4 Mi characters."""
    try:
        value = _DECODER.decode(text) if len(text) <= MAX_ENTRY_CHARS else Unreadable(_TOO_LONG)
    except RecursionError:
        value = Unreadable(_TOO_DEEP)
    except ValueError as error:
        value = Unreadable(getattr(error, "msg", str(error)))
    return check_object(value)


def check_object(value: Any) -> dict[str, Any]:
    """``value`` where it is an object. Raises ``RowError`` ``bad-row``."""
    if isinstance(value, dict):
        return value
    why = value.why if isinstance(value, Unreadable) else "it is not an object"
    raise RowError("bad-row", f"The row is not a JSON object: {why}.", "Write one JSON object for each row.")


def iter_pairs(path: Path) -> Iterator[tuple[str, Any, int]]:
    """Each ``(key, value, line)`` of the object in ``path``, repeated keys included, in order.

    An invalid entry does not affect the rest of the file: bytes that are not UTF-8 arrive as lone
    surrogates, integers of over 300 digits as text, and a value over 4 Mi characters or nested too deeply as
    ``Unreadable``. Raises ``DataError`` naming file and line where the JSON is malformed or cut off.
    """
    with _open(path) as file:
        yield from iter_members(file, path)


def iter_members(file: TextIO, name: Path | str) -> Iterator[tuple[str, Any, int]]:
    """``iter_pairs`` of an open ``file``, called ``name`` in messages."""
    window = _Window(name, file)
    window.take("{")
    while window.more("}"):
        line = window.line
        key = window.value()
        if not isinstance(key, str):
            window.fail("a key is not text")
        window.take(":")
        yield key, window.value(), line
    window.finish()


def iter_elements(path: Path) -> Iterator[tuple[Any, int]]:
    """Each ``(value, line)`` of the array in ``path``; otherwise as ``iter_pairs``."""
    with _open(path) as file:
        window = _Window(path, file)
        window.take("[")
        while window.more("]"):
            line = window.line
            yield window.value(), line
        window.finish()


def iter_rows(file: TextIO, name: str) -> Iterator[tuple[Any, int]]:
    """Each ``(value, line)`` of the list of rows in ``file``, called ``name`` in messages; otherwise as ``iter_pairs``.

    The list is the outermost value or the first list of objects in an object: ``{"data": {"products": [{…}]}}``.
    """
    window = _Window(name, file)
    is_whole = window.peek() == "["
    if is_whole:
        window.take("[")
    elif not window.find_rows(_MAX_OBJECTS):
        if window.has_empty_list:
            return
        raise DataError(f"{name} contains no list of objects.", remedy='Write a list: [{"id": "1"}, {"id": "2"}].')
    while window.more("]"):
        line = window.line
        yield window.value(), line
    if is_whole:
        window.finish()


def _open(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", errors=DAMAGE)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


_NO_ITEMS: Final = frozenset(
    ("licenses", "categories", "annotations", "currencies", "facets", "filters", "errors", "warnings")
)
"""Lists of objects that stand beside the list of items."""


class _Window:
    """The part of the file that is in memory; ``line`` is the line of the next character to read."""

    def __init__(self, name: Path | str, file: TextIO) -> None:
        self.name, self.file = name, file
        self.text, self.position, self.line = "", 0, 1
        self.ended, self.first = False, True
        self.has_empty_list = False

    def peek(self) -> str:
        """Skip white space and return the next character, ``""`` at the end."""
        while True:
            space = _SPACE.match(self.text, self.position)
            assert space is not None
            self.advance(space.end())
            if self.position < len(self.text) or self.ended:
                return self.text[self.position : self.position + 1]
            self.fill()

    def take(self, character: str) -> None:
        """Skip ``character``; fail where there is another."""
        if self.peek() != character:
            self.fail(f"expected {character!r}, found {self.peek() or 'the end of the file'!r}")
        self.advance(self.position + 1)

    def more(self, closing: str) -> bool:
        """Skip to the next entry; False once ``closing`` has ended them."""
        if self.peek() == closing:
            self.advance(self.position + 1)
            return False
        if not self.first:
            self.take(",")
        self.first = False
        self.peek()
        return True

    def find_rows(self, depth: int) -> bool:
        """Go into the first list of objects in the object that begins here; False where the object has none."""
        self.take("{")
        first = True
        while self.peek() != "}":
            if not first:
                self.take(",")
            first = False
            name = self.value()
            self.take(":")
            if isinstance(name, str) and name.casefold() in _NO_ITEMS:
                self.value()
            elif self.peek() == "[":
                self.take("[")
                if self.peek() == "{":
                    self.first = True
                    return True
                self.skip_list()
            elif self.peek() != "{" or depth == 1:
                self.value()
            elif self.find_rows(depth - 1):
                return True
        self.take("}")
        return False

    def skip_list(self) -> None:
        """Skip the rest of a list that is not one of objects."""
        self.has_empty_list |= self.peek() == "]"
        self.first = True
        while self.more("]"):
            self.value()

    def value(self) -> Any:
        """The next JSON value, reading on until it is complete."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.position)
            except RecursionError:
                self.skip(_TOO_DEEP)
                return Unreadable(_TOO_DEEP)
            except ValueError as error:
                why, at = getattr(error, "msg", str(error)), getattr(error, "pos", self.position)
            else:
                # A number may go on behind the window's end: "1", "1." and "1e" all decode as 1.
                if self.ended or self.text[end : end + 1] in _AFTER_VALUE:
                    size_chars = end - self.position
                    self.advance(end)
                    return value if size_chars <= MAX_ENTRY_CHARS else Unreadable(_TOO_LONG)
                why, at = f"expected ',', found {self.text[end : end + 1]!r}", end
            if self.ended:
                self.advance(min(at, len(self.text)))
                self.fail(why)
            if len(self.text) - self.position > MAX_ENTRY_CHARS:
                return self.oversized(why, at)
            self.fill()

    def oversized(self, why: str, at: int) -> Unreadable:
        """Skip a value that does not end within the limit; fail where one does, since that is malformed at ``at``."""
        text, start, line = self.text, self.position, self.line
        self.skip(why)
        if self.text is text and self.position - start <= MAX_ENTRY_CHARS:
            self.position, self.line = start, line
            self.advance(at)
            self.fail(why)
        return Unreadable(_TOO_LONG)

    def skip(self, why: str) -> None:
        """Go to the end of the value without reading it, in bounded memory; fail with ``why`` where it has none."""
        depth, at, in_text = 0, self.position, False
        while True:
            found = (_IN_TEXT if in_text else _STRUCTURE).search(self.text, at)
            if found is None or (found[0] == "\\" and found.end() == len(self.text)):
                if self.ended:
                    self.fail(why)
                self.advance(len(self.text) if found is None else found.start())
                self.fill()
                at = self.position
                continue
            at, mark = found.end(), found[0]
            if mark == "\\":
                at += 1
            elif mark == '"':
                in_text = not in_text
            elif mark in "[{":
                depth += 1
            elif not depth:
                self.advance(found.start())
                return
            elif mark in "]}":
                depth -= 1

    def fill(self) -> None:
        """Drop what was read and read on; doubling keeps a long entry's repeated parses linear in all."""
        rest = self.text[self.position :]
        read = self.file.read(max(WINDOW_CHARS, len(rest)))
        self.ended = not read
        self.text, self.position = rest + read, 0

    def advance(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position

    def finish(self) -> None:
        if self.peek():
            self.fail("there is text after the end of the data")

    def fail(self, why: str) -> NoReturn:
        raise DataError(
            f"{self.name}, line {self.line}: malformed JSON: {why}.",
            remedy="Fetch the file again: it may be cut off. What was read before this line is kept.",
        )
