"""Reasons in words: what the catalogue says, and nothing that it does not."""

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.explain import SeenTogether, colour_family, formality, reasons
from deepstyle.demo.palette import COLOURS

SEEN = SeenTogether([("a", "b", "c"), ("a", "b"), ("c", "d")])


@pytest.mark.parametrize("name", sorted(COLOURS))
def test_the_demo_s_colours_are_of_their_families(name: str) -> None:
    assert colour_family(name) == COLOURS[name].family


def test_every_kind_of_reason() -> None:
    one = Item("a", title="Jeans", colour="Navy Blue", pattern="plain")
    other = Item("b", title="Denim jacket", colour="white", pattern="striped")
    assert reasons(one, other, SEEN) == (
        "styled together in 2 outfits",
        "white is neutral and goes with navy blue",
        "plain lets the striped stand out",
        "both casual",
    )


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("red", "red", ("both red",)),
        ("teal", "mint green", ("teal and mint green are both cool colours",)),
        ("red", "green", ()),
        ("red", "", ()),
        ("sparkling", "black", ()),
    ],
)
def test_colours(left: str, right: str, told: tuple[str, ...]) -> None:
    assert reasons(Item("x", colour=left), Item("y", colour=right), SEEN) == told


def test_nothing_known_says_nothing() -> None:
    assert reasons(Item(""), Item("", title="photo"), SEEN) == ()


def test_two_patterns_are_no_reason_and_one_outfit_is_singular() -> None:
    assert reasons(Item("c", pattern="floral"), Item("d", pattern="striped"), SEEN) == ("styled together in 1 outfit",)
    assert SEEN.count("a", "d") == 0


def test_formality_by_the_words_of_the_shop() -> None:
    assert formality(Item("x", title="White Sneakers")) == "sporty"
    assert formality(Item("x", category="Evening Gowns")) == "evening"
    assert formality(Item("x", attributes={"style": "business"})) == "smart"
    assert formality(Item("x", title="Thing")) == ""
