"""Completed outfits over a real store, against brute force."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.completion import LookOptions, complete
from deepstyle.compatibility.scoring import WORST_PAIR_SHARE
from deepstyle.compatibility.stylist import Piece, Stylist
from deepstyle.errors import UsageError
from deepstyle.store import Entry, ItemFilter
from tests.compatibility.tiny_store import dress, everything


def test_the_best_completion_is_that_of_brute_force(stylist: Stylist) -> None:
    locked = stylist.pieces(["i00"])
    completed = complete(stylist, locked, ["shoes", "bags"], k=3)
    items = everything(stylist.store)
    shoes = [entry for entry in items.values() if entry[0].semantic_category == "shoes"]
    bags = [entry for entry in items.values() if entry[0].semantic_category == "bags"]

    def score(one: np.ndarray, other: np.ndarray) -> float:
        first = locked[0].vector
        pairs = [first @ one, first @ other, one @ other]
        return float((1 - WORST_PAIR_SHARE) * sum(pairs) / 3 + WORST_PAIR_SHARE * min(pairs))

    best = max(product(shoes, bags), key=lambda pair: score(pair[0][1], pair[1][1]))
    assert [piece.item.item_id for piece in completed[0].pieces] == ["i00", best[0][0].item_id, best[1][0].item_id]
    assert [outfit.rank for outfit in completed] == [1, 2, 3]
    scores = [outfit.score.score for outfit in completed]
    assert scores == sorted(scores, reverse=True)
    assert len({tuple(piece.item.item_id for piece in outfit.pieces) for outfit in completed}) == 3


def test_one_look_has_one_gender(stylist: Stylist) -> None:
    ids = [item.item_id for item in stylist.store.iter_items()]
    dress(stylist, gender={name: ("women", "men", "", "Unisex")[at // 11 % 4] for at, name in enumerate(ids)})
    (query,) = stylist.pieces(["i00"])  # for women
    found = [one.item.gender for best in stylist.complements(query, k=9).values() for one in best]
    assert set(found) == {"women", "", "Unisex"}
    for outfit in complete(stylist, [query], k=3):
        assert not any(piece.item.gender == "men" for piece in outfit.pieces)
    photo = Piece(Item("", semantic_category="all-body"), query.vector)
    for outfit in complete(stylist, [photo], ["shoes", "bags", "hats", "outerwear"], k=5):
        assert not {"women", "men"} <= {piece.item.gender for piece in outfit.pieces}


def test_without_slots_the_missing_essentials_are_added_within_the_filter(stylist: Stylist) -> None:
    photo = Piece(Item("", semantic_category="all-body"), stylist.pieces(["i00"])[0].vector)
    for outfit in complete(stylist, [photo], k=2, where=ItemFilter(brands=("B",))):
        assert [piece.item.semantic_category for piece in outfit.pieces] == ["all-body", "shoes", "bags"]
        assert all(piece.item.brand == "B" for piece in outfit.pieces[1:])


@pytest.mark.parametrize(
    ("slots", "message"),
    [(["trousers"], "not a slot"), (["tops", "all-body"], "not worn with"), (["tops", "tops"], "not worn")],
)
def test_slots_that_are_never_worn_together_are_refused(stylist: Stylist, slots: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        complete(stylist, stylist.pieces(["i04"]), slots)
    with pytest.raises(UsageError, match="nothing is locked"):
        complete(stylist, [], slots)


def test_a_slot_without_items_is_named(stylist: Stylist) -> None:
    with pytest.raises(UsageError, match="'shoes'"):
        complete(stylist, stylist.pieces(["i00"]), ["shoes"], where=ItemFilter(brands=("C",)))
    with pytest.raises(UsageError, match="'shoes'"):
        complete(stylist, stylist.pieces(["i00"]), where=ItemFilter(brands=("C",)))


def test_an_essential_that_the_shop_does_not_have_is_omitted(stylist: Stylist) -> None:
    bags = [name for name, (item, _) in everything(stylist.store).items() if item.semantic_category == "bags"]
    stylist.store.delete(bags)
    (outfit,) = complete(stylist, stylist.pieces(["i00"]), k=1)
    assert [piece.item.semantic_category for piece in outfit.pieces] == ["all-body", "shoes"]


def price(stylist: Stylist, **prices: float) -> None:
    """Give every item the price 100 EUR, but those that are named another one."""
    items = list(stylist.store.iter_items())
    stylist.store.put([Entry(replace(item, price=prices.get(item.item_id, 100.0), currency="EUR")) for item in items])


def cost(added: tuple[Piece, ...]) -> float:
    return sum(piece.item.price or 0 for piece in added)


def test_the_items_that_are_added_cost_no_more_than_the_budget(stylist: Stylist) -> None:
    locked = stylist.pieces(["i02"])  # a top; bottoms are i01, i12, …, shoes i04, i15, …
    price(stylist, i12=20, i15=25, i26=60)
    for budget, expected in ((50, [{"i12", "i15"}]), (80, [{"i12", "i15"}, {"i12", "i26"}])):
        found = complete(stylist, locked, ["bottoms", "shoes"], options=LookOptions(budget=budget))
        assert sorted(map(sorted, expected)) == sorted(
            sorted(piece.item.item_id for piece in outfit.pieces[1:]) for outfit in found
        )
    for outfit in complete(stylist, locked, ["bottoms", "shoes"], k=20, options=LookOptions(budget=125)):
        assert cost(outfit.pieces[1:]) <= 125
    with pytest.raises(UsageError, match="within the budget"):
        complete(stylist, locked, ["bottoms", "shoes"], options=LookOptions(budget=44))
    with pytest.raises(UsageError, match="'bottoms'"):
        complete(stylist, locked, ["bottoms", "shoes"], options=LookOptions(budget=19))
    price(stylist)
    stylist.store.put([Entry(replace(stylist.store.get(["i12"])["i12"], price=None))])  # it may cost anything
    assert "i12" not in {
        piece.item.item_id
        for outfit in complete(stylist, locked, ["bottoms"], k=20, options=LookOptions(budget=1000))
        for piece in outfit.pieces
    }


@pytest.mark.parametrize("options", [{"budget": -1.0}, {"budget": float("nan")}, {"diversity": 1.1}])
def test_options_without_a_meaning_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        LookOptions(**options)


def test_genders_are_mixed_only_where_that_is_asked_for(stylist: Stylist) -> None:
    shoes = ["i04", "i15", "i26", "i37", "i48", "i59"]
    dress(stylist, gender={"i02": "women", **dict.fromkeys(shoes, "men")})
    locked = stylist.pieces(["i02"])
    with pytest.raises(UsageError, match="'shoes'"):
        complete(stylist, locked, ["shoes"])
    found = complete(stylist, locked, ["shoes"], options=LookOptions(mixed_genders=True))
    assert {outfit.pieces[1].item.item_id for outfit in found} <= set(shoes)
    assert not any(concern.code == "different_genders" for outfit in found for concern in outfit.score.concerns)


def test_a_cart_of_several_items_is_completed(stylist: Stylist) -> None:
    dress(stylist, gender={"i02": "women", "i04": "men"})  # what the cart itself breaks is the customer's business
    locked = stylist.pieces(["i02", "i04", "i15"])
    found = complete(stylist, locked, k=4)
    assert len(found) == 4
    for outfit in found:
        added = [piece.item.semantic_category for piece in outfit.pieces[3:]]
        assert outfit.pieces[:3] == tuple(locked)
        assert added == ["bottoms", "bags"]


def test_a_slot_that_is_full_is_not_filled_again(stylist: Stylist) -> None:
    with pytest.raises(UsageError, match="has shoes already"):
        complete(stylist, stylist.pieces(["i02", "i04"]), ["shoes"])
    assert complete(stylist, stylist.pieces(["i02"]), ["tops"])  # layers
    with pytest.raises(UsageError, match="has tops already"):
        complete(stylist, stylist.pieces(["i02", "i13"]), ["tops"])
    photo = Piece(Item("", semantic_category="shoes"), stylist.pieces(["i04"])[0].vector)
    assert complete(stylist, [photo], ["shoes"])  # what a photo shows is a guess


def test_more_diversity_gives_more_different_outfits_and_keeps_the_best(stylist: Stylist) -> None:
    locked = stylist.pieces(["i00"])
    different, scores = [], []
    for diversity in (0.0, 0.4, 1.0):
        found = complete(stylist, locked, ["shoes", "bags", "hats"], k=5, options=LookOptions(diversity=diversity))
        different.append(len({piece.item.item_id for outfit in found for piece in outfit.pieces[1:]}))
        scores.append([outfit.score.score for outfit in found])
        assert scores[-1] == sorted(scores[-1], reverse=True)
        assert scores[-1][0] == pytest.approx(scores[0][0])
    assert different[0] < different[1] <= different[2]
    assert np.mean(scores[0]) > np.mean(scores[1]) > np.mean(scores[2])


def test_without_diversity_the_best_looks_are_those_of_brute_force(stylist: Stylist) -> None:
    locked, items = stylist.pieces(["i00"]), everything(stylist.store)
    slots = [
        [vector for item, vector in items.values() if item.semantic_category == name] for name in ("shoes", "bags")
    ]
    every = []
    for added in product(*slots):
        pairs = [float(a @ b) for a, b in combinations([locked[0].vector, *added], 2)]
        every.append((1 - WORST_PAIR_SHARE) * np.mean(pairs) + WORST_PAIR_SHARE * min(pairs))
    found = complete(stylist, locked, ["shoes", "bags"], k=10, options=LookOptions(diversity=0))
    assert [outfit.score.score for outfit in found] == pytest.approx(
        [(1 + score) / 2 for score in sorted(every, reverse=True)[:10]], abs=1e-5
    )
