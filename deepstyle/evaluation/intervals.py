"""95 % intervals by bootstrap over groups: one person's photos are not independent, so whole persons are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

DRAWS: Final = 2000
TAILS: Final = (2.5, 97.5)
Labels = Sequence[str] | Sequence[int] | NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Interval:
    """A score in [0, 1] and the 95 % interval around it; ``low`` and ``high`` are NaN where there is one group."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupedScores:
    """The mean over all queries (``micro``), over the categories' means (``macro``), and of each category.

    ``counts`` are the queries of each category.
    """

    micro: Interval
    macro: Interval
    by_category: dict[str, Interval]
    counts: dict[str, int]


def grouped_scores(
    values: NDArray[np.floating], categories: Sequence[str], groups: Labels, *, seed: int = 0
) -> GroupedScores:
    """Means of ``values`` (Q,), with percentile intervals from ``DRAWS`` draws of groups with replacement.

    ``categories`` and ``groups`` (Q,) name each value's category and group (the sender of a photo). A category that a
    draw lacks does not count in its macro mean (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", §13.3).
    """
    names, category = np.unique(np.asarray(categories), return_inverse=True)
    members, group = np.unique(np.asarray(groups), return_inverse=True)
    sums, counts = np.zeros((len(members), len(names))), np.zeros((len(members), len(names)))
    np.add.at(sums, (group, category), values)
    np.add.at(counts, (group, category), 1)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=DRAWS)
    drawn = _means(weights @ sums, weights @ counts)
    exact = _means(sums.sum(0)[None], counts.sum(0)[None])
    intervals = [_interval(exact[0, at], drawn[:, at], len(members)) for at in range(exact.shape[1])]
    per_category = {str(name): found for name, found in zip(names, intervals[2:], strict=True)}
    totals = {str(name): int(total) for name, total in zip(names, counts.sum(0), strict=True)}
    return GroupedScores(intervals[0], intervals[1], per_category, totals)


def _means(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Micro and macro mean and each category's, NaN where it has no value: (B, 2 + C) from (B, C)."""
    by_category = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    micro = sums.sum(1) / counts.sum(1)
    return np.column_stack([micro, np.nanmean(by_category, axis=1), by_category])


def _interval(value: float, drawn: NDArray[np.float64], groups: int) -> Interval:
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.percentile(drawn, TAILS) if groups > 1 and len(drawn) else (np.nan, np.nan)
    return Interval(float(value), float(low), float(high))
