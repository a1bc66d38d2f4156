"""Text out of HTML: shops' feeds have tags and entities in titles, descriptions and categories.

Only what HTML defines is taken for markup, so "size < 40", "<3" and "H&M" stay as they are.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

_BLOCKS: Final = (
    "address article aside blockquote br caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead tr ul"
)
_INLINE: Final = (
    "a abbr acronym b bdi bdo big body button cite code col colgroup data del dfn em embed font head html i iframe img "
    "input ins kbd label link map mark meta noscript object param picture q s samp select small source span strike "
    "strong sub sup svg time tt u var video wbr"
)
_HIDDEN: Final = "script style template title"
_NAMES: Final = "|".join(f"{_BLOCKS} {_INLINE} {_HIDDEN}".split())
_MARK: Final = re.compile(
    rf"<!--|-->|<!doctype[^<>]*>|<!\[CDATA\[|\]\]>|<(/?)({_NAMES})(?:[\s/][^<>]*)?>", re.IGNORECASE
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_BREAKS: Final = re.compile(r"[ \t\r\xa0]*\n\s*")
_BLOCK_SET: Final = frozenset(_BLOCKS.split())
_HIDDEN_SET: Final = frozenset(_HIDDEN.split())


def without_markup(text: str) -> str:
    """``text`` without HTML's tags, comments and scripts, its entities as characters, also where escaped twice.

    The end of a block (a paragraph, a list's entry) becomes a line end. Takes time linear in the length of ``text``.
    """
    for _ in range(2):
        if "&" in text:
            text = _ENTITY.sub(lambda found: html.unescape(found[0]), text).replace("\xa0", " ")
        if "<" in text and _MARK.search(text):
            text = _BREAKS.sub("\n", "".join(_visible(text))).strip()
    return text


def _visible(text: str) -> Iterator[str]:
    """The texts between the tags that a browser shows; a comment or script that is never closed is none."""
    at, hidden_by, hidden_at = 0, "", 0
    for found in _MARK.finditer(text):
        mark, name = found[0].lower(), (found[2] or "").lower()
        if hidden_by:
            if mark == "-->" if hidden_by == "<!--" else found[1] and name == hidden_by:
                hidden_by, at = "", found.end()
            continue
        yield text[at : found.start()]
        at = found.end()
        if mark == "<!--" or (name in _HIDDEN_SET and not found[1]):
            hidden_by, hidden_at = name or mark, found.start()
        elif name in _BLOCK_SET:
            yield "\n"
        elif mark == "-->":
            yield mark
    yield text[hidden_at if hidden_by else at :]
