"""The buckets in which numbers, such as prices, are counted: the same whatever the catalogue and the filter.

Their bounds are round numbers that grow by about a quarter, because prices differ by factors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
_DECADES: Final = 7
EDGES: Final = (0.0, *(step * 10**decade / 10 for decade in range(_DECADES) for step in _STEPS))
"""The lowest value of each bucket, ascending; the last one has no end."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many values are at least ``least`` and less than ``below``, ``None`` for no end."""

    least: float
    below: float | None
    count: int


def buckets_of(counts: Mapping[int, int]) -> tuple[Bucket, ...]:
    """The buckets from the first to the last that is not empty; ``counts`` are by the place of an edge."""
    places = [place for place, count in counts.items() if count]
    if not places:
        return ()
    ends = (*EDGES[1:], None)
    return tuple(
        Bucket(EDGES[place], ends[place], counts.get(place, 0)) for place in range(min(places), max(places) + 1)
    )
