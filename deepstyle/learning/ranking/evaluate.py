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


def ndcg(gains: Scores, *, k: int = K) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) of gains (N,) in the order of a ranking."""
    discounts = 1 / np.log2(np.arange(2, min(k, len(gains)) + 2))
    best = float(np.sort(gains)[::-1][: len(discounts)] @ discounts)
    return float(gains[: len(discounts)] @ discounts) / best if best > 0 else 0.0


def measure(lists: Sequence[Judged], scorers: Mapping[str, Scorer]) -> dict[str, Scores]:
    """NDCG@10 (Q,) of each ranking on each list."""
    found = {name: [ndcg(one.gains[ordered(score(one))]) for one in lists] for name, score in scorers.items()}
    return {name: np.array(values, np.float64) for name, values in found.items()}


def gain(values: Scores, over: Scores, sessions: Sequence[str], *, confidence: float = 0.95, seed: int = 0) -> Gain:
    """The mean of ``values`` (Q,) less that of ``over`` (Q,); whole sessions are drawn with replacement.

    Percentile bootstrap (Efron and Tibshirani 1993, §13.3); NaN where there are fewer than two sessions.
    """
    names, group = np.unique(np.asarray(sessions), return_inverse=True)
    if len(names) < 2:
        return Gain(float(np.mean(values - over)) if len(values) else np.nan, np.nan, np.nan, confidence)
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    np.add.at(sums, group, values - over)
    np.add.at(counts, group, 1)
    rng = np.random.default_rng(seed)
    drawn = np.empty(DRAWS)
    for at in range(DRAWS):
        rows = rng.integers(0, len(names), len(names))
        drawn[at] = sums[rows].sum() / counts[rows].sum()
    tail = 50 * (1 - confidence)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Gain(float(sums.sum() / counts.sum()), float(low), float(high), confidence)
