"""How many people a photo shows, and where the largest one is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.parts import CELL_PX, cells

PERSON_SHARE: Final = 0.3
"""Another person counts from this share of what the largest one wears."""
VALLEY: Final = 0.35
"""Two people who touch are separated by a column that has at most this share of what is highest on either side."""
BODY: Final = ("tops", "bottoms", "all-body", "outerwear")
"""Garments that a person wears at least one of."""

Columns = tuple[int, int]
"""The first column and, exclusive, the last."""


def main_person(classes: NDArray[np.uint8]) -> tuple[Columns, int]:
    """The columns of a label map (H, W) that are the largest person's, and how many people there seem to be.

    What one person wears lies in the same columns; a group of garments beside it, with a gap or next to none between
    them, is another person, and the columns of the gap are shared by halves. One without clothes for the body (a bag on
    a table) is none.
    """
    heights = (cells(classes > 0) > 0).sum(0)
    groups = [span for group in _side_by_side(heights) for span in _at_valleys(group, heights, classes)]
    if not groups:
        return (0, classes.shape[1]), 0
    sizes = [int(heights[first:last].sum()) for first, last in groups]
    largest = int(np.argmax(sizes))
    people = sum(
        _is_dressed(classes, group) and size >= PERSON_SHARE * sizes[largest]
        for group, size in zip(groups, sizes, strict=True)
    )
    return _own_columns(groups, largest, classes.shape[1]), people


def _own_columns(groups: list[Columns], at: int, wide: int) -> Columns:
    first = (groups[at - 1][1] + groups[at][0]) * CELL_PX // 2 if at > 0 else 0
    last = (groups[at][1] + groups[at + 1][0]) * CELL_PX // 2 if at + 1 < len(groups) else wide
    return first, last


def _side_by_side(heights: NDArray[np.int64]) -> list[Columns]:
    """The spans of columns that have any garment, from left to right."""
    taken = np.pad((heights > 0).astype(np.int8), 1)
    edges = np.flatnonzero(np.diff(taken)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _at_valleys(group: Columns, heights: NDArray[np.int64], classes: NDArray[np.uint8]) -> list[Columns]:
    """A group, parted where the garments of two people meet: the column is low beside both, and both are dressed."""
    first, last = group
    own = heights[first:last]
    peaks = np.minimum(np.maximum.accumulate(own), np.maximum.accumulate(own[::-1])[::-1])
    at = first + int((own / peaks).argmin())
    sides = (first, at), (at, last)
    sizes = [int(heights[start:end].sum()) for start, end in sides]
    is_low = heights[at] <= VALLEY * peaks[at - first]
    if not is_low or min(sizes) < PERSON_SHARE * max(sizes) or not all(_is_dressed(classes, side) for side in sides):
        return [group]
    return [span for side in sides for span in _at_valleys(side, heights, classes)]


def _is_dressed(classes: NDArray[np.uint8], columns: Columns) -> bool:
    """Whether columns of cells have clothes for the body and one more kind of garment."""
    first, last = (column * CELL_PX for column in columns)
    kinds = set(np.unique(classes[:, first:last]).tolist()) - {0}
    body = {1 + GARMENTS.index(name) for name in BODY}
    return bool(kinds & body) and len(kinds) > 1
