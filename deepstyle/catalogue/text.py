"""Clean one metadata value of a catalogue: text within its limit, without characters that control a terminal."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from deepstyle.catalogue.characters import without_controls
from deepstyle.catalogue.markup import without_markup
from deepstyle.catalogue.private import is_private
from deepstyle.catalogue.rows import RowError

DEFAULT_LIMIT_CHARS: Final = 1_000
TEXT_LIMITS_CHARS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "description": 65_536,
        "currency": 32,
        "price": 64,
        "url": 8_192,
        "image": 4_096,
        "attribute name": 200,
        "attribute": 65_536,
        "attributes": 262_144,
    }
)
"""The longest text of each field in characters, where it is not 1,000; ``attributes`` is all of an item's together."""

MAX_ATTRIBUTES: Final = 500
MAX_NESTING: Final = 16

DEMO_SHOP: Final = "/demo-shop/"
"""Where the website has pages that stand in for a shop's own, one for each item of the demo catalogue."""

_MULTILINE: Final = ("description",)
_ADDRESSES: Final = ("url", "image")
# A text that is longer than this many times its limit is too long, whatever of it is markup.
_MARKUP_RATIO: Final = 8
_DEMO_PAGE: Final = re.compile(re.escape(DEMO_SHOP) + r"[A-Za-z0-9._-]+")


def clean_text(value: Any, field: str, column: str = "") -> str:
    """One metadata value as plain text: lists joined by a comma, ``None`` and NaN as ``""``, without HTML.

    ``field`` is a key of ``TEXT_LIMITS_CHARS`` or any other name, ``column`` what the catalogue calls it. Raises
    ``RowError``: ``bad-field`` for an object, an infinite number or lists nested over 16 deep, ``bad-encoding`` for
    invalid Unicode or a NUL, ``text-too-long`` over the limit.
    """
    name = column or field
    if isinstance(value, str):
        return _checked(value, field, name)
    return _checked(", ".join(part for part in _parts(value, name, MAX_NESTING) if part), field, name)


def clean_attributes(values: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The attributes that are not empty, by name; an object as JSON. Raises ``RowError`` as ``clean_text``.

    What no shopper may learn (``deepstyle.catalogue.private``) is left out.
    """
    cleaned: dict[str, str] = {}
    size_chars = 0
    for name, value in values:
        key = clean_text(name, "attribute name")
        text = clean_text(_flat(value, key), "attribute", key)
        if key and text and not is_private(key):
            cleaned[key] = text
            size_chars += len(key) + len(text)
    if len(cleaned) > MAX_ATTRIBUTES:
        raise too_long("attributes", len(cleaned), MAX_ATTRIBUTES, "values")
    if size_chars > TEXT_LIMITS_CHARS["attributes"]:
        raise too_long("attributes", size_chars, TEXT_LIMITS_CHARS["attributes"])
    return cleaned


def kept_url(url: str) -> tuple[str, tuple[RowError, ...]]:
    """``url`` where it is an absolute http or https URL, and therefore safe as a link, else ``""`` and the reason.

    A page below ``DEMO_SHOP`` is kept too.
    """
    if _DEMO_PAGE.fullmatch(url):
        return url, ()
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
    except ValueError:
        is_web = False
    if is_web or not url:
        return url, ()
    why = RowError("bad-url", f"The URL {url[:60]!a} is not http or https; it is omitted.", "Write the full URL.")
    return "", (why,)


def too_long(name: str, length: int, limit: int, unit: str = "characters") -> RowError:
    """The error for a field over its limit."""
    return RowError("text-too-long", f"{name} has {length:,} {unit}; the limit is {limit:,}.", f"Shorten {name}.")


def _checked(text: str, field: str, name: str) -> str:
    limit = TEXT_LIMITS_CHARS.get(field, DEFAULT_LIMIT_CHARS)
    if ("&" in text or "<" in text) and len(text) <= _MARKUP_RATIO * limit:
        text = text.replace("&amp;", "&") if field in _ADDRESSES else without_markup(text)
    if len(text) > limit and len(text.strip()) > limit:
        raise too_long(name, len(text), limit)
    if "\0" in text:
        raise RowError("bad-encoding", f"{name} contains a NUL character: {text[:40]!a}.", "Save the file as UTF-8.")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        remedy = "Save the file as UTF-8, or give its encoding, for example --encoding cp1250."
        raise RowError("bad-encoding", f"{name} is not UTF-8: {text[:40]!a}.", remedy)
    return without_controls(text, multiline=field in _MULTILINE)


def _parts(value: Any, name: str, depth: int) -> Iterator[str]:
    """The texts in ``value``, which may be a list of lists."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, list | tuple):
        if not depth:
            raise RowError(
                "bad-field", f"{name} contains lists nested more than {MAX_NESTING} deep.", f"Write {name} as text."
            )
        for part in value:
            yield from _parts(part, name, depth - 1)
    elif isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        yield str(value).strip()
    else:
        kind = type(value).__name__ if not isinstance(value, float) else "an infinite number"
        raise RowError("bad-field", f"{name} contains {kind}, not text.", f"Write {name} as text.")


def _flat(value: Any, name: str) -> Any:
    """An object, or a list of objects, as JSON text."""
    is_list = isinstance(value, list) and any(isinstance(one, dict) for one in value)
    if not isinstance(value, dict) and not is_list:
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise RowError("bad-field", f"{name} is nested too deeply.", f"Write {name} as text.") from None
