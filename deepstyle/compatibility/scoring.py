"""The score of an outfit, from any function that scores pairs: the mean over them; of a look, mixed with the worst."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

WORST_PAIR_SHARE: Final = 0.2
"""The share of a look's score that its worst pair decides (research/looks.md)."""

FORBIDDEN: Final = -1.0
"""The score of a pair that breaks a rule, and of a look with such a pair."""

Rows = NDArray[np.int64]
"""Row numbers of a table of vectors."""

PairScores = Callable[[Rows, Rows], NDArray[np.float64]]
"""(A,) rows and (B,) rows → (A, B) scores of every pair; symmetric."""


def cosine_pairs(vectors: NDArray[np.floating]) -> PairScores:
    """The cosine of two rows of ``vectors`` (N, D), of any length but zero."""
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    unit = vectors / np.maximum(norms, 1e-12)
    return lambda left, right: np.asarray(unit[left] @ unit[right].T, np.float64)


def outfit_scores(pairs: PairScores, outfits: Sequence[Rows]) -> NDArray[np.float64]:
    """The mean over all pairs of each outfit: (Q,); an outfit of one item has no pairs and scores 0."""
    return np.array([outfit_score(pairs(outfit, outfit)) for outfit in outfits], np.float64)


def outfit_score(between: NDArray[np.floating]) -> float:
    """The mean over the pairs of one outfit, from its (n, n) matrix; 0 for a single item."""
    count = len(between)
    if count < 2:
        return 0.0
    return float((between.sum() - np.trace(between)) / (count * (count - 1)))


def look_score(between: NDArray[np.floating]) -> float:
    """The mean over the pairs of one look, mixed with its worst pair, from its (n, n) matrix; 0 for a single item.

    The mean alone hides one bad pair among many good ones. A look that breaks a rule scores ``FORBIDDEN``: however
    well an added piece goes with the others, it raises no score where nobody wears it with them.
    """
    count = len(between)
    if count < 2:
        return 0.0
    worst = float(between[np.triu_indices(count, 1)].min())
    return FORBIDDEN if worst <= FORBIDDEN else mixed_score(outfit_score(between), worst)


def mixed_score(mean: float, worst: float) -> float:
    """The score of a look by the mean over its pairs and its worst pair."""
    return (1 - WORST_PAIR_SHARE) * mean + WORST_PAIR_SHARE * worst
