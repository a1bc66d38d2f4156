"""What shoppers search for: a type by its name, or what looks like an item; and the order of results without people."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bench.shoppers.catalogue import Catalogue
from bench.words_rows.pictures import digest

CANDIDATES: Final = 100
SMALLEST_TYPE: Final = 20
"""A type with fewer items is not searched for."""
Kind = Literal["words", "similar"]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A query with its candidates (K,), the rows of items in the plain order, and the ``scores`` (K,) of that order.

    ``has_type`` (K,) is whether a candidate is of the type that is looked for.
    """

    kind: Kind
    text: str
    item: int
    candidates: NDArray[np.int64]
    scores: NDArray[np.float64]
    has_type: NDArray[np.bool_]


class Queries:
    """Queries to a catalogue. By words, all items of a type match equally well, so that their order means nothing."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._vectors = catalogue.vectors
        self._types = np.array([one["type"] for one in catalogue.facts])
        names, counts = np.unique(self._types, return_counts=True)
        self._names, self._shares = names[counts >= SMALLEST_TYPE], counts[counts >= SMALLEST_TYPE]
        self._shares = self._shares**0.5 / (self._shares**0.5).sum()
        self._mixed = np.argsort([digest(item.item_id) for item in catalogue.items], kind="stable")

    def draw(self, rng: np.random.Generator) -> Asked:
        """A query: half are by words, half by an item."""
        wanted = str(rng.choice(self._names, p=self._shares))
        if rng.random() < 0.5:
            return self.by_words(wanted)
        return self.by_item(int(rng.choice(np.flatnonzero(self._types == wanted))))

    def by_words(self, wanted: str) -> Asked:
        """The first items of a type, mixed: always in the same order."""
        rows = self._mixed[self._types[self._mixed] == wanted][:CANDIDATES]
        return Asked("words", wanted, -1, rows, np.zeros(len(rows)), np.ones(len(rows), np.bool_))

    def by_item(self, item: int) -> Asked:
        """The items that look most like one, without it."""
        similarities = self._vectors @ self._vectors[item]
        similarities[item] = -np.inf
        rows = np.argsort(-similarities, kind="stable")[:CANDIDATES]
        has_type = self._types[rows] == self._types[item]
        return Asked("similar", "", item, rows, similarities[rows].astype(np.float64), has_type)
