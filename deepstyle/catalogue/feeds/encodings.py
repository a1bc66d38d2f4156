"""Find the encoding of a text file: its byte order mark, UTF-16 without one, old Western and Polish encodings."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, TextIO

from deepstyle.catalogue.feeds.feed_file import FeedFile
from deepstyle.catalogue.feeds.lines import DAMAGE
from deepstyle.catalogue.rows import RowError
from deepstyle.errors import DataError, UsageError

_CHUNK_BYTES: Final = 1 << 18
_SEARCHED_BYTES: Final = 64 << 20
_HEAD_BYTES: Final = 256
_DAMAGED: Final = re.compile("[\ud800-\udfff]")
# What Windows-1252 has for Western Europe's languages: letters and usual signs. Other code pages have other letters
# at the places that are left out.
_WESTERN: Final = frozenset(b"\x80\x84\x85\x8a\x8c\x8e\x91\x92\x93\x94\x95\x96\x97\x99\x9a\x9c\x9e\xa0\xa1\xa3\xa7"
                            b"\xa9\xaa\xab\xae\xb0\xb2\xb4\xb7\xba\xbb\xbc\xbd\xbe\xbf"
                            + bytes(set(range(0xC0, 0xFD)) - {0xD0, 0xDD, 0xDE, 0xF0}))  # fmt: skip
# Polish letters and usual signs; the first encoding that has all of a file's is its own.
_POLISH: Final = {
    codec: frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ€„”\u2013°§\xa0".encode(codec, "ignore")) for codec in ("cp1250", "iso8859-2")
}  # fmt: skip
# In these languages at most this share of the letters has an accent.
_MAX_ACCENTS: Final = 0.3
_NAMES: Final = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "iso8859-2": "ISO 8859-2"}


class Encoding(NamedTuple):
    """The codec to read a file with, and the warning where it was guessed."""

    codec: str
    warning: RowError | None = None


@contextmanager
def open_text(file: FeedFile, codec: str) -> Iterator[TextIO]:
    """The text of ``file`` from its start, with line ends as they are. Raises ``DataError`` and ``UsageError``."""
    try:
        with file.open() as data, io.TextIOWrapper(data, codec, errors=DAMAGE, newline="") as text:
            yield text
    except LookupError as error:
        raise UsageError(f"the encoding {codec!r} does not exist.", remedy="Try utf-8, cp1252 or latin-1.") from error
    except UnicodeError as error:
        raise DataError(f"{file.name} cannot be read: {error}.", remedy="Save it as UTF-8.") from error


def find_encoding(file: FeedFile, encoding: str) -> Encoding:
    """What a byte order mark says, else ``encoding``; where that is UTF-8, a guess where the file is not UTF-8.

    Raises ``DataError`` where the file cannot be read.
    """
    with file.open() as stream:
        head = stream.read(_HEAD_BYTES)
    if head[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return Encoding("utf-32")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Encoding("utf-16")
    if encoding.lower() not in ("utf-8", "utf8"):
        return Encoding(encoding)
    return Encoding(_utf_16(head) or "utf-8-sig") if b"\0" in head else _guess(file)


def _utf_16(head: bytes) -> str:
    """The UTF-16 whose every other byte is zero in ASCII text, ``""`` where ``head`` has no such zeros."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    least = len(head) // 2 * 0.7
    if odd >= least and not even:
        return "utf-16-le"
    return "utf-16-be" if even >= least and not odd else ""


def _guess(file: FeedFile) -> Encoding:
    """The old encoding that the first accented letters of ``file`` are in, UTF-8 where that is unknown."""
    decode = codecs.getincrementaldecoder("utf-8")(DAMAGE).decode
    with file.open() as stream:
        for _ in range(_SEARCHED_BYTES // _CHUNK_BYTES):
            text = decode(chunk := stream.read(_CHUNK_BYTES))
            if not chunk:
                break
            if not text.isascii():
                codec = _old_encoding(text)
                return Encoding(codec, _guessed(file.name, codec)) if codec else Encoding("utf-8-sig")
    return Encoding("utf-8-sig")


def _old_encoding(text: str) -> str:
    """The one that has the bytes that are not UTF-8, which are most of the others; empty where there is none.

    That is Windows-1252 for Western languages, Windows-1250 or ISO 8859-2 for Polish.
    """
    damaged = [ord(mark) - 0xDC00 for mark in _DAMAGED.findall(text)]
    others = sum(not character.isascii() for character in text) - len(damaged)
    letters = sum(map(str.isalpha, text)) + len(damaged)
    if not 4 * others < len(damaged) <= _MAX_ACCENTS * letters:
        return ""
    known = {"cp1252": _WESTERN, **_POLISH}
    return next((codec for codec, usual in known.items() if usual.issuperset(damaged)), "")


def _guessed(name: str, codec: str) -> RowError:
    return RowError(
        "guessed-encoding",
        f"{name} is not UTF-8; it is read as {_NAMES[codec]}.",
        f"Save it as UTF-8, or give its encoding, for example --encoding {codec}.",
    )
