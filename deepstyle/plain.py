r"""Text that controls neither a terminal nor a log nor a reader's eye: what would is written as an escape sequence.

Escaped are the C0 and C1 control characters (ESC with them) but for tabs and line feeds, the marks that override or
isolate a direction of writing, line and paragraph separators, invisible tags, and lone surrogates. Text that has none
stays as it is, and what was escaped once is not escaped again.
"""

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def plain(text: str) -> str:
    r"""``text`` with each unsafe character as a Python escape: ``\x1b``, ``\u202e``."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def plain_line(text: str) -> str:
    """``text`` as ``plain``, on one line."""
    return " ".join(plain(text).split("\n"))


def plain_json(document: str) -> str:
    r"""A JSON document that reads the same and has each unsafe character as ``\uXXXX``."""
    return _UNSAFE.sub(lambda found: _json_escape(found[0]), document)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
