"""What a cell says of its pictures: one file or URL, or several of them in any of the usual notations."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from deepstyle.catalogue.listed import listed

MAX_PICTURES: Final = 100
"""So many pictures of one row are looked for."""
_SEPARATORS: Final = ",;|\n"
_BEFORE_URL: Final = re.compile(r"[\s,;|]+(?=(?:[a-z][a-z0-9+.-]*:)?//)", re.IGNORECASE)
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_AROUND: Final = " \t\r\n\"'"
_NOTATIONS: Final = (
    re.compile(r"""<(?:img|a|source)\s[^<>]*?(?:src|href)\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE),
    re.compile(r"\[[^\[\]\n]*\]\(([^()\s]+)[^()]*\)"),
    re.compile(r"""=\s*(?:IMAGE|BILD|HYPERLINK)\(\s*["']([^"']+)["']""", re.IGNORECASE),
)
"""HTML, Markdown, and formulas of spreadsheets."""
_DRIVE: Final = re.compile(r"https://drive\.google\.com/(?:file/d/|open\?id=)([\w-]+).*")
"""The page that shows a file of Google Drive."""
_JSON_NAMES: Final = ("url", "src", "link", "image", "href", "file", "path")


def split_cell(cell: str) -> list[str]:
    """The references of a cell that lie apart for certain: a JSON list, lines, or several URLs.

    A separator within one of them may belong to a file's name: ``parts_of`` has what it may be split into.
    """
    text = cell.strip(_AROUND)
    whole = _json_list(text)
    if whole is None and any(sign in text for sign in "<(["):
        found = next(filter(None, (notation.findall(text) for notation in _NOTATIONS)), listed(text))
        whole = [reference for reference in map(_whole, found) if reference] if isinstance(found, list) else None
    if whole is not None:
        return whole
    lines = (line.strip(_AROUND + ",;|") for line in text.splitlines())
    parts = (part for line in lines for part in _split_urls(line))
    return [reference for reference in map(_whole, parts) if reference]


def is_url(reference: str) -> bool:
    """Whether a reference is a URL of any scheme."""
    return bool(_URL.match(reference))


def is_web(reference: str) -> bool:
    """Whether a reference is an http or https URL."""
    return reference[:8].lower().startswith(("http://", "https://"))


def parts_of(reference: str) -> list[str]:
    """The pieces between separators, each with the separator before it (the first has none)."""
    return re.findall(rf"[{_SEPARATORS}]?[^{_SEPARATORS}]*", reference)[:-1]


def without_separator(piece: str) -> str:
    """A piece, or several that are joined, as a name."""
    return piece.lstrip(_SEPARATORS).strip(_AROUND)


def _split_urls(text: str) -> Iterator[str]:
    """The URLs of a line, apart from what stands before the first; a comma within a URL stays."""
    for part in _BEFORE_URL.split(text):
        yield from part.split("|") if is_url(part) else (part,)


def _whole(reference: str) -> str:
    """``//cdn.example/a.jpg`` as https, HTML's ``&amp;`` in a URL as ``&``."""
    text = reference.strip(_AROUND)
    if text.startswith("//") and "." in text[2:].partition("/")[0]:
        text = f"https:{text}"
    if found := _DRIVE.fullmatch(text):
        return f"https://drive.google.com/uc?export=download&id={found[1]}"
    return text.replace("&amp;", "&") if is_url(text) else text


def _json_list(text: str) -> list[str] | None:
    """The texts of a JSON list, or of what its objects call a URL; ``None`` where the cell is none."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [reference for reference in map(_whole, _texts(values)) if reference]


def _texts(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            value = next((value[name] for name in _JSON_NAMES if isinstance(value.get(name), str)), None)
        if isinstance(value, str):
            yield value
