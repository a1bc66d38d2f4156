"""The cart is the best of all choices: compared with trying every one."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.item import Item
from deepstyle.looks.cart import Offer, best_choice, unbeaten

PRICES = st.integers(0, 400).map(lambda cents: cents / 10)
OFFERS = st.lists(st.tuples(PRICES, st.floats(-1, 1, allow_subnormal=False)), max_size=4)


def offers(garment: int, pairs: list[tuple[float, float]]) -> list[Offer]:
    return [Offer(Item(f"{garment}-{at}", price=price), similarity) for at, (price, similarity) in enumerate(pairs)]


@given(st.lists(OFFERS, max_size=4), st.one_of(st.none(), PRICES))
def test_it_is_the_best_of_all_choices(garments: list[list[tuple[float, float]]], budget: float | None) -> None:
    given_offers = [offers(garment, pairs) for garment, pairs in enumerate(garments)]
    found = best_choice(given_offers, budget)

    def rank(choice: tuple[Offer | None, ...]) -> tuple[int, float]:
        taken = [offer for offer in choice if offer]
        return len(taken), sum(offer.similarity for offer in taken)

    def cents(choice: tuple[Offer | None, ...]) -> int:
        return sum(round((offer.item.price or 0) * 10) for offer in choice if offer)

    allowed = [
        choice
        for choice in itertools.product(*([None, *of] for of in given_offers))
        if budget is None or cents(choice) <= round(budget * 10)
    ]
    best = max(map(rank, allowed))
    assert rank(found.offers)[0] == best[0]
    assert rank(found.offers)[1] == pytest.approx(best[1], abs=1e-9)
    assert budget is None or found.total <= budget + 1e-9


def test_cheaper_pieces_make_room_for_a_whole_look() -> None:
    """A greedy choice takes the most similar coat and has nothing left for the shoes."""
    coats = offers(0, [(90, 0.9), (40, 0.6)])
    shoes = offers(1, [(50, 0.8), (30, 0.5)])
    found = best_choice([coats, shoes], 100)
    assert [offer.item.item_id for offer in found.offers if offer] == ["0-1", "1-0"]
    assert found.total == 90


def test_prices_that_are_no_binary_fractions_add_up() -> None:
    found = best_choice([offers(0, [(0.1, 0.5)]), offers(1, [(0.2, 0.5)])], 0.3)
    assert None not in found.offers


def test_many_garments_with_many_offers_take_no_time() -> None:
    rng = np.random.default_rng(0)
    many = [
        offers(garment, list(zip(rng.uniform(1, 300, 60).round(2), rng.uniform(0, 1, 60), strict=True)))
        for garment in range(8)
    ]
    assert None not in best_choice([unbeaten(of) for of in many], 500).offers


def test_only_unbeaten_offers_are_left() -> None:
    found = unbeaten(offers(0, [(10, 0.5), (20, 0.4), (20, 0.7), (30, 0.7), (5, 0.1)]))
    assert [(offer.item.price, offer.similarity) for offer in found] == [(5, 0.1), (10, 0.5), (20, 0.7)]
