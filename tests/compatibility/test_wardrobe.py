"""The rules of what is worn with what, and the tables that are served."""

from itertools import combinations

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.compatibility.wardrobe import (
    CLASHES,
    MOST_WORN,
    SLOTS,
    admits,
    clash,
    complements,
    crowded,
    missing_slots,
)


def test_clashes() -> None:
    assert clash("tops", "all-body")
    assert clash("shoes", "shoes")
    assert not clash("shoes", "bags")
    assert not clash("", "")
    assert "all-body" not in complements("tops")
    assert len(complements("")) == 11


def test_slots_are_the_semantic_categories() -> None:
    assert sorted(SLOTS) == sorted(SEMANTIC_CATEGORIES)
    assert tuple(CLASHES) == SLOTS


def test_how_many_of_a_category_one_person_wears() -> None:
    one = ("bottoms", "all-body", "outerwear", "shoes", "bags", "hats", "scarves", "sunglasses")
    assert dict(MOST_WORN) == {"tops": 2, **dict.fromkeys(one, 1)}
    assert crowded(["tops", "tops", "shoes", "jewellery", "jewellery", "jewellery"]) == frozenset()
    assert crowded(["tops", "tops", "tops", "shoes", "shoes"]) == {"tops", "shoes"}


def test_missing_slots_of_every_outfit_of_up_to_four_categories() -> None:
    for count in range(5):
        for worn in combinations(["", *SEMANTIC_CATEGORIES], count):
            body = () if "all-body" in worn else ("tops", "bottoms")
            assert missing_slots(worn) == tuple(name for name in (*body, "shoes", "bags") if name not in worn)


def test_quotas() -> None:
    assert not admits(["hats"], "scarves", per_category=1, small=1)
    assert admits(["hats"], "scarves", per_category=1, small=2)
    assert not admits(["shoes"], "shoes", per_category=1, small=3)
