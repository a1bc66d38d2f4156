"""The weakest piece of a look, and proposals over a real store, against brute force."""

from dataclasses import replace

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.completion import LookOptions
from deepstyle.compatibility.pairs import pair_scores
from deepstyle.compatibility.repair import analyse, weakest_piece
from deepstyle.compatibility.scoring import FORBIDDEN, look_score
from deepstyle.compatibility.stylist import Piece, Stylist
from deepstyle.errors import UsageError
from deepstyle.store import Entry, ItemFilter
from tests.compatibility.tiny_store import dress, everything

LOOK = ["i02", "i01", "i04", "i05"]  # a top, bottoms, shoes and a bag


def value(pieces: list[tuple[Item, np.ndarray]]) -> float:
    items, vectors = zip(*pieces, strict=True)
    return (1 + look_score(pair_scores(items, np.stack(vectors)))) / 2


def test_the_weakest_piece_is_the_one_without_which_the_rest_scores_best() -> None:
    rng = np.random.default_rng(0)
    for count in (3, 5, 8):
        values = rng.uniform(-0.9, 0.9, (count, count))
        between = (values + values.T) / 2
        rest = [look_score(np.delete(np.delete(between, at, 0), at, 1)) for at in range(count)]
        assert weakest_piece(between) == int(np.argmax(rest))


def test_a_piece_that_breaks_most_rules_is_the_weakest() -> None:
    between = np.full((5, 5), 0.5)
    between[0, 1] = between[1, 0] = between[1, 2] = between[2, 1] = between[3, 4] = between[4, 3] = FORBIDDEN
    assert weakest_piece(between) == 1  # whatever is left breaks another rule
    assert weakest_piece(np.full((2, 2), 0.5)) == 0


def test_replacements_are_the_best_of_brute_force(stylist: Stylist) -> None:
    pieces, items = stylist.pieces(LOOK), everything(stylist.store)
    found = analyse(stylist, pieces, k=4)
    assert found.score == stylist.score(pieces)
    assert found.weakest is not None
    rest = [(piece.item, piece.vector) for at, piece in enumerate(pieces) if at != found.weakest]
    assert found.without == pytest.approx(value(rest), abs=1e-6)
    others = [value([(p.item, p.vector) for p in pieces if p is not one]) for one in pieces]
    assert found.without == pytest.approx(max(others), abs=1e-6)
    category = pieces[found.weakest].item.semantic_category
    own = [entry for entry in items.values() if entry[0].semantic_category == category]
    scores = {entry[0].item_id: value([*rest, entry]) for entry in own}
    better = sorted(
        (name for name in scores if scores[name] > found.score.score + 1e-6), key=lambda name: -scores[name]
    )
    assert [one.piece.item.item_id for one in found.replacements] == better[:4]
    for one in found.replacements:
        assert one.score.score == pytest.approx(scores[one.piece.item.item_id], abs=1e-6)
    assert found.missing == ()


def test_replacements_are_in_stock_within_filter_and_budget(stylist: Stylist) -> None:
    pieces = stylist.pieces(LOOK)
    weakest = analyse(stylist, pieces).weakest
    assert weakest is not None
    category = pieces[weakest].item.semantic_category
    first, second, third, *_ = [one.piece.item for one in analyse(stylist, pieces, k=9).replacements]
    stylist.store.put(
        [Entry(replace(first, availability="sold out", price=10.0)), Entry(replace(second, price=30.0, currency="EUR"))]
    )
    stylist.store.put([Entry(replace(third, price=20.0, currency="EUR"))])

    def names(**options: object) -> list[str]:
        found = analyse(stylist, pieces, k=9, **options)  # type: ignore[arg-type]
        return [one.piece.item.item_id for one in found.replacements]

    assert names()[:2] == [second.item_id, third.item_id]
    assert first.item_id in names(where=ItemFilter(availabilities=("out of stock",)))
    assert names(options=LookOptions(budget=25)) == [third.item_id]
    assert names(where=ItemFilter(brands=("nobody",))) == []
    assert {item.semantic_category for item in stylist.store.get(names()).values()} == {category}


def test_a_replacement_is_for_the_people_who_wear_the_rest(stylist: Stylist) -> None:
    dress(stylist, gender={"i01": "women", "i02": "women", "i05": "women", "i04": "men", "i15": "men", "i26": "women"})
    found = analyse(stylist, stylist.pieces(LOOK), k=9)
    assert found.weakest == 2  # the men's shoes
    assert found.score is not None
    assert found.score.score == 0
    names = [one.piece.item.item_id for one in found.replacements]
    assert "i26" in names
    assert not {"i04", "i15"} & set(names)
    mixed = analyse(stylist, stylist.pieces(LOOK), options=LookOptions(mixed_genders=True))
    assert mixed.score is not None
    assert mixed.score.score > 0


def test_missing_slots_are_filled_and_a_single_piece_has_no_score(stylist: Stylist) -> None:
    found = analyse(stylist, stylist.pieces(["i02"]), k=2)
    assert (found.score, found.weakest, found.without, found.replacements) == (None, None, None, ())
    assert [one.slot for one in found.missing] == ["bottoms", "shoes", "bags"]
    for filling in found.missing:
        scores = [one.score.score for one in filling.proposals]
        assert len(scores) == 2
        assert scores == sorted(scores, reverse=True)
        assert {one.piece.item.semantic_category for one in filling.proposals} == {filling.slot}
    nothing = analyse(stylist, stylist.pieces(["i02"]), where=ItemFilter(brands=("nobody",)))
    assert nothing.missing == ()


def test_of_two_pieces_the_weaker_is_the_one_that_can_be_improved_more(stylist: Stylist) -> None:
    pieces = stylist.pieces(["i02", "i04"])
    found = analyse(stylist, pieces, k=1)
    items = everything(stylist.store).values()
    best = [
        max(
            value([(other.item, other.vector), entry])
            for entry in items
            if entry[0].semantic_category == piece.item.semantic_category
        )
        for piece, other in zip(pieces, reversed(pieces), strict=True)
    ]
    assert found.weakest == int(np.argmax(best))
    assert found.without is None
    assert found.replacements[0].score.score == pytest.approx(max(best), abs=1e-6)


def test_a_photo_of_unknown_kind_is_not_replaced(stylist: Stylist) -> None:
    (top, shoes, bag) = stylist.pieces(["i02", "i04", "i05"])
    photo = Piece(Item(""), -shoes.vector)
    found = analyse(stylist, [top, shoes, bag, photo])
    assert found.weakest == 3
    assert found.replacements == ()


@pytest.mark.parametrize("count", [0, 13])
def test_a_look_has_one_to_twelve_pieces(stylist: Stylist, count: int) -> None:
    with pytest.raises(UsageError, match="1 to 12"):
        analyse(stylist, stylist.pieces([f"i{number:02}" for number in range(count)]))
