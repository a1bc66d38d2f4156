"""What simulated people buy together: pairs of facts that are loved by a seed, popularity, and noise."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.pairs import forbidden, traits_of
from deepstyle.compatibility.wardrobe import complements
from deepstyle.people.associations.baskets import Basket

FACTS: Final = {"colour": 1.0, "brand": 0.5, "pattern": 0.7}
"""Whose values are loved together, and how much."""
TASTELESS_SHARE: Final = 0.3
"""People who choose a partner by popularity alone."""
TASTE: Final = 1.5
APPEAL: Final = 0.5
"""Standard deviation of the logarithm of an item's popularity."""
START_US: Final = 1_790_000_000_000_000
DAYS: Final = 60
DAY_US: Final = 86_400_000_000


def orders(items: Sequence[Item], people: int, orders_each: int, seed: int, *, has_taste: bool) -> list[Basket]:
    """So many orders of each of so many people, a pair of items each; the same for a seed."""
    rng = np.random.default_rng([seed, 1])
    appeal = np.exp(APPEAL * rng.normal(size=len(items)))
    loved, codes = _loved(items, rng)
    names = np.array([item.semantic_category for item in items], object)
    traits = traits_of(items)
    rows = {name: np.flatnonzero(names == name) for name in sorted(set(names) - {""})}
    found = list[Basket]()
    for person in range(people):
        own = np.random.default_rng([seed, 2, person])
        taste = TASTE if has_taste and own.random() >= TASTELESS_SHARE else 0.0
        for at_us in np.sort(own.integers(0, DAYS * DAY_US, orders_each)):
            first = int(own.choice(len(items), p=appeal / appeal.sum()))
            worn = [name for name in complements(str(names[first])) if name in rows]
            partners = rows[str(own.choice(worn))]
            partners = partners[~forbidden(traits[[first]], traits[partners])[0]]
            if not len(partners):  # nobody wears these two kinds together
                continue
            logits = taste * _utility(loved, codes, first, partners) + np.log(appeal[partners])
            second = int(partners[np.argmax(logits + own.gumbel(size=len(partners)))])
            time_us = START_US + int(at_us)
            ids = (items[first].item_id, items[second].item_id)
            found.append(Basket(f"person-{person:06}", time_us, time_us, ids))
    return found


def _loved(
    items: Sequence[Item], rng: np.random.Generator
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.int64]]]:
    """How much each two values of a fact are loved together, and the value of each item."""
    loved, codes = {}, {}
    for name in FACTS:
        values, codes[name] = np.unique([getattr(item, name).casefold() for item in items], return_inverse=True)
        drawn = rng.normal(size=(len(values), len(values)))
        loved[name] = (drawn + drawn.T) / 2**0.5
    return loved, codes


def _utility(
    loved: dict[str, NDArray[np.float64]], codes: dict[str, NDArray[np.int64]], first: int, partners: NDArray[np.int64]
) -> NDArray[np.float64]:
    parts = [weight * loved[name][codes[name][first], codes[name][partners]] for name, weight in FACTS.items()]
    return np.asarray(np.sum(parts, axis=0), np.float64)
