import pytest

from deepstyle.learning.ranking.log import log_of
from deepstyle.learning.ranking.propensity import MOST_WEIGHT, Propensity, estimate_propensity
from tests.learning.ranking.logs import events


def test_the_bias_of_places_is_found_again() -> None:
    found = estimate_propensity(log_of(events(people=120)).lists)

    assert found.power == pytest.approx(1.0, abs=0.2)  # as in the log
    assert found.clicks > 1000


def test_few_clicks_correct_nothing() -> None:
    found = estimate_propensity(log_of(events(people=3, queries=5)).lists)

    assert found == Propensity(0.0, 0)
    assert found.weights([1, 7]).tolist() == [1, 1]


def test_a_click_counts_as_its_place_is_hard_to_see_up_to_a_most() -> None:
    assert Propensity(0.5, 1).weights([1, 4, 10**6]).tolist() == [1, 2, MOST_WEIGHT]
