"""Suggestions, scores and completions over a real store, against brute force."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.catalogue_test import Basis, Measurement
from deepstyle.compatibility.completion import complete
from deepstyle.compatibility.head import Head, HeadSpec
from deepstyle.compatibility.mapping import update_mapping
from deepstyle.compatibility.pairs import CONFLICT
from deepstyle.compatibility.scoring import WORST_PAIR_SHARE
from deepstyle.compatibility.stylist import MAX_PIECES, Piece, Stylist, photo_piece
from deepstyle.errors import UnknownItemError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, ItemFilter, Store, VectorBatch, open_store
from tests.compatibility.tiny import tiny_head_weights

COUNT, SPACE = 66, "compat-test"
HEAD = Head(HeadSpec("b", 12, 10, "", Calibration(5.0, -1.0), Calibration(3.0, 0.5)), tiny_head_weights(12))


@pytest.fixture
def stylist(tmp_path: Path) -> Iterator[Stylist]:
    rng = np.random.default_rng(5)
    vectors = rng.standard_normal((COUNT, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    image = ItemImage(b"x", "0" * 64, "image/jpeg", 1, 1)
    ids = [f"i{number:02}" for number in range(COUNT)]
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        store.put(
            [
                Entry(
                    Item(name, semantic_category=SEMANTIC_CATEGORIES[at % 11], brand="A" if at < 33 else "B"),
                    None if at == 65 else image,
                )
                for at, name in enumerate(ids)
            ]
        )
        store.put_vectors(SPACE, VectorBatch(tuple(ids), ("0" * 64,) * COUNT, vectors))
        update_mapping(store, SPACE)
        yield Stylist(store, SPACE, HEAD)


def everything(store: Store) -> dict[str, tuple[Item, np.ndarray]]:
    batch = store.vectors(SPACE)
    items = store.get(batch.item_ids)
    return {name: (items[name], vector) for name, vector in zip(batch.item_ids, batch.vectors, strict=True)}


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


def dress(stylist: Stylist, **fields: dict[str, str]) -> None:
    """Set fields of items: ``gender={"i00": "men"}``."""
    for name, values in fields.items():
        items = stylist.store.get(list(values))
        stylist.store.put([Entry(replace(items[one], **{name: value})) for one, value in values.items()])


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


def test_the_category_of_a_photo_is_that_of_most_lookalikes() -> None:
    items = [
        Item("a", semantic_category="bags"),
        Item("b"),
        Item("c", semantic_category="shoes"),
        Item("d", semantic_category="shoes"),
    ]
    assert photo_piece(np.ones(3, np.float32), items).item.semantic_category == "shoes"
    assert photo_piece(np.ones(3, np.float32), []).item.semantic_category == ""
