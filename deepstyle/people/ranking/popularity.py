"""How often items are clicked: of all shows, and for the words of a query; smoothed, so that one click is not 100 %."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

PRIOR_SHOWS: Final = 20.0
"""Shows that each item is assumed to have in addition, clicked at the mean rate."""
Counts = Mapping[str, tuple[float, float]]
"""Of each item: how often it was clicked, each click weighted by how hard its place is to see, and shown."""


def folded_query(text: str) -> str:
    """The words of a query as they are counted: queries that differ in case and spaces are one."""
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Popularity:
    """The counts of items, and those of items by the words of a query that enough sessions have."""

    rate: float = 0.0
    items: Counts = field(default_factory=dict)
    queries: Mapping[str, Counts] = field(default_factory=dict)

    def of(self, item_ids: Sequence[str]) -> NDArray[np.float64]:
        """The rate (N,) of each item, the mean for an unknown one."""
        return np.array([_smoothed(self.items.get(one), self.rate) for one in item_ids], np.float64)

    def of_query(self, text: str, item_ids: Sequence[str]) -> NDArray[np.float64]:
        """The rate (N,) of each item for the words of a query; that of the item where these are not known."""
        counts, rates = self.queries.get(folded_query(text), {}), self.of(item_ids)
        pairs = zip(item_ids, rates, strict=True)
        return np.array([_smoothed(counts.get(one), rate) for one, rate in pairs], np.float64)


def _smoothed(counts: tuple[float, float] | None, rate: float) -> float:
    clicks, shows = counts or (0.0, 0.0)
    return (clicks + PRIOR_SHOWS * rate) / (shows + PRIOR_SHOWS)
