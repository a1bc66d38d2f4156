"""Suggestions, scores and completions over a real store, against brute force."""

import numpy as np
import pytest

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.catalogue_test import Basis, Measurement
from deepstyle.compatibility.pairs import CONFLICT
from deepstyle.compatibility.scoring import WORST_PAIR_SHARE
from deepstyle.compatibility.stylist import MAX_PIECES, Piece, Stylist, photo_piece
from deepstyle.errors import UnknownItemError, UsageError
from deepstyle.store import ItemFilter
from tests.compatibility.tiny_store import dress, everything


def test_complements_are_the_closest_of_each_category_worn_with_the_query(stylist: Stylist) -> None:
    (query,) = stylist.pieces(["i02"])  # tops
    found = stylist.complements(query, k=2, where=ItemFilter(brands=("A",)))
    assert set(found) == set(SEMANTIC_CATEGORIES) - {"tops", "all-body"}
    for category, best in found.items():
        expected = sorted(
            (
                (-float(vector @ query.vector), name)
                for name, (item, vector) in everything(stylist.store).items()
                if item.semantic_category == category and item.brand == "A"
            )
        )[:2]
        assert [one.item.item_id for one in best] == [name for _, name in expected]
        assert [one.score for one in best] == pytest.approx([(1 - score) / 2 for score, _ in expected], abs=1e-5)
        assert {one.compatibility for one in best} == {None}  # nothing is known of this catalogue's outfits
    tops = [best[0].score for best in found.values()]
    assert tops == sorted(tops, reverse=True)


def test_stored_suggestions_are_those_of_the_store(stylist: Stylist) -> None:
    query, found = stylist.stored_suggestions("i04")
    assert query.item.item_id == "i04"
    assert tuple(one.item.item_id for one in found) == stylist.store.compatible("i04")
    assert [one.rank for one in found] == [1, 2, 3]


def test_a_photo_of_an_item_gets_the_suggestions_of_the_item(stylist: Stylist) -> None:
    for item_id in ("i00", "i02", "i04", "i31"):
        (piece,) = stylist.pieces([item_id])
        photo = Piece(Item("", semantic_category=piece.item.semantic_category), piece.vector)
        found = stylist.suggestions(photo)
        assert tuple(one.item.item_id for one in found) == stylist.store.compatible(item_id)
        assert [one.rank for one in found] == [1, 2, 3]


def test_what_is_hidden_is_not_suggested_and_others_take_its_place(stylist: Stylist) -> None:
    hidden = frozenset(stylist.store.compatible("i04"))
    discreet = Stylist(stylist.store, stylist.space, stylist.head, lambda items: hidden)
    _, found = discreet.stored_suggestions("i04")
    assert len(found) == 3 and hidden.isdisjoint(one.item.item_id for one in found)
    (query,) = stylist.pieces(["i04"])
    partners = discreet.complements(query, k=2)
    assert hidden.isdisjoint(one.item.item_id for best in partners.values() for one in best)
    assert {len(best) for best in partners.values()} == {2}


def test_unknown_items_and_items_without_a_vector_are_named(stylist: Stylist) -> None:
    with pytest.raises(UnknownItemError, match="no item has the id 'nobody'"):
        stylist.pieces(["i01", "nobody"])
    with pytest.raises(UnknownItemError, match="i65"):
        stylist.pieces(["i65"])


def test_a_score_is_the_mean_of_pairs_with_the_worst_and_contributions_explain_it(stylist: Stylist) -> None:
    pieces = stylist.pieces(["i00", "i04", "i05"])
    scored = stylist.score(pieces)
    a, b, c = (piece.vector for piece in pieces)
    pairs = [float(a @ b), float(a @ c), float(b @ c)]
    mean = sum(pairs) / 3
    expected = (1 - WORST_PAIR_SHARE) * mean + WORST_PAIR_SHARE * min(pairs)
    assert scored.score == pytest.approx((1 + expected) / 2, abs=1e-5)
    assert [pair.score for pair in scored.pairs] == pytest.approx([(1 + score) / 2 for score in pairs], abs=1e-5)
    assert scored.compatibility is None
    assert stylist.basis("outfit") == Basis(calibrated=False, event=None, measured_on=(Measurement("", None),))
    assert [(pair.first, pair.second) for pair in scored.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert [pair.contribution for pair in scored.pairs] == pytest.approx(
        [(score - mean) / 3 for score in pairs], abs=1e-5
    )
    assert sum(pair.contribution for pair in scored.pairs) == pytest.approx(0, abs=1e-6)
    assert scored.weakest == int(np.argmin(pairs))


@pytest.mark.parametrize("count", [0, 1, MAX_PIECES + 1])
def test_an_outfit_has_two_to_twelve_pieces(stylist: Stylist, count: int) -> None:
    with pytest.raises(UsageError, match="pieces"):
        stylist.score(stylist.pieces([f"i{number:02}" for number in range(count)]))


@pytest.mark.parametrize(
    ("item_ids", "code"),
    [
        (["i04", "i04", "i05"], "repeated_item"),
        (["i04", "i15", "i26", "i37", "i48"], "same_slot"),  # five pairs of shoes
        (["i01", "i04", "i05"], "different_genders"),
        (["i02", "i13", "i24"], "same_slot"),  # two tops are layers, three are not
    ],
)
def test_what_cannot_be_worn_together_scores_low(stylist: Stylist, item_ids: list[str], code: str) -> None:
    dress(stylist, gender={"i01": "Women", "i04": "Men", "i05": "unisex"})
    broken = stylist.score(stylist.pieces(item_ids))
    assert code in {concern.code for concern in broken.concerns}
    assert code in {concern.code for concern in broken.pairs[broken.weakest].concerns}
    whole = stylist.score(stylist.pieces(["i02", "i13", "i04"]))
    assert {concern.code for concern in whole.concerns} == set()
    assert broken.score < whole.score - 0.1


def test_a_known_conflict_lowers_a_score(stylist: Stylist) -> None:
    pieces = stylist.pieces(["i02", "i04"])
    before = stylist.score(pieces)
    dress(stylist, pattern={"i02": "floral", "i04": "striped"}, dominant_colour={"i02": "red", "i04": "teal"})
    after = stylist.score(stylist.pieces(["i02", "i04"]))
    assert after.score == pytest.approx(before.score - CONFLICT, abs=1e-6)
    assert [concern.code for concern in after.concerns] == ["unrelated_colours", "competing_patterns"]


def test_the_category_of_a_photo_is_that_of_most_lookalikes() -> None:
    items = [
        Item("a", semantic_category="bags"),
        Item("b"),
        Item("c", semantic_category="shoes"),
        Item("d", semantic_category="shoes"),
    ]
    assert photo_piece(np.ones(3, np.float32), items).item.semantic_category == "shoes"
    assert photo_piece(np.ones(3, np.float32), []).item.semantic_category == ""
