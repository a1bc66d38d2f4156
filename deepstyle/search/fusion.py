"""Weighted reciprocal rank fusion: several rankings become one, by ranks alone.

Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods",
SIGIR; each ranking has a weight here. Scores of different sources do not compare, so none of them is read.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from deepstyle.search.query import Ranking

RANK_OFFSET: Final = 60
"""The constant of the paper: the larger, the less the first ranks count above the next."""


def fuse(rankings: Sequence[Ranking], weights: Mapping[str, float], k: int) -> list[tuple[str, float]]:
    """The ``k`` best items of all ``rankings`` with their scores, best first, ties by item id.

    An item's score is the sum of weight / (``RANK_OFFSET`` + rank) over the rankings that have it, at its first rank in
    each, from 1. ``weights`` are by source; a ranking without a weight, or with one of 0 or less, does not count.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        weight = weights.get(ranking.source, 0.0)
        if weight > 0:
            for rank, item_id in enumerate(dict.fromkeys(ranking.item_ids), start=1):
                scores[item_id] += weight / (RANK_OFFSET + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
