"""Tests that may be read at any time."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.people.experiments.evidence import (
    CONCENTRATION,
    Wins,
    interval,
    log_evidence,
    log_evidence_above,
    lower_bound,
)

COUNTS = st.integers(0, 400)


@given(COUNTS, COUNTS, st.floats(0.05, 0.95))
def test_the_evidence_is_the_mean_likelihood_ratio_under_the_mixture(a: int, b: int, q0: float) -> None:
    chances = (np.arange(20_000) + 0.5) / 20_000
    density = (CONCENTRATION - 1) * np.log(chances * (1 - chances))
    weights = np.exp(density - density.max())
    ratios = b * np.log(chances / q0) + a * np.log((1 - chances) / (1 - q0))
    naive = math.log(np.sum(weights / weights.sum() * np.exp(ratios - ratios.max()))) + ratios.max()
    assert log_evidence(Wins(a, b), q0) == pytest.approx(naive, abs=1e-3)


@pytest.mark.parametrize("chance", [0.5, 0.3])
def test_the_evidence_is_a_martingale_where_there_is_nothing_to_find(chance: float) -> None:
    for a, b in ((0, 0), (3, 1), (40, 60)):
        now = math.exp(log_evidence(Wins(a, b), chance))
        lost, won = (math.exp(log_evidence(wins, chance)) for wins in (Wins(a + 1, b), Wins(a, b + 1)))
        assert (1 - chance) * lost + chance * won == pytest.approx(now)


@pytest.mark.parametrize("chance", [0.5238, 0.5, 0.2])
def test_the_one_sided_evidence_grows_under_no_chance_up_to_the_border(chance: float) -> None:
    for a, b in ((0, 0), (3, 1), (40, 60)):
        now = math.exp(log_evidence_above(Wins(a, b), 0.5238))
        lost, won = (math.exp(log_evidence_above(wins, 0.5238)) for wins in (Wins(a + 1, b), Wins(a, b + 1)))
        assert (1 - chance) * lost + chance * won <= now * (1 + 1e-9)


@given(COUNTS, COUNTS)
def test_an_interval_holds_what_was_seen_and_its_ends_are_refuted(a: int, b: int) -> None:
    low, high = interval(Wins(a, b), 0.05)
    assert 0 <= low <= high <= 1
    if a + b:
        assert low <= b / (a + b) <= high
    for end in (low, high):
        assert end in (0, 1) or log_evidence(Wins(a, b), end) >= math.log(20) - 1e-6
    assert interval(Wins(b, a), 0.05) == pytest.approx((1 - high, 1 - low), abs=1e-5)


@given(COUNTS, COUNTS)
def test_a_lower_bound_is_below_what_was_seen(a: int, b: int) -> None:
    bound = lower_bound(Wins(a, b), 0.05)
    assert 0 <= bound <= (b / (a + b) if a + b else 0)
    assert bound == 0 or log_evidence_above(Wins(a, b), bound) >= math.log(20) - 1e-6


def test_chances_are_covered_at_all_times() -> None:
    missed = 0
    for seed in range(200):
        won = np.cumsum(np.random.default_rng(seed).random(1000) < 0.6)
        looks = (Wins(n - int(won[n - 1]), int(won[n - 1])) for n in range(50, 1001, 50))
        missed += any(log_evidence(wins, 0.6) >= math.log(20) for wins in looks)
    assert missed <= 10, missed
