"""How many people a photo shows, and where the largest one is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.parts import CELL_PX, cells, connected_parts

PERSON_SHARE: Final = 0.3
"""Another person counts from this share of what the largest one wears."""
BODY: Final = ("tops", "bottoms", "all-body", "outerwear")
"""Garments that a person wears at least one of."""

Columns = tuple[int, int]
"""The first column and, exclusive, the last."""


def main_person(classes: NDArray[np.uint8]) -> tuple[Columns, int]:
    """The columns of a label map (H, W) that are the largest person's, and how many people there seem to be.

    What one person wears lies in the same columns; a group of garments beside it is another person, and the columns
    between two groups are shared by halves. One without clothes for the body (a bag on a table) is none.
    """
    parts = connected_parts(cells(classes > 0) > 0)
    groups = _side_by_side(parts)
    if not groups:
        return (0, classes.shape[1]), 0
    sizes = [int((parts[:, first:last] > 0).sum()) for first, last in groups]
    largest = int(np.argmax(sizes))
    people = sum(
        _is_dressed(classes[:, first * CELL_PX : last * CELL_PX]) and size >= PERSON_SHARE * sizes[largest]
        for (first, last), size in zip(groups, sizes, strict=True)
    )
    return _own_columns(groups, largest, classes.shape[1]), people


def _own_columns(groups: list[Columns], at: int, wide: int) -> Columns:
    first = (groups[at - 1][1] + groups[at][0]) * CELL_PX // 2 if at > 0 else 0
    last = (groups[at][1] + groups[at + 1][0]) * CELL_PX // 2 if at + 1 < len(groups) else wide
    return first, last


def _side_by_side(parts: NDArray[np.int64]) -> list[Columns]:
    """The spans of columns that have any of the parts, from left to right."""
    taken = np.pad((parts > 0).any(0).astype(np.int8), 1)
    edges = np.flatnonzero(np.diff(taken)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _is_dressed(seen: NDArray[np.uint8]) -> bool:
    """Whether a group has clothes for the body and one more kind of garment."""
    kinds = set(np.unique(seen).tolist()) - {0}
    body = {1 + GARMENTS.index(name) for name in BODY}
    return bool(kinds & body) and len(kinds) > 1
