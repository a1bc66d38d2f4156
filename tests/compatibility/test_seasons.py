"""Which weather an item is for, in the words of several catalogues."""

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.pairs import CONFLICT, candidate_scores
from deepstyle.compatibility.seasons import season_of, weather


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        ("summer", "warm"),
        ("Spring/Summer 2024", "warm"),
        ("SS24", "warm"),
        ("Frühjahr/Sommer", "warm"),
        ("Winter", "cold"),
        ("AW 23", "cold"),
        ("Herbst-Winter", "cold"),
        ("Fall", ""),
        ("Spring", ""),
        ("Summer, Winter", ""),
        ("Autumn/Spring/Winter", ""),
        ("all-year", ""),
        ("", ""),
    ],
)
def test_weather(season: str, expected: str) -> None:
    assert weather(season) == expected


def test_a_season_among_the_attributes_counts_as_well() -> None:
    assert season_of(Item("a", attributes={"season": "winter"})) == "winter"
    assert season_of(Item("a", season="summer", attributes={"season": "winter"})) == "summer"


def test_summer_with_winter_is_a_conflict_and_not_a_rule() -> None:
    items = [
        Item("a", season="Winter"),
        Item("b", season="summer"),
        Item("c", season="all-year"),
        Item("d", season="SS"),
    ]
    scores = candidate_scores(items, np.ones((4, 1), np.float32))
    assert scores[0, 1] == scores[0, 3] == pytest.approx(1 - CONFLICT)
    assert scores[0, 2] == scores[1, 3] == scores[1, 2] == 1
