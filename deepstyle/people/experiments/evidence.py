"""Tests that may be read at any time: the chance of a false result holds for all readings together.

Every comparison is a sequence of wins of B against A, each with the chance q. The evidence against q = q0 is the
likelihood of the wins under a mixture of other chances, divided by that under q0. It is a martingale that begins at 1,
so it ever reaches 1 / alpha with a chance of at most alpha (Ville's inequality); the chances q0 that it has not
refuted are an interval that covers q at all times.

Sources: the mixture sequential probability ratio test of Robbins, Statistical Methods Related to the Law of the
Iterated Logarithm, 1970, as used by Johari, Koomen, Pekelis and Walsh, Peeking at A/B Tests, KDD 2017; the
beta-binomial mixture of Howard, Ramdas, McAuliffe and Sekhon, Time-uniform, Nonparametric, Nonasymptotic Confidence
Sequences, Annals of Statistics 2021.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CONCENTRATION: Final = 100.0
"""The mixture is Beta(100, 100): most sensitive where B wins 45 to 55 % (`python -m bench.experiments`)."""
ALTERNATIVES: Final = 400
"""Chances in the mixture of a one-sided test."""
PRECISION: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Wins:
    """How often A and B won."""

    a: int
    b: int

    @property
    def total(self) -> int:
        """Comparisons that somebody won."""
        return self.a + self.b


NOBODY_WON: Final = Wins(0, 0)


def log_evidence(wins: Wins, q0: float = 0.5) -> float:
    """The logarithm of the evidence that B's chance of winning is not ``q0``."""
    mixture = _log_beta(CONCENTRATION + wins.b, CONCENTRATION + wins.a) - _log_beta(CONCENTRATION, CONCENTRATION)
    return mixture - _log_likelihood(wins, q0)


def log_evidence_above(wins: Wins, q0: float) -> float:
    """The logarithm of the evidence that B's chance of winning is above ``q0``; it holds for every chance up to it."""
    chances, log_weights = _alternatives(q0)
    terms = log_weights + wins.b * np.log(chances) + wins.a * np.log1p(-chances)
    return float(np.logaddexp.reduce(terms)) - _log_likelihood(wins, q0)


def interval(wins: Wins, alpha: float) -> tuple[float, float]:
    """The chances of B's winning that are not refuted, at any time, but with the chance ``alpha``."""
    best = wins.b / wins.total if wins.total else 0.5

    def is_refuted(q0: float) -> bool:
        return log_evidence(wins, q0) >= -math.log(alpha)

    return _border(is_refuted, 0.0, best), _border(is_refuted, 1.0, best)


def lower_bound(wins: Wins, alpha: float) -> float:
    """B's chance of winning is above this, at any time, but with the chance ``alpha``."""
    best = wins.b / wins.total if wins.total else 0.0
    return _border(lambda q0: log_evidence_above(wins, q0) >= -math.log(alpha), 0.0, best)


def _border(is_refuted: Callable[[float], bool], refuted: float, held: float) -> float:
    """Where ``is_refuted`` changes between an end that may be refuted and a chance that is not."""
    while abs(refuted - held) > PRECISION:
        middle = (refuted + held) / 2
        if is_refuted(middle):
            refuted = middle
        else:
            held = middle
    return refuted


def _alternatives(q0: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chances above ``q0``, and the logarithms of their weights: the mixture, as far as it is above ``q0``."""
    borders = q0 + (1 - q0) * (np.arange(ALTERNATIVES + 1) / ALTERNATIVES) ** 2  # denser near q0
    chances = (borders[1:] + borders[:-1]) / 2
    log_weights = np.log(np.diff(borders)) + (CONCENTRATION - 1) * (np.log(chances) + np.log1p(-chances))
    return chances, log_weights - np.logaddexp.reduce(log_weights)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_likelihood(wins: Wins, q0: float) -> float:
    likelihood = 0.0
    for count, chance in ((wins.b, q0), (wins.a, 1 - q0)):
        if count:
            likelihood += count * math.log(chance) if chance > 0 else -math.inf
    return likelihood
