"""Reasons and concerns: what the catalogue says of two items, and nothing that it does not say."""

import json
from dataclasses import asdict

import pytest

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
from deepstyle.demo.palette import COLOURS

SEEN = SeenTogether([("a", "b", "c"), ("a", "b"), ("c", "d")])


@pytest.mark.parametrize("name", sorted(COLOURS))
def test_the_demo_s_colours_are_of_their_families(name: str) -> None:
    assert colour_family(name) == COLOURS[name].family


def test_every_kind_of_reason() -> None:
    one = Item("a", title="Jeans", colour="Navy Blue", pattern="plain")
    other = Item("b", title="Denim jacket", colour="white", pattern="striped")
    assert reasons(one, other, SEEN) == (
        Reason("seen_together", {"count": 2}),
        Reason("neutral_colour", {"neutral": "white", "colour": "navy blue"}),
        Reason("plain_with_pattern", {"pattern": "striped"}),
        Reason("same_formality", {"formality": "casual"}),
    )
    assert reasons(Item("x", pattern="solid"), Item("y", pattern="plain"), SEEN) == (Reason("both_plain"),)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("red", "red", [Reason("same_colour", {"colour": "red"})]),
        (
            "teal",
            "mint green",
            [Reason("colour_family", {"one": "teal", "other": "mint green", "family": "cool"})],
        ),
        ("red", "green", []),
        ("red", "", []),
        ("sparkling", "black", []),
    ],
)
def test_colours(left: str, right: str, expected: list[Reason]) -> None:
    assert list(reasons(Item("x", colour=left), Item("y", colour=right), SEEN)) == expected


def test_nothing_known_gives_no_reason() -> None:
    assert reasons(Item(""), Item("", title="photo"), SEEN) == ()


def test_two_patterns_are_no_reason() -> None:
    one, other = Item("c", pattern="floral"), Item("d", pattern="striped")
    assert reasons(one, other, SEEN) == (Reason("seen_together", {"count": 1}),)
    assert SEEN.count("a", "d") == 0


def test_every_kind_of_concern() -> None:
    one = Item("a", colour="Mustard", pattern="floral")
    other = Item("d", colour="teal", pattern="striped")
    assert concerns(one, other, SEEN) == (
        Concern("unrelated_colours", {"one": "mustard", "other": "teal"}),
        Concern("competing_patterns", {"one": "floral", "other": "striped"}),
        Concern("never_seen_together"),
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Item("a", colour="black"), Item("b", colour="teal")),  # neutral
        (Item("a", colour="red"), Item("b", colour="red")),
        (Item("a", colour="sparkling"), Item("b", colour="red")),  # of no known family
        (Item("a", pattern="plain"), Item("b", pattern="striped")),
        (Item("a", pattern="floral"), Item("b")),
        (Item("", title="photo"), Item("b", colour="teal", pattern="striped")),
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
