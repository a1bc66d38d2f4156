"""Conformal limits and exact intervals, against loops and published values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.style.calibration.conformal import clopper_pearson, conformal_limit, least_scores, pooled_groups


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.sampled_from([0.05, 0.1, 0.2, 0.5]))
def test_the_limit_is_the_lowest_score_whose_conformal_p_value_suffices(scores: list[int], share: float) -> None:
    limit = conformal_limit(np.array(scores, float), share)
    # The p-value of a new score by its definition: the share of all scores, itself included, that reach it.
    accepted = [
        value for value in [*range(-6, 7), 6.5]
        if (1 + sum(score >= value for score in scores)) / (len(scores) + 1) <= share + 1e-12
    ]  # fmt: skip
    assert accepted == [value for value in [*range(-6, 7), 6.5] if value > limit]


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25])
def test_fewer_scores_than_needed_accept_nothing(share: float) -> None:
    least = least_scores(share)
    assert math.isfinite(conformal_limit(np.arange(float(least)), share))
    assert conformal_limit(np.arange(float(least - 1)), share) == math.inf


@pytest.mark.parametrize("count", [19, 50, 137])
def test_an_unseen_negative_is_accepted_no_more_often_than_promised(count: int) -> None:
    rng = np.random.default_rng(count)
    scores = rng.gamma(2.0, size=(4000, count + 1))
    accepted = [scores[row, -1] > conformal_limit(scores[row, :-1], 0.05) for row in range(len(scores))]
    # Marginal coverage: at most 5 %, and not much less, up to three standard errors of 4,000 draws.
    error = 3 * math.sqrt(0.05 * 0.95 / len(scores))
    assert 0.05 - 1 / (count + 1) - error <= np.mean(accepted) <= 0.05 + error


def test_small_groups_are_pooled_until_they_suffice() -> None:
    groups = ["a"] * 30 + ["b"] * 25 + ["c"] * 10 + ["d"] * 5
    assert pooled_groups(groups, 19) == ["a"] * 30 + [""] * 40
    assert pooled_groups(groups, 5) == groups
    assert pooled_groups(["a"] * 3 + ["b"] * 2, 19) == [""] * 5


def test_clopper_pearson_intervals() -> None:
    assert clopper_pearson(0, 50) == pytest.approx((0, 0.07112), abs=1e-4)
    assert clopper_pearson(50, 50) == pytest.approx((0.92888, 1), abs=1e-4)
    assert clopper_pearson(5, 100) == pytest.approx((0.016432, 0.112835), abs=1e-5)
    assert clopper_pearson(81, 263) == pytest.approx((0.25272, 0.36762), abs=1e-4)  # R's binom.test(81, 263)
