"""The orders in which a catalogue is browsed, and the place in one where a page ends."""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self, TypedDict

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import UsageError

Sort = Literal["id", "price", "-price", "new", "mixed"]
"""By item id; by price, lowest or highest first; latest ``added_at`` first; products in no order, always the same.

What has no price that is compared, or no date, comes last. Equal places are ordered by item id.
"""


class PageOptions(TypedDict, total=False):
    """Which page of ``Store.browse``: of up to ``limit`` items, 50 by default, that follow ``after``, by ``sort``.

    ``after`` is that of the page before in the same order, which is by item id by default. Only items ``among`` these
    ids are there, where given.
    """

    limit: int
    after: str
    sort: Sort
    among: Sequence[str] | None


def pack_place(value: float, item_id: str) -> str:
    """The cursor of what follows the item with this sorting ``value``, infinite for one that comes last."""
    return f"{value!r} {item_id}"


def read_place(after: str) -> tuple[float, str]:
    """The value and the item id that ``pack_place`` was given, an integer as one; raises ``UsageError``."""
    value, _, item_id = after.partition(" ")
    try:
        read = int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        read = math.nan
    if math.isnan(read) or not item_id:
        raise UsageError(f"{after[:100]!r} is not a place in this order.", remedy="Give the last page's `after`.")
    return read, item_id


@dataclass(frozen=True, slots=True)
class Sorted:
    """Items by their ``values`` (M) float64, ascending: ``rows`` (M) int64, equal values by item id."""

    rows: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, rows: NDArray[np.int64], values: NDArray[np.float64]) -> Self:
        """Sort ``rows``, which are by item id."""
        order = np.argsort(values, kind="stable")
        return cls(rows[order], values[order])

    def only(self, places: NDArray[np.int64]) -> Self:
        """Those at ``places``, ascending."""
        return type(self)(self.rows[places], self.values[places])

    def start_after(self, value: float, item_id: str, item_id_of: Callable[[int], str]) -> int:
        """The place of the first item after one with this ``value`` and id; ``item_id_of`` reads that of a row."""
        first, last = (int(np.searchsorted(self.values, value, side)) for side in ("left", "right"))
        return bisect_right(self.rows, item_id, first, last, key=item_id_of)
