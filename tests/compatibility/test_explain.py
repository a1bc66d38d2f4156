"""Reasons and concerns: what the catalogue says of two items, and nothing that it does not say."""

import json
from dataclasses import asdict

import pytest

from deepstyle.catalogue.colours import COLOURS
from deepstyle.catalogue.item import Item
from deepstyle.compatibility.explain import (
    Concern,
    Reason,
    SeenTogether,
    colour_family,
    concerns,
    formality,
    reasons,
)

SEEN = SeenTogether([("a", "b", "c"), ("a", "b"), ("c", "d")])


def test_every_colour_has_a_family() -> None:
    assert {colour.family for colour in COLOURS} == {"neutral", "warm", "cool", "berry"}
    assert all(colour_family(colour.code) == colour.family for colour in COLOURS)


def test_colours_are_those_of_the_picture_and_not_of_the_feed() -> None:
    one, other = Item("x", colour="red", dominant_colour="navy,red"), Item("y", colour="red", dominant_colour="navy")
    assert reasons(one, other, SEEN) == (Reason("same_colour", {"colour": "navy"}),)
    assert reasons(Item("x", colour="red"), Item("y", colour="red"), SEEN) == ()


def test_every_kind_of_reason() -> None:
    one = Item("a", title="Jeans", dominant_colour="navy", pattern="plain")
    other = Item("b", title="Denim jacket", dominant_colour="white,navy", pattern="striped")
    assert reasons(one, other, SEEN) == (
        Reason("seen_together", {"count": 2}),
        Reason("neutral_colour", {"neutral": "white", "colour": "navy"}),
        Reason("plain_with_pattern", {"pattern": "striped"}),
        Reason("same_formality", {"formality": "casual"}),
    )
    assert reasons(Item("x", pattern="solid"), Item("y", pattern="plain"), SEEN) == (Reason("both_plain"),)


def test_nothing_speaks_for_an_item_beside_itself() -> None:
    one = Item("a", dominant_colour="navy", pattern="plain")
    assert reasons(one, one, SEEN) == ()
    photo = Item("", dominant_colour="navy")
    assert reasons(photo, photo, SEEN) == (Reason("same_colour", {"colour": "navy"}),)  # two photos, not one twice


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("red", "red", [Reason("same_colour", {"colour": "red"})]),
        (
            "teal",
            "mint",
            [Reason("colour_family", {"one": "teal", "other": "mint", "family": "cool"})],
        ),
        ("red", "green", []),
        ("red", "", []),
        ("sparkling", "black", []),
    ],
)
def test_colours(left: str, right: str, expected: list[Reason]) -> None:
    assert list(reasons(Item("x", dominant_colour=left), Item("y", dominant_colour=right), SEEN)) == expected


def test_nothing_known_gives_no_reason() -> None:
    assert reasons(Item(""), Item("", title="photo"), SEEN) == ()


def test_two_patterns_are_no_reason() -> None:
    one, other = Item("c", pattern="floral"), Item("d", pattern="striped")
    assert reasons(one, other, SEEN) == (Reason("seen_together", {"count": 1}),)
    assert SEEN.count("a", "d") == 0


def test_every_kind_of_concern() -> None:
    one = Item("a", dominant_colour="mustard", pattern="floral", season="Winter")
    other = Item("d", dominant_colour="teal", pattern="striped", attributes={"season": "summer"})
    assert concerns(one, other, SEEN) == (
        Concern("unrelated_colours", {"one": "mustard", "other": "teal"}),
        Concern("competing_patterns", {"one": "floral", "other": "striped"}),
        Concern("opposite_seasons", {"one": "winter", "other": "summer"}),
        Concern("never_seen_together"),
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Item("a", dominant_colour="black"), Item("b", dominant_colour="teal")),  # neutral
        (Item("a", dominant_colour="red"), Item("b", dominant_colour="red")),
        (Item("a", dominant_colour="sparkling"), Item("b", dominant_colour="red")),  # of no known family
        (Item("a", pattern="plain"), Item("b", pattern="striped")),
        (Item("a", pattern="floral"), Item("b")),
        (Item("", title="photo"), Item("b", dominant_colour="teal", pattern="striped")),
    ],
)
def test_no_concern_where_the_catalogue_gives_none(left: Item, right: Item) -> None:
    assert concerns(left, right, SEEN) == concerns(right, left, SEEN) == ()


def test_reasons_are_hashable_and_serialise() -> None:
    one, same = Reason("seen_together", {"count": 2}), Reason("seen_together", {"count": 2})
    assert list(dict.fromkeys([one, Reason("both_plain"), same])) == [one, Reason("both_plain")]
    assert one != Reason("seen_together", {"count": 3})
    assert json.loads(json.dumps(asdict(one))) == {"code": "seen_together", "parameters": {"count": 2}}


def test_formality_by_the_words_of_the_shop() -> None:
    assert formality(Item("x", title="White Sneakers")) == "sporty"
    assert formality(Item("x", category="Evening Gowns")) == "evening"
    assert formality(Item("x", attributes={"style": "business"})) == "smart"
    assert formality(Item("x", title="Thing")) == ""
