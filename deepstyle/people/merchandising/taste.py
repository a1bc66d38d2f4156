"""What is liked, on the map of the catalogue's styles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.people.events.queries import ItemRow

CELLS: Final = 16
"""The map is divided into so many columns and rows."""


@dataclass(frozen=True, slots=True)
class TasteRow:
    """A cell of the map with its centre, from -1 to 1, and what happened with its items.

    ``liked`` is clicks per impression, null without impressions; ``example`` is the item that was clicked most.
    """

    x: float
    y: float
    items: int
    impressions: int
    clicks: int
    purchases: int
    liked: float | None
    example: str


def tastes(
    item_ids: Sequence[str], places: NDArray[np.float64], counts: Sequence[ItemRow], *, limit: int
) -> list[TasteRow]:
    """The cells with items that were shown, the most clicked first; ``places`` (N, 2) are those of ``item_ids``."""
    by_id = {row.object_id: row for row in counts}
    cells: dict[tuple[int, int], list[str]] = {}
    for item_id, place in zip(item_ids, places, strict=True):
        column, line = (min(CELLS - 1, int((float(one) + 1) / 2 * CELLS)) for one in place)
        cells.setdefault((column, line), []).append(item_id)
    rows = [_row(cell, inside, by_id) for cell, inside in cells.items()]
    seen = [row for row in rows if row.impressions or row.clicks or row.purchases]
    return sorted(seen, key=lambda row: (-row.clicks, -row.impressions, row.x, row.y))[:limit]


def _row(cell: tuple[int, int], item_ids: Sequence[str], by_id: dict[str, ItemRow]) -> TasteRow:
    x, y = (round((2 * one + 1) / CELLS - 1, 4) for one in cell)
    known = [by_id[item_id] for item_id in item_ids if item_id in by_id]
    impressions, clicks = sum(row.impressions for row in known), sum(row.clicks for row in known)
    best = max(known, key=lambda row: (row.clicks, row.impressions, row.object_id), default=None)
    return TasteRow(
        x, y, len(item_ids), impressions, clicks, sum(row.purchases for row in known),
        clicks / impressions if impressions else None, best.object_id if best else "",
    )  # fmt: skip
