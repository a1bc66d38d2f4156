"""Scores of pairs against the concerns that name why they are low."""

from itertools import combinations

import numpy as np

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.explain import SeenTogether, concerns
from deepstyle.compatibility.pairs import CONFLICT, breaks_rule, candidate_scores, has_conflict, pair_scores
from deepstyle.compatibility.scoring import FORBIDDEN
from deepstyle.compatibility.wardrobe import crowded

RULES = {"repeated_item", "same_slot", "different_genders"}
ITEMS = [
    Item("a", semantic_category="tops", dominant_colour="red", pattern="floral", gender="women", season="SS 24"),
    Item("b", semantic_category="bottoms", dominant_colour="teal", pattern="striped", season="Winter"),
    Item("c", semantic_category="shoes", dominant_colour="black", pattern="plain", gender="men"),
    Item("d", semantic_category="shoes", dominant_colour="navy", gender="unisex"),
    Item("d", semantic_category="shoes", dominant_colour="navy", gender="unisex"),
    Item("e", semantic_category="bags", dominant_colour="burgundy", pattern="checked", gender="Women, Men"),
    Item("", semantic_category="tops"),
    Item("", semantic_category="hats"),
]


def test_every_pair_is_as_low_as_its_concerns() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((len(ITEMS), 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores, too_many = pair_scores(ITEMS, vectors), crowded(item.semantic_category for item in ITEMS)
    for one, other in combinations(range(len(ITEMS)), 2):
        codes = {found.code for found in concerns(ITEMS[one], ITEMS[other], SeenTogether(), too_many)}
        lowered = float(vectors[one] @ vectors[other]) - CONFLICT * len(codes - RULES - {"never_seen_together"})
        expected = FORBIDDEN if codes & RULES else lowered
        np.testing.assert_allclose([scores[one, other], scores[other, one]], expected, atol=1e-6)


def test_candidates_of_one_slot_are_no_crowd() -> None:
    items = [Item(name, semantic_category="shoes") for name in "abc"]
    vectors = np.eye(3, dtype=np.float32)
    assert not breaks_rule(candidate_scores(items, vectors))
    assert breaks_rule(pair_scores(items, vectors))
    assert not breaks_rule(pair_scores(items[:1], vectors[:1]))


def test_conflicts_of_an_outfit() -> None:
    assert has_conflict(ITEMS[:2])
    assert not has_conflict(ITEMS[:1])
    assert not has_conflict([ITEMS[0], ITEMS[2], ITEMS[6]])
