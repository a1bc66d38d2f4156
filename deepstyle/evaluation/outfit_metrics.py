"""The metrics of the Polyvore protocol, pessimistic: a tie is wrong, and so is a score that is not a number."""

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.metrics import compatibility_auc

__all__ = ["blank_accuracy", "compatibility_auc", "rank_among"]

Scores = NDArray[np.float64]


def blank_accuracy(scores: Scores, right: NDArray[np.int64]) -> float:
    """The share of fill-in-the-blank questions whose right answer outscores every other (Han et al. 2017, §4.2).

    ``scores`` (Q, A), ``right`` (Q,) the column of the right answer; a tie or a NaN of the right answer is wrong.
    """
    own = np.take_along_axis(scores, right[:, None], 1)
    others = np.array(scores, np.float64)
    np.put_along_axis(others, right[:, None], -np.inf, 1)
    # Not "own <= others": a wrong answer whose score is NaN has to count as ahead.
    return float(np.mean(np.all(own > others, axis=1)))


def rank_among(scores: Scores, right: int) -> int:
    """The rank, from 1, of candidate ``right`` among ``scores`` (N,): of equal candidates it comes last."""
    ahead = ~(scores < scores[right])
    return int(ahead.sum()) if not np.isnan(scores[right]) else len(scores)
