"""Remove or escape characters that control a terminal, a log or a page, in text from a catalogue."""

import re
from typing import Final

from deepstyle.plain import UNSAFE, plain

_CONTROL: Final = re.compile(f"[{UNSAFE}]")
_BREAKS: Final = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_RUN_OF_BREAKS: Final = re.compile("[\n\r\v\f\x85\u2028\u2029]+")
# ECMA-48: control sequences, control strings (OSC, DCS, …) with their terminator, other escape sequences.
_SEQUENCE: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]"
)


def without_controls(text: str, *, multiline: bool = False) -> str:
    """``text`` without escape sequences, control and bidirectional characters, and without outer white space.

    Line breaks become a space, or ``\\n`` where ``multiline``; tabs become spaces.
    """
    if _CONTROL.search(text) is None:
        return text.strip()
    text = _SEQUENCE.sub("", text)
    text = _BREAKS.sub("\n", text) if multiline else _RUN_OF_BREAKS.sub(" ", text)
    text = text.replace("\t", " ")
    if multiline:
        return "\n".join(_CONTROL.sub("", line) for line in text.split("\n")).strip()
    return _CONTROL.sub("", text).strip()


def visible(text: str, max_chars: int = 200) -> str:
    """``text``, cut to ``max_chars``, with unsafe characters and lone surrogates written as escapes."""
    cut = text if len(text) <= max_chars else text[:max_chars] + "…"
    return plain(cut, keep="")
