"""Intervals by bootstrap over groups: their means are exact, and they are as wide as the groups make them."""

import math

import numpy as np
import pytest

from deepstyle.evaluation.intervals import grouped_scores


def test_micro_macro_and_categories() -> None:
    scores = grouped_scores(np.array([1.0, 1.0, 0.0, 0.5]), ["tops", "tops", "tops", "hats"], [1, 2, 3, 3])
    assert scores.micro.value == pytest.approx(2.5 / 4)
    assert scores.macro.value == pytest.approx((2 / 3 + 0.5) / 2)
    assert {name: found.value for name, found in scores.by_category.items()} == pytest.approx(
        {"hats": 0.5, "tops": 2 / 3}
    )
    assert scores.counts == {"hats": 1, "tops": 3}
    assert scores.micro.low <= scores.micro.value <= scores.micro.high


def test_the_interval_follows_the_groups_not_the_photos() -> None:
    values = np.repeat(np.arange(40) % 2, 25).astype(float)
    categories = ["tops"] * len(values)
    by_sender = grouped_scores(values, categories, np.repeat(np.arange(40), 25)).micro
    by_photo = grouped_scores(values, categories, np.arange(len(values))).micro
    assert by_sender.high - by_sender.low > 3 * (by_photo.high - by_photo.low)
    assert by_sender.high - by_sender.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(40), rel=0.15)


def test_one_group_has_no_interval() -> None:
    found = grouped_scores(np.array([1.0, 0.0]), ["tops", "tops"], ["a", "a"]).micro
    assert found.value == 0.5
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).random(50)
    first, second = (grouped_scores(values, ["tops"] * 50, np.arange(50) % 7) for _ in range(2))
    assert first == second
