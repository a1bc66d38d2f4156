"""Items as a ranking sees them: their style vectors and a few facts, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Store

FACTS: Final = ("brand", "colour", "material", "pattern")
"""Fields of an item in which two items may be the same."""
SAMPLE: Final = 2_000
"""So many items tell where the centre of a category is."""
Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """N items: ``vectors`` (N, D), 0 where one is not encoded, less the centre of their categories.

    ``facts`` are the values of ``FACTS`` by name, folded, "" where unknown; ``log_price`` (N,) is base 2, NaN where
    unknown.
    """

    item_ids: tuple[str, ...]
    vectors: Vectors
    facts: Mapping[str, NDArray[np.object_]]
    log_price: Scores

    def __len__(self) -> int:
        return len(self.item_ids)

    def rows(self, wanted: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Some of the items, by their rows."""
        ids = tuple(np.array(self.item_ids, object)[wanted])
        facts = {name: values[wanted] for name, values in self.facts.items()}
        return type(self)(ids, self.vectors[wanted], facts, self.log_price[wanted])


@dataclass(frozen=True, slots=True, eq=False)
class Centres:
    """The mean vector (D,) of each semantic category, and of all items under ""; vectors of new categories use that."""

    means: Mapping[str, Vectors]

    def of(self, categories: Sequence[str]) -> Vectors:
        """The centre (N, D) of each category."""
        rows = {one: row for row, one in enumerate(self.means)}
        return np.stack([*self.means.values()])[[rows.get(one, rows[""]) for one in categories]]


def centres_of(items: Sequence[Item], vectors: Vectors) -> Centres:
    """The centres of a catalogue, or of a sample of it: ``vectors`` (N, D) are those of its N items."""
    categories = np.array([item.semantic_category for item in items], object)
    means = {str(one): vectors[categories == one].mean(axis=0) for one in dict.fromkeys(categories)}
    return Centres({**means, "": vectors.mean(axis=0)})


def read_centres(store: Store, space: str) -> Centres:
    """The centres of the items that ``store`` shows first in the mixed order; their vectors are of ``space``."""
    found = store.browse(limit=min(SAMPLE, 1000), sort="mixed").items
    items = {item.item_id: item for item in found}
    stored = store.vectors(space, list(items))
    return centres_of([items[one] for one in stored.item_ids], stored.vectors) if stored.item_ids else Centres({})


def describe(items: Sequence[Item], vectors: Vectors, centres: Centres) -> Described:
    """What a ranking sees of N items with the style ``vectors`` (N, D) of unit norm."""
    facts = {name: np.array([getattr(one, name).strip().casefold() for one in items], object) for name in FACTS}
    prices = np.array([one.price or np.nan for one in items], np.float64)
    moved = vectors - centres.of([one.semantic_category for one in items]) if len(items) else vectors
    return Described(tuple(one.item_id for one in items), moved, facts, np.log2(prices))
