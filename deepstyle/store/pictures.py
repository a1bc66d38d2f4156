"""The pictures of one item, by position: 0 is the first, and 1 to ``MAX_PICTURES`` - 1 are its further pictures.

A space has the vectors of the items' first pictures. The vectors of the pictures at position 2 are in a *companion*
space of their own, ``<space>#2``: whoever wants the best picture of each item searches all of them.
"""

import re
from typing import Final

MAX_PICTURES: Final = 12
"""So many pictures may an item have; each position is one more space to search."""

_COMPANION: Final = re.compile(r"#([1-9][0-9]?)\Z")


def picture_space(space: str, position: int) -> str:
    """The space of the vectors of the pictures at ``position``: ``space`` itself for the first ones."""
    return f"{space}#{position}" if position else space


def first_space(space: str) -> str:
    """The space of the first pictures that ``space`` belongs to."""
    return _COMPANION.sub("", space)


def picture_position(space: str) -> int:
    """The position of the pictures whose vectors are in ``space``."""
    found = _COMPANION.search(space)
    return int(found[1]) if found else 0
