import numpy as np
import pytest

from deepstyle.learning.ranking.evaluate import dcg, gain


def test_dcg_is_that_of_a_naive_loop() -> None:
    gains = np.random.default_rng(0).random(14)

    assert dcg(gains) == pytest.approx(sum(value / np.log2(place + 2) for place, value in enumerate(gains[:10])))


def test_a_gain_is_won_where_it_is_beyond_its_interval() -> None:
    rng = np.random.default_rng(1)
    base, best, sessions = rng.random(300), np.ones(300), [str(number // 3) for number in range(300)]

    better = gain(base + 0.1 + 0.1 * rng.normal(size=300), base, best, sessions)
    same = gain(base + 0.5 * rng.normal(size=300), base, best, sessions)

    assert better.is_won
    assert better.low < better.value < better.high
    assert not same.is_won


def test_sessions_are_drawn_whole_and_one_says_nothing() -> None:
    value, base, best = np.tile([1.0, -0.8], 50), np.zeros(100), np.ones(100)

    by_session = gain(value, base, best, [str(number // 2) for number in range(100)])  # each session gains .2
    assert by_session.high - by_session.low == pytest.approx(0, abs=1e-12)
    assert not gain(value, base, best, ["one"] * 100).is_won
