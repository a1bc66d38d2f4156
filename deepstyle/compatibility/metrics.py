"""How well scores tell good outfits from others, and whether their probabilities mean what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

_BIN: Final = 100
_MAX_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions with similar probabilities: how many, the mean probability, and the share that is true."""

    count: int
    predicted: float
    observed: float


def compatibility_auc(scores: Scores, compatible: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: the probability that a compatible outfit outscores another one (Han et al. 2017, §4.3).

    ``scores`` (Q,), ``compatible`` (Q,) with both values among them. Computed as Mann and Whitney's U: a tie counts as
    half. A NaN is the lowest score for a compatible outfit, the highest for another one.
    """
    return float(_placements(scores, compatible)[0].mean())


def auc_interval(scores: Scores, compatible: NDArray[np.bool_]) -> Interval:
    """``compatibility_auc`` with its interval by the method of DeLong, DeLong & Clarke-Pearson (1988)."""
    of_good, of_bad = _placements(scores, compatible)
    area = float(of_good.mean())
    error = float(np.sqrt(of_good.var() / len(of_good) + of_bad.var() / len(of_bad)))
    return Interval(area, max(0.0, area - 1.96 * error), min(1.0, area + 1.96 * error))


def reliability(probabilities: Scores, true: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """At most ten bins of equally many questions, at least 100 where there are as many, by probability."""
    order = np.argsort(probabilities, kind="stable")
    bins = min(_MAX_BINS, max(1, len(order) // _BIN))
    return tuple(
        Bin(len(rows), float(probabilities[rows].mean()), float(true[rows].mean()))
        for rows in np.array_split(order, bins)
        if len(rows)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error (Naeini 2015): |predicted - observed|, the mean over all questions."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.predicted - one.observed) for one in bins) / max(total, 1)


def _placements(scores: Scores, compatible: NDArray[np.bool_]) -> tuple[Scores, Scores]:
    """For each good outfit the share of the others below it, for each other one the share of good ones above it."""
    values = np.where(np.isnan(scores), np.where(compatible, -np.inf, np.inf), scores)
    good, bad = np.sort(values[compatible]), np.sort(values[~compatible])
    if not len(good) or not len(bad):
        raise ValueError("the area needs outfits of both kinds")
    below = (np.searchsorted(bad, good, "left") + np.searchsorted(bad, good, "right")) / 2
    above = len(good) - (np.searchsorted(good, bad, "left") + np.searchsorted(good, bad, "right")) / 2
    return below / len(bad), above / len(good)
