"""Rankings compared on the lists of a later time: NDCG@10 of what was clicked, with intervals over sessions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from deepstyle.learning.ranking.replay import Judged
from deepstyle.people.ranking.order import ordered
from deepstyle.people.ranking.personal import Scores

K: Final = 10
DRAWS: Final = 2000
Scorer = Callable[[Judged], Scores]
"""The scores (N,) of a list, in the plain order."""


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much a ranking's mean NDCG@10 is above another's, with an interval that holds with ``confidence``."""

    value: float
    low: float
    high: float
    confidence: float

    @property
    def is_won(self) -> bool:
        """Whether the interval is above 0; never where it is not a number."""
        return self.low > 0

    def described(self) -> dict[str, float | bool]:
        """As JSON has it; what is not a number is 0."""
        numbers = {name: float(np.nan_to_num(getattr(self, name))) for name in ("value", "low", "high", "confidence")}
        return {**numbers, "is_won": self.is_won}


def dcg(gains: Scores, *, k: int = K) -> float:
    """Discounted cumulative gain (Järvelin and Kekäläinen 2002) of gains (N,) in the order of a ranking."""
    discounts = 1 / np.log2(np.arange(2, min(k, len(gains)) + 2))
    return float(gains[: len(discounts)] @ discounts)


def ideal(lists: Sequence[Judged]) -> Scores:
    """The best DCG@10 (Q,) that any order of each list has."""
    return np.array([dcg(np.sort(one.gains)[::-1]) for one in lists], np.float64)


def measure(lists: Sequence[Judged], scorers: Mapping[str, Scorer]) -> dict[str, Scores]:
    """DCG@10 (Q,) of each ranking on each list."""
    found = {name: [dcg(one.gains[ordered(score(one))]) for one in lists] for name, score in scorers.items()}
    return {name: np.array(values, np.float64) for name, values in found.items()}


def pooled(values: Scores, best: Scores) -> float:
    """NDCG@10 over all lists together.

    Only sums of gains that were weighted by inverse propensities are unbiased: a list whose only click came last counts
    more than one whose first result was clicked, and dividing within lists would undo that.
    """
    return float(values.sum() / best.sum()) if best.sum() > 0 else 0.0


def gain(
    values: Scores, over: Scores, best: Scores, sessions: Sequence[str], *, confidence: float = 0.95, seed: int = 0
) -> Gain:
    """The pooled NDCG@10 of ``values`` (Q,) less that of ``over``; whole sessions are drawn with replacement.

    Percentile bootstrap (Efron and Tibshirani 1993, §13.3); NaN where there are fewer than two sessions.
    """
    names, group = np.unique(np.asarray(sessions), return_inverse=True)
    sums = np.zeros((len(names), 2))
    np.add.at(sums, group, np.stack([values - over, best], axis=1))
    if len(names) < 2:
        return Gain(np.nan, np.nan, np.nan, confidence)
    rng = np.random.default_rng(seed)
    drawn = np.empty(DRAWS)
    for at in range(DRAWS):
        difference, most = sums[rng.integers(0, len(names), len(names))].sum(axis=0)
        drawn[at] = difference / most
    tail = 50 * (1 - confidence)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Gain(pooled(values - over, best), float(low), float(high), confidence)
