"""Platt scaling: known odds are recovered, and uninformative scores give the base rate."""

import numpy as np
import pytest

from deepstyle.compatibility.calibration import Calibration, fit_calibration


def test_recovers_the_odds_that_drew_the_answers() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(-1, 1, 20_000)
    compatible = rng.uniform(size=20_000) < Calibration(6.0, -1.5).probability(scores)
    fitted = fit_calibration(scores, compatible)
    assert fitted.slope == pytest.approx(6.0, abs=0.3)
    assert fitted.offset == pytest.approx(-1.5, abs=0.15)


def test_probabilities_are_within_bounds_for_every_score() -> None:
    probabilities = Calibration(1e6, 0.0).probability(np.array([-1e6, 0.0, 1e6]))
    np.testing.assert_allclose(probabilities, [0, 0.5, 1])


def test_separable_scores_stay_short_of_certainty() -> None:
    fitted = fit_calibration(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))
    low, high = fitted.probability(np.array([0.1, 0.9]))
    assert 0 < low < 0.35 < 0.65 < high < 1


def test_scores_worse_than_chance_give_the_base_rate() -> None:
    fitted = fit_calibration(np.array([0.9, 0.8, 0.1, 0.2]), np.array([False, False, True, True]))
    np.testing.assert_allclose(fitted.probability(np.array([0.0, 1.0])), 0.5)
