"""Groups of a category's items whose vectors are near, by spherical k-means (Dhillon and Modha 2001)."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEWEST_GROUPS, MOST_GROUPS = 2, 12
ITEMS_OF_A_GROUP: Final = 15
"""A category of fewer items has fewer groups."""
BASKETS_OF_A_PAIR: Final = 20
"""There are as many groups as leave so many baskets, on average, for each two groups of two categories."""
SAMPLE: Final = 5_000
ROUNDS: Final = 20
Vectors = NDArray[np.float32]


def centroids_of(categories: Sequence[str], vectors: Vectors, baskets: int) -> Mapping[str, Vectors]:
    """The centroids (G, D) of unit norm of the groups of each category; ``vectors`` (N, D) are of unit norm.

    ``baskets`` are as many as say something about them.
    """
    names, known = np.array(categories, object), sorted(set(categories) - {""})
    pairs = max(1, len(known) * (len(known) - 1) // 2)
    most = int(np.clip((baskets / pairs / BASKETS_OF_A_PAIR) ** 0.5, FEWEST_GROUPS, MOST_GROUPS))
    found: dict[str, Vectors] = {}
    for name in known:
        rows = np.flatnonzero(names == name)
        sample = vectors[rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE]]
        found[name] = _centroids(sample, min(most, 1 + len(rows) // ITEMS_OF_A_GROUP))
    return found


def _centroids(vectors: Vectors, count: int) -> Vectors:
    rng = np.random.default_rng(0)
    found = vectors[rng.choice(len(vectors), count, replace=False)]
    for _ in range(ROUNDS):
        nearest = (vectors @ found.T).argmax(axis=1)
        sums = np.zeros_like(found)
        np.add.at(sums, nearest, vectors)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        found = np.where(norms > 0, sums / np.maximum(norms, 1e-12), found)  # a group that lost all stays
    return np.asarray(found, np.float32)
