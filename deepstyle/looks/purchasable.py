"""What can be bought for a garment: in stock, priced in one currency, and worn by the same people."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import ItemFilter
from deepstyle.catalogue.stock import IN_STOCK
from deepstyle.compatibility.gender import EVERYBODY, WEARERS, wearers
from deepstyle.errors import UsageError
from deepstyle.looks.cart import Offer, unbeaten
from deepstyle.style.search import Match

Vector = NDArray[np.float32]
_PAGE: Final = 32


Nearest = Callable[[Vector, ItemFilter, int], Sequence[Match]]
"""A search: the k items that match the filter and are most similar to a vector (D,)."""


def offers_for(nearest: Nearest, vector: Vector, where: ItemFilter, budget: float | None) -> list[Offer]:
    """The offers for a garment that can be part of the best cart within ``budget``, the cheapest first.

    No item of the whole catalogue is both cheaper and more similar than one of them: after each page of the most
    similar items, only those are of interest that cost less than all of these.
    """
    dearest, found = budget, list[Offer]()
    while True:
        page = nearest(vector, replace(where, price_min=0.0, price_max=dearest), _PAGE if budget is not None else 1)
        found += [Offer(match.item, match.similarity) for match in page]
        if len(page) < _PAGE:
            return unbeaten(found)
        dearest = math.nextafter(min(match.item.price or 0.0 for match in page), -math.inf)
        if dearest < 0:
            return unbeaten(found)


def purchasable(where: ItemFilter, currency: str, usual: str) -> ItemFilter:
    """``where`` for items in stock whose price is in ``currency``; ``usual`` is that of most prices."""
    is_usual = not usual or currency.casefold() == usual.casefold()
    return replace(where, availabilities=IN_STOCK, currencies=() if is_usual else (currency,))


def people_of(gender: str) -> int:
    """The groups of people (a mask of ``WEARERS``) that ``gender`` names, everybody without one.

    Raises ``UsageError`` where it names nobody that is known.
    """
    mask = wearers(gender)
    if gender and mask == EVERYBODY:
        raise UsageError(f"{gender!r} is no gender that is known.", remedy=f"Use one of {', '.join(WEARERS)}.")
    return mask
