"""What can be in a cart: the offers that are left are enough for the best of all carts, however large the catalogue."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.compatibility.gender import EVERYBODY, worn_by
from deepstyle.errors import UsageError
from deepstyle.looks.cart import Offer, best_choice
from deepstyle.looks.purchasable import Vector, offers_for, people_of, purchasable
from deepstyle.style.search import Match

NOWHERE = np.zeros(1, np.float32)


class Catalogue:
    """Items of one category with prices and similarities, searched as a store does; counts its searches."""

    def __init__(self, prices: Sequence[float], similarities: Sequence[float]) -> None:
        pairs = zip(prices, similarities, strict=True)
        self.offers = [Offer(Item(f"{at}", price=price), likeness) for at, (price, likeness) in enumerate(pairs)]
        self.searches = 0

    def nearest(self, vector: Vector, where: ItemFilter, k: int) -> list[Match]:
        self.searches += 1
        allowed = [one for one in self.offers if where.price_max is None or (one.item.price or 0) <= where.price_max]
        best = sorted(allowed, key=lambda one: -one.similarity)[:k]
        return [Match(rank, one.item, one.similarity) for rank, one in enumerate(best, start=1)]


def made(seed: int, count: int) -> Catalogue:
    """The dearer the more similar, with noise: the case in which a budget matters most."""
    random = np.random.default_rng(seed)
    prices = np.round(random.gamma(2, 40, count) + 5, 2)
    return Catalogue(prices.tolist(), (prices / 400 + random.uniform(0, 0.6, count)).tolist())


@pytest.mark.parametrize("budget", [15.0, 40.0, 120.0, 400.0])
def test_no_cart_of_the_whole_catalogue_is_better(budget: float) -> None:
    catalogues = [made(seed, 250) for seed in range(2)]
    found = best_choice([offers_for(one.nearest, NOWHERE, ItemFilter(), budget) for one in catalogues], budget)
    everything = itertools.product(*(one.offers for one in catalogues))
    allowed = [pair for pair in everything if sum(one.item.price or 0 for one in pair) <= budget + 1e-9]
    best = max((sum(one.similarity for one in pair) for pair in allowed), default=None)
    if best is not None:
        assert sum(one.similarity for one in found.offers if one) == pytest.approx(best)
    assert max(one.searches for one in catalogues) <= 12


def test_without_a_budget_the_most_similar_is_enough() -> None:
    catalogue = made(3, 100)
    (offer,) = offers_for(catalogue.nearest, NOWHERE, ItemFilter(), None)
    assert offer.similarity == max(one.similarity for one in catalogue.offers)
    assert catalogue.searches == 1


def test_items_that_cost_nothing_end_the_search() -> None:
    catalogue = Catalogue([0.0] * 80, list(np.linspace(0, 0.5, 80)))
    assert len(offers_for(catalogue.nearest, NOWHERE, ItemFilter(), 10.0)) == 1


def test_other_currencies_are_another_filter() -> None:
    assert purchasable(ItemFilter(), "eur", "EUR").currencies == ()
    assert purchasable(ItemFilter(), "USD", "EUR").currencies == ("USD",)
    assert purchasable(ItemFilter(), "USD", "").currencies == ()


def test_genders_are_those_of_the_catalogue() -> None:
    genders = ("Damen", "Herren", "Unisex", "Kinder")
    assert worn_by(ItemFilter(), people_of("women"), genders).genders == ("Damen", "Unisex", "")
    assert worn_by(ItemFilter(), people_of("boys"), genders).genders == ("Unisex", "Kinder", "")
    assert worn_by(ItemFilter(), EVERYBODY, genders).genders == ()
    assert worn_by(ItemFilter(), people_of("women"), ()).genders == ()
    with pytest.raises(UsageError):
        people_of("martians")
