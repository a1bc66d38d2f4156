"""Physical lines of a text file, in bounded memory and for any bytes."""

import codecs
from collections.abc import Iterator
from typing import Final, TextIO

DAMAGE: Final = "deepstyle.damage"
"""The ``errors`` argument that reads undecodable bytes as lone surrogates, in every encoding."""

_SKIP_CHARS: Final = 1 << 16


def read_lines(file: TextIO, max_chars: int) -> Iterator[str]:
    """Each line with its ending (LF, CRLF or CR; open ``file`` with ``newline=""``).

    A longer line is cut to ``max_chars + 1`` characters, without its ending.
    """
    while line := file.readline(max_chars + 1):
        if len(line) > max_chars and line[-1] not in "\r\n":
            while (rest := file.readline(_SKIP_CHARS)) and rest[-1] not in "\r\n":
                pass
        yield line


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(DAMAGE, _mark)
