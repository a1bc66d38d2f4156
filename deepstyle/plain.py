r"""Text without characters that control a terminal or a log, or that mislead a reader: they are escaped.

Escaped are the C0 and C1 control characters (ESC with them) but for tabs and line feeds, every character with Unicode's
property Bidi_Control, line and paragraph separators, invisible characters without a meaning, and lone surrogates. Text
that has none stays as it is, and what was escaped once is not escaped again.
"""

import html
import re
from typing import Final

UNSAFE: Final = (
    "\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""The characters, as ranges of a regular expression. The joiners U+200C and U+200D are not among them: Persian and
emoji are spelt with them. Nor are surrogates, which are not characters."""
_UNSAFE: Final = re.compile(f"[{UNSAFE}\ud800-\udfff]")


def plain(text: str, *, keep: str = "\t\n") -> str:
    r"""``text`` with each unsafe character but those in ``keep`` as a Python escape: ``\x1b``, ``\u202e``."""

    def escape(found: re.Match[str]) -> str:
        return found[0] if found[0] in keep else found[0].encode("unicode_escape", "surrogatepass").decode()

    return _UNSAFE.sub(escape, text)


def plain_line(text: str) -> str:
    """``text`` as ``plain``, on one line."""
    return " ".join(plain(text).split("\n"))


def plain_html(text: str) -> str:
    """``text`` as ``plain`` for an HTML page, between tags or as an attribute's value."""
    return html.escape(plain(text))


def plain_json(document: str) -> str:
    r"""A JSON document that reads the same and has each unsafe character as ``\uXXXX``."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] in "\t\n" else _json_escape(found[0]), document)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
