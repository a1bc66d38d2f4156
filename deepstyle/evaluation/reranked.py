"""Search results in the order in which they are served, for metrics that read similarities."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.evaluation.search_scores import Rerank, Vectors
from deepstyle.style.rerank import NO_VECTORS, Candidates, Prior, Reranking, candidate_scores


def switched_on(by: Reranking) -> list[str]:
    """The names of the switches that are on."""
    return [name for name, on in asdict(by).items() if on]


def reranker(
    items: Sequence[Item],
    vectors: Vectors,
    queries: Vectors,
    by: Reranking,
    query_items: Sequence[Item] | None = None,
    priors: Sequence[Prior] | None = None,
) -> Rerank:
    """What gives the candidates of each of ``queries`` (Q, D) similarities that order them as ``by`` does.

    Row i of ``vectors`` (N, D) is ``items[i]``; ``query_items`` are the queries where they are items, ``priors``
    join the category vote of photos. Candidates stay above all other items.
    """
    counts = Counter(item.semantic_category for item in items if item.semantic_category)

    def rerank_one(similarities: Vectors, row: int) -> Vectors:
        nearest = np.argsort(-similarities, kind="stable")[: by.candidates]
        nearest = nearest[np.isfinite(similarities[nearest])]
        near = similarities[nearest].astype(np.float64)
        query_item, prior = query_items[row] if query_items else None, priors[row] if priors else None
        candidates = Candidates(queries[row], near, [items[place] for place in nearest.tolist()], query_item, prior)
        scores = candidate_scores(candidates, by, vectors[nearest] if by.query_expansion else NO_VECTORS, counts)
        changed = similarities.copy()
        changed[nearest] = near.min() + scores - scores.min()
        return changed

    def rerank(similarities: Vectors, rows: NDArray[np.int64]) -> Vectors:
        if not by.candidates or similarities.shape[1] < 2:
            return similarities
        pairs = zip(similarities, rows.tolist(), strict=True)
        return np.stack([rerank_one(one, row) for one, row in pairs])

    return rerank
