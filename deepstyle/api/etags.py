"""Entity tags (RFC 9110, 8.8.3 and 13.1)."""

import re
from typing import Final

_TAG: Final = re.compile(r'(W/)?"([^"]*)"')
NO_VERSION: Final = "-"
"""Matches no version."""


def etag_of(version: str) -> str:
    """The strong tag of an item's version."""
    return f'"{version}"'


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether the header names ``etag``, by weak comparison (13.1.2)."""
    named = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return etag in named or "*" in named


def versions_in(if_match: str) -> tuple[str, ...]:
    """The versions that the header accepts, ``*`` for any, by strong comparison (13.1.1); empty where it is."""
    if not if_match.strip():
        return ()
    if if_match.strip() == "*":
        return ("*",)
    return tuple(tag for weak, tag in _TAG.findall(if_match) if not weak and tag != "*") or (NO_VERSION,)
