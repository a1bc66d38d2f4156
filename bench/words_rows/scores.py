"""NDCG@10 by facts (Järvelin and Kekäläinen 2002, gains 2^grade - 1), and what twins of queries lose."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.words_rows.baselines import K, Search
from bench.words_rows.catalogue import Row
from bench.words_rows.facts import grade
from bench.words_rows.queries import Written

DISCOUNTS: Final = 1 / np.log2(np.arange(2, K + 2))
Scores = dict[str, float]
"""NDCG@10 by query id."""


class Judge:
    """Knows every row's grade for every query."""

    def __init__(self, rows: Sequence[Row], queries: Sequence[Written]) -> None:
        self._number = {row.item.item_id: number for number, row in enumerate(rows)}
        by_asked = {str(query.asked): query.asked for query in queries}
        grades = {key: np.array([grade(row.facts, asked) for row in rows]) for key, asked in by_asked.items()}
        self._gains = {query.query_id: 2.0 ** grades[str(query.asked)] - 1 for query in queries}

    def ndcg(self, query_id: str, item_ids: Sequence[str]) -> float:
        """NDCG@10 of a result; what is missing or named twice gains nothing."""
        gains = self._gains[query_id]
        found = [self._number[item_id] for item_id in dict.fromkeys(item_ids)][:K]
        return _dcg(gains[found]) / _dcg(np.sort(gains)[::-1][:K])

    def scores(self, queries: Sequence[Written], search: Search) -> Scores:
        """The score of each query."""
        return {query.query_id: self.ndcg(query.query_id, search(query.text)) for query in queries}


def _dcg(gains: NDArray[np.float64]) -> float:
    return float(gains @ DISCOUNTS[: len(gains)])


def by_kind(queries: Sequence[Written], scores: Scores) -> Mapping[str, float]:
    """The mean over all queries, and over those of each kind."""
    kinds = {"all": [query.query_id for query in queries]}
    for query in queries:
        kinds.setdefault(query.kind, []).append(query.query_id)
    return {kind: float(np.mean([scores[one] for one in ids])) for kind, ids in kinds.items()}


def against_twins(queries: Sequence[Written], scores: Scores, kind: str) -> tuple[float, float]:
    """The mean over the queries of ``kind`` (``typo``, ``german twin``), and over those whose twins they are."""
    twins = [(query.query_id, query.twin_of) for query in queries if query.kind == kind]
    own, others = (float(np.mean([scores[pair[side]] for pair in twins])) for side in (0, 1))
    return own, others
