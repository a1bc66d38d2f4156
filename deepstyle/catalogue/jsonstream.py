"""Read a large JSON file one entry at a time, in bounded memory, knowing each entry's line.

The standard library's decoder parses each entry from a sliding window of the text, so a metadata file of hundreds of
megabytes costs the memory of its largest entry, and a rejection can name the line it stands on.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

from deepstyle.errors import DataError

WINDOW_CHARS: Final = 1 << 18
MAX_ENTRY_CHARS: Final = 1 << 22

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_AFTER_VALUE: Final = tuple(" \t\n\r,:}]")
_DECODE: Final = json.JSONDecoder().raw_decode


def iter_pairs(path: Path) -> Iterator[tuple[str, Any, int]]:
    """Each ``(key, value, line)`` of the object that ``path`` holds, repeated keys included, in order.

    Bytes that are not UTF-8 arrive as lone surrogates, so that one bad text spoils one entry and not the file.
    Raises ``DataError`` naming file and line where the JSON is malformed or cut off, or an entry exceeds 4 Mi
    characters.
    """
    with _open(path) as file:
        window = _Window(path, file)
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
    """Each ``(value, line)`` of the array that ``path`` holds; the rest as ``iter_pairs``."""
    with _open(path) as file:
        window = _Window(path, file)
        window.take("[")
        while window.more("]"):
            line = window.line
            yield window.value(), line
        window.finish()


def _open(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


class _Window:
    """The part of the file that is in memory; ``line`` is the line of the next character to read."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path, self.file = path, file
        self.text, self.position, self.line = "", 0, 1
        self.ended, self.first = False, True

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
        """Skip ``character``; fail where another stands."""
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

    def value(self) -> Any:
        """The next JSON value, reading on until it is complete."""
        self.peek()
        while True:
            try:
                value, end = _DECODE(self.text, self.position)
            except RecursionError:
                self.fail("an entry is nested too deeply")
            except ValueError as error:
                why, at = getattr(error, "msg", str(error)), getattr(error, "pos", self.position)
            else:
                # A number may go on behind the window's end: "1", "1." and "1e" all decode as 1.
                if self.ended or self.text[end : end + 1] in _AFTER_VALUE:
                    self.advance(end)
                    return value
                why, at = f"expected ',', found {self.text[end : end + 1]!r}", end
            if self.ended or len(self.text) - self.position > MAX_ENTRY_CHARS:
                self.advance(min(at, len(self.text)))
                self.fail(why)
            self.fill()

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
            f"{self.path}, line {self.line}: malformed JSON: {why}.",
            remedy="Fetch the file again: it may be cut off. What was read before this line is kept.",
        )
