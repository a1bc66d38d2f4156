"""What an experiment has shown."""

import pytest

from deepstyle.people.experiments.evidence import Wins
from deepstyle.people.experiments.report import Verdict, report_of
from deepstyle.people.experiments.tallies import Tallies
from tests.people.experiments.designs import AB, INTERLEAVE


@pytest.mark.parametrize(
    ("wins", "verdict"), [(Wins(900, 1100), "b_wins"), (Wins(1100, 900), "a_wins"), (Wins(1000, 1010), "undecided")]
)
def test_a_difference_is_found_in_either_direction(wins: Wins, verdict: Verdict) -> None:
    report = report_of(INTERLEAVE, Tallies(wins=wins))
    assert report.verdict == verdict
    assert report.low < report.b_share < report.high


def test_a_winner_that_does_harm_is_none() -> None:
    report = report_of(AB, Tallies(Wins(5000, 5000), Wins(900, 1100), harms={"slow": Wins(300, 500)}))
    assert report.verdict == "harmful"
    assert report.guardrails[0].is_broken
    assert 1.1 < report.guardrails[0].ratio_low < 500 / 300


def test_what_is_within_the_tolerance_is_no_harm() -> None:
    report = report_of(AB, Tallies(Wins(5000, 5000), Wins(900, 1100), harms={"slow": Wins(3000, 3300)}))
    assert report.verdict == "b_wins"
    assert not report.guardrails[0].is_broken


def test_an_uneven_split_is_unsound() -> None:
    report = report_of(AB, Tallies(Wins(4600, 5400), Wins(900, 1100)))
    assert report.verdict == "unsound"
    assert not report.is_split_sound


def test_differences_are_found_and_none_where_there_is_none() -> None:
    """As `python -m bench.experiments`, for fewer seeds."""
    import numpy as np

    from bench.experiments import SESSIONS, first_found

    found = [first_found(np.random.default_rng(seed).random(SESSIONS) < 0.55) for seed in range(20)]
    assert sum(one is not None and one[1] == "b_wins" for one in found) >= 17
    assert sum(first_found(np.random.default_rng(seed).random(SESSIONS) < 0.5) is not None for seed in range(20)) <= 2
