import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.people.ranking import in_session
from deepstyle.people.ranking.described import Described
from deepstyle.people.ranking.in_session import FIRST_USED, session_parts, signal_weights
from deepstyle.people.ranking.signals import signals_of
from tests.people.ranking.described import described

CANDIDATES = described(("a", "X", 10, [1, 0, 0]), ("b", "Y", 40, [0, 1, 0]), ("c", "", None, [0, 0, 1]))


def scores(*signals: tuple[str, str, float | None, list[float]], hidden: int = 0) -> list[float]:
    weights = signal_weights(len(signals) - hidden, hidden)
    return session_parts(CANDIDATES, described(*signals), weights).sum(axis=1).tolist()


def test_one_click_is_no_taste_and_two_are() -> None:
    click = ("s", "X", 10.0, [1.0, 0, 0])

    assert scores(click) == [0, 0, 0]
    assert FIRST_USED == 2
    assert np.argmax(scores(click, ("t", "X", 11.0, [1.0, 0.1, 0]))) == 0


def test_what_was_hidden_counts_at_once_and_what_looks_like_it_sinks() -> None:
    assert np.argmin(scores(("s", "Y", 40.0, [0, 1.0, 0]), hidden=1)) == 1


def test_a_later_click_counts_more() -> None:
    first, last = ("s", "X", None, [1.0, 0, 0]), ("t", "Y", None, [0, 1.0, 0])

    assert scores(first, last)[1] > scores(first, last)[0]
    assert scores(last, first)[0] > scores(last, first)[1]


def test_weights_grow_with_the_clicks_to_a_most() -> None:
    totals = [signal_weights(count, 0).sum() for count in (0, 1, 2, 5, 50)]

    assert totals[:2] == [0, 0]
    assert sorted(totals) == totals
    assert totals[-1] < in_session.MOST_WEIGHT


def test_a_score_is_the_sum_over_signals_of_a_naive_loop() -> None:
    signals = described(("s", "X", 20, [1, 1, 0]), ("t", "", None, [0, 1, 1]), ("u", "Y", 40, [0, 0, 1]))
    weights = signal_weights(3, 0)
    expected = np.zeros((3, 3))
    for row in range(3):
        for column in range(3):
            alike = in_session.STYLE_WEIGHT * float(CANDIDATES.vectors[row] @ signals.vectors[column])
            brand = CANDIDATES.facts["brand"][row]
            alike += in_session.FACT_WEIGHTS["brand"] * (brand != "" and brand == signals.facts["brand"][column])
            octaves = CANDIDATES.log_price[row] - signals.log_price[column]
            if not np.isnan(octaves):
                alike += in_session.PRICE_WEIGHT * np.exp(-0.5 * (octaves / in_session.PRICE_OCTAVES) ** 2)
            expected[row, column] = alike
    expected = (expected - expected.mean(axis=0)) * weights

    assert session_parts(CANDIDATES, signals, weights) == pytest.approx(expected, abs=1e-6)


def test_what_all_candidates_share_moves_none() -> None:
    same = described(("a", "X", 10, [1, 0, 0]), ("b", "X", 10, [1, 0, 0]))
    signals = described(("s", "X", 10, [1, 0, 0]), ("t", "X", 10, [1, 0, 0]))

    assert session_parts(same, signals, signal_weights(2, 0)) == pytest.approx(0)


def test_signals_are_bounded_and_what_is_hidden_is_not_liked() -> None:
    found = signals_of([f"i{number}" for number in range(100)] + ["i1", "bad"], ["bad", "worse"])

    assert len(found.liked) == in_session.MOST_RECENT
    assert found.liked[-1] == "i1"
    assert found.liked.count("i1") == 1
    assert found.hidden == ("bad", "worse")
    assert found.excluded == {"bad", "worse"}


def test_the_order_of_candidates_changes_no_score_and_their_scores_sum_to_nothing() -> None:
    rng = np.random.default_rng(0)
    weights = signal_weights(2, 1)
    candidates, signals = random_items(rng, 12), random_items(rng, 3)
    order = rng.permutation(12)

    found = session_parts(candidates, signals, weights)
    assert session_parts(candidates.rows(order), signals, weights) == pytest.approx(found[order])
    assert found.sum(axis=0) == pytest.approx(0, abs=1e-6)


def test_a_taste_is_bounded() -> None:
    rng = np.random.default_rng(1)
    most_alike = in_session.STYLE_WEIGHT + sum(in_session.FACT_WEIGHTS.values()) + in_session.PRICE_WEIGHT
    for clicks in (2, 5, 50):
        parts = session_parts(random_items(rng, 30), random_items(rng, clicks), signal_weights(clicks, 0))
        assert np.abs(parts.sum(axis=1)).max() < 2 * in_session.MOST_WEIGHT * most_alike


def test_random_clicks_favour_no_candidate_in_expectation_and_less_the_more_they_are() -> None:
    rng = np.random.default_rng(2)
    catalogue = random_items(rng, 40)

    def drawn(clicks: int) -> NDArray[np.float64]:
        rows = [rng.choice(40, clicks, replace=False) for _ in range(300)]
        weights = signal_weights(clicks, 0)
        return np.array([session_parts(catalogue, catalogue.rows(own), weights).sum(axis=1) for own in rows])

    few, many = drawn(2), drawn(20)
    expected = session_parts(catalogue, catalogue, np.full(40, signal_weights(2, 0).sum() / 40)).sum(axis=1)
    error = few.std(axis=0) / 300**0.5
    assert np.abs(few.mean(axis=0) - expected).max() < 5 * error.max()
    assert many.std(axis=0).mean() < few.std(axis=0).mean()


def random_items(rng: np.random.Generator, count: int) -> Described:
    rows = [
        (str(at), rng.choice(["X", "Y", ""]), float(rng.uniform(5, 90)), list(rng.normal(size=3)))
        for at in range(count)
    ]
    return described(*rows)
