"""The cart of a look: one product for each garment, the most similar ones that a budget pays for together.

This is a multiple-choice knapsack (Kellerer, Pferschy & Pisinger 2004, "Knapsack Problems", ch. 11), solved exactly:
of all choices for the first garments, only those are kept that no other one beats in both price and similarity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item

Missing = Literal["none_in_stock", "over_budget"]
_UNITS: Final = 1000
"""Prices are added as whole thousandths, the smallest unit of any currency."""
_DEAREST: Final = 1e12
_NOTHING: Final = -1


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that can be bought for a garment; ``similarity`` is the cosine, ``item.price`` is known."""

    item: Item
    similarity: float

    @property
    def units(self) -> int:
        """The price in thousandths."""
        return round(min(self.item.price or 0.0, _DEAREST) * _UNITS)


@dataclass(frozen=True, slots=True)
class CartPiece:
    """The product for the garment at the position ``garment``, from 0.

    ``item`` is ``None`` where there is none: ``missing`` then says whether no such item can be bought, or only for more
    than the budget leaves.
    """

    garment: int
    item: Item | None = None
    similarity: float | None = None
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """A piece for each garment; ``total`` is the sum of their prices in ``currency``, at most ``budget`` if given.

    ``worn_by`` is who wears all of them (``women``, …), empty where the catalogue does not say.
    """

    pieces: tuple[CartPiece, ...]
    total: float
    currency: str
    budget: float | None = None
    worn_by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The offer for each garment, ``None`` where there is none; ``value`` orders choices of the same garments."""

    offers: tuple[Offer | None, ...]
    value: float

    @property
    def total(self) -> float:
        """The sum of the prices."""
        return sum(offer.units for offer in self.offers if offer) / _UNITS


def best_choice(offers: Sequence[Sequence[Offer]], budget: float | None = None) -> Choice:
    """The offer for each garment so that most garments have one, then the sum of similarities is the highest.

    ``offers`` are those of each garment; together they cost at most ``budget``.
    """
    most_units = np.iinfo(np.int64).max if budget is None else int(budget * _UNITS + 0.5)
    costs, values = np.zeros(1, np.int64), np.zeros(1)
    chosen = np.zeros((1, 0), np.int64)
    piece_value = 2 * len(offers) + 1  # a further piece outweighs any sum of similarities
    for of_garment in offers:
        units = np.array([0, *(offer.units for offer in of_garment)], np.int64)
        worth = np.array([0.0, *(piece_value + offer.similarity for offer in of_garment)])
        costs, values = (costs[:, None] + units).ravel(), (values[:, None] + worth).ravel()
        chosen = _extended(chosen, len(of_garment))
        kept = _unbeaten(costs, values, most_units)
        costs, values, chosen = costs[kept], values[kept], chosen[kept]
    places = chosen[-1].tolist()
    found = tuple(None if at == _NOTHING else of[at] for of, at in zip(offers, places, strict=True))
    return Choice(found, float(values[-1]))


def unbeaten(offers: Sequence[Offer]) -> list[Offer]:
    """The offers that no other one beats in both price and similarity, the cheapest first."""
    if not offers:
        return []
    units, similarities = np.array([o.units for o in offers], np.int64), np.array([o.similarity for o in offers])
    return [offers[at] for at in _unbeaten(units, similarities, np.iinfo(np.int64).max)]


def _extended(chosen: NDArray[np.int64], offers: int) -> NDArray[np.int64]:
    """(C * (offers + 1), G + 1): each of ``chosen`` (C, G) with nothing, and with each offer."""
    places = np.tile(np.arange(_NOTHING, offers), len(chosen))
    return np.column_stack([np.repeat(chosen, offers + 1, axis=0), places])


def _unbeaten(costs: NDArray[np.int64], values: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """The places, by rising cost and value, of what costs at most ``most`` and is worth more than all that is cheaper.

    Of equals the first is kept.
    """
    order = np.lexsort((-values, costs))
    order = order[costs[order] <= most]
    before = np.maximum.accumulate(np.concatenate([[-np.inf], values[order][:-1]]))
    return np.asarray(order[values[order] > before])
