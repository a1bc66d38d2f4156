"""What an experiment has shown so far; it may be read, and acted on, at any time."""

import math
from dataclasses import dataclass
from typing import Final, Literal

from deepstyle.people.experiments.design import Experiment, Guardrail
from deepstyle.people.experiments.evidence import Wins, interval, log_evidence, lower_bound
from deepstyle.people.experiments.tallies import Tallies

Verdict = Literal["undecided", "a_wins", "b_wins", "harmful", "unsound"]
SPLIT_ALPHA: Final = 0.001
"""The chance that an even split of shoppers is called uneven."""


@dataclass(frozen=True, slots=True)
class GuardrailReport:
    """How often something bad happened with each variant.

    ``ratio_low`` is the least ratio of B to A that is not refuted; ``is_broken`` where it is above 1 + tolerance.
    """

    name: Guardrail
    a: int
    b: int
    ratio_low: float
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The state of an experiment.

    ``b_share`` is B's part of the wins, ``low`` to ``high`` the interval of B's chance of winning: ½ where there is no
    difference. In an A/B test, chance / (1 - chance) is the ratio of B's rate to A's. ``unsound``: the shoppers are not
    split evenly, so something is wrong with what is measured; ``harmful``: a guardrail is broken.
    """

    experiment: Experiment
    exposed: Wins
    wins: Wins
    undecided: int
    b_share: float
    low: float
    high: float
    guardrails: tuple[GuardrailReport, ...]
    is_split_sound: bool
    verdict: Verdict


def report_of(experiment: Experiment, tallies: Tallies) -> Report:
    """The report of what was counted."""
    wins = tallies.wins
    low, high = interval(wins, experiment.alpha)
    guardrails = tuple(_guardrail(experiment, name, harms) for name, harms in tallies.harms.items())
    is_sound = experiment.method == "interleave" or log_evidence(tallies.exposed) < -math.log(SPLIT_ALPHA)
    is_harmful = any(one.is_broken for one in guardrails)
    return Report(
        experiment,
        tallies.exposed,
        wins,
        tallies.undecided,
        wins.b / wins.total if wins.total else 0.5,
        low,
        high,
        guardrails,
        is_sound,
        _verdict(low, high, is_sound=is_sound, is_harmful=is_harmful),
    )


def _guardrail(experiment: Experiment, name: Guardrail, harms: Wins) -> GuardrailReport:
    """All guardrails together give a false alarm with the chance ``alpha``."""
    bound = lower_bound(harms, experiment.alpha / len(experiment.guardrails))
    ratio = bound / (1 - bound)
    return GuardrailReport(name, harms.a, harms.b, ratio, ratio > 1 + experiment.tolerance)


def _verdict(low: float, high: float, *, is_sound: bool, is_harmful: bool) -> Verdict:
    if not is_sound:
        return "unsound"
    if is_harmful:
        return "harmful"
    if low > 0.5:
        return "b_wins"
    return "a_wins" if high < 0.5 else "undecided"
