"""Retrieval metrics over a block of queries, pessimistic: among equal similarities, wrong items come first.

All take ``similarities`` (Q, N) float32, higher is closer, and ``relevant`` (Q, N) bool with at least one right item
per query, and return one value per query; the score is their mean. A similarity that is not a number counts against the
query. ``-inf`` removes an item (the query itself) from the ranking.
"""

import numpy as np
from numpy.typing import NDArray

Similarities = NDArray[np.float32]
Relevant = NDArray[np.bool_]
PerQuery = NDArray[np.float64]


def recall_at_k(similarities: Similarities, relevant: Relevant, k: int) -> PerQuery:
    """1 where a right item is among the first ``k``, else 0 (recall@k of Jegou et al. 2011): (Q,)."""
    return np.asarray(first_right_rank(similarities, relevant) <= k, np.float64)


def first_right_rank(similarities: Similarities, relevant: Relevant) -> NDArray[np.int64]:
    """The rank, from 1, of the best right item: (Q,) int64, the largest integer where no right item is ranked."""
    best = np.where(relevant & ~np.isnan(similarities), similarities, -np.inf).max(axis=1, keepdims=True)
    # Not "similarities >= best": a wrong item whose similarity is NaN has to count as ahead.
    ahead = ~relevant & ~(similarities < best) & ~np.isneginf(similarities)
    return np.where(np.isneginf(best[:, 0]), np.iinfo(np.int64).max, 1 + ahead.sum(axis=1))


def precision_at_k(similarities: Similarities, relevant: Relevant, k: int) -> PerQuery:
    """The share of right items among the first ``k``; missing results are wrong: (Q,)."""
    keys, k_or_all = _keys(similarities, relevant), min(k, similarities.shape[1])
    last = np.partition(keys, -k_or_all, axis=1)[:, -k_or_all, None]
    ahead, level = keys > last, (keys == last) & ~np.isneginf(keys)
    places = k_or_all - ahead.sum(axis=1)
    right_at_the_end = np.clip(places - (level & ~relevant).sum(axis=1), 0, (level & relevant).sum(axis=1))
    return np.asarray(((ahead & relevant).sum(axis=1) + right_at_the_end) / k, np.float64)


def average_precision_at_r(similarities: Similarities, relevant: Relevant) -> PerQuery:
    """MAP@R of Musgrave et al. 2020 ("A Metric Learning Reality Check", eq. 3), per query: (Q,).

    With R right items, 1/R times the sum over the first R places of the precision there, where the item is right.
    """
    wanted = relevant.sum(axis=1)
    depth = int(wanted.max())
    right = _ranked(similarities, relevant, depth)
    places = np.arange(1, right.shape[1] + 1)
    right &= places <= wanted[:, None]
    precisions = np.cumsum(right, axis=1) / places
    return np.asarray((precisions * right).sum(axis=1) / wanted, np.float64)


def ndcg_at_k(similarities: Similarities, relevant: Relevant, k: int) -> PerQuery:
    """Normalised discounted cumulative gain of the first ``k`` (Järvelin and Kekäläinen 2002), right or wrong: (Q,).

    A query without a right item scores 0.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    ranked = _ranked(similarities, relevant, k)
    best = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(relevant.sum(axis=1), k)]
    gained = (ranked * discounts[: ranked.shape[1]]).sum(axis=1)
    return np.asarray(np.divide(gained, best, out=np.zeros(len(best)), where=best > 0), np.float64)


def _ranked(similarities: Similarities, relevant: Relevant, depth: int) -> Relevant:
    """``relevant`` in the order of the ranking, the first ``depth`` places: (Q, min(depth, N))."""
    keys = _keys(similarities, relevant)
    order = np.lexsort((relevant, -keys), axis=1)[:, :depth]
    counts = ~np.isneginf(np.take_along_axis(keys, order, axis=1))
    return np.take_along_axis(relevant, order, axis=1) & counts


def _keys(similarities: Similarities, relevant: Relevant) -> Similarities:
    """``similarities`` with every NaN replaced by the worst value for the query."""
    worst = np.where(relevant, np.float32(-np.inf), np.float32(np.inf))
    return np.where(np.isnan(similarities), worst, similarities)
