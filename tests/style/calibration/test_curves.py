"""The two regressions, against loops and known models."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.style.calibration.curves import fit_curve, fit_logistic, rising_share


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_rising_share_is_the_least_squares_fit(positive: list[bool]) -> None:
    values = np.array(positive)
    fitted = rising_share(values)
    assert (np.diff(fitted) >= -1e-12).all()
    # The min-max formula of isotonic regression, by loops.
    naive = [
        max(min(values[low : high + 1].mean() for high in range(at, len(values))) for low in range(at + 1))
        for at in range(len(values))
    ]
    np.testing.assert_allclose(fitted, naive, atol=1e-12)


def test_a_curve_finds_the_probability_and_is_never_certain() -> None:
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 1, 20_000)
    curve = fit_curve(places, rng.random(len(places)) < places)
    at = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(curve.at(at), at, atol=0.05)
    assert 0 < curve.at(np.array([-9.0]))[0] < curve.at(np.array([9.0]))[0] < 1


def test_logistic_regression_finds_the_direction_and_ignores_what_is_constant() -> None:
    rng = np.random.default_rng(1)
    features = np.column_stack([rng.normal(size=5000), rng.normal(3, 2, 5000), np.full(5000, 0.25)])
    positive = rng.random(5000) < 1 / (1 + np.exp(-(2 * features[:, 0] - features[:, 1] + 3)))
    line = fit_logistic(features, positive)
    np.testing.assert_allclose(line.weights, (2, -1, 0), atol=0.15)


def test_logistic_regression_survives_perfect_separation() -> None:
    features = np.linspace(-1, 1, 50)[:, None]
    line = fit_logistic(features, features[:, 0] > 0)
    assert np.isfinite([*line.weights, line.bias]).all()
    assert line.log_odds(np.array([[1.0]]))[0] > 0 > line.log_odds(np.array([[-1.0]]))[0]
