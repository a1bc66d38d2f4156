"""The scores of one search task: metrics of a representation, of chance, and their mean over tasks."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.evaluation.retrieval_metrics import average_precision_at_r, precision_at_k, recall_at_k

Vectors = NDArray[np.float32]
Codes = NDArray[np.int64]
Metric = Callable[[Vectors, NDArray[np.bool_]], NDArray[np.float64]]

RETRIEVAL: Final[Mapping[str, Metric]] = {
    **{f"recall@{k}": partial(recall_at_k, k=k) for k in (1, 5, 10)},
    "mAP@R": average_precision_at_r,
}
CATEGORY: Final[Mapping[str, Metric]] = {
    "precision@10": partial(precision_at_k, k=10),
    "hit@10": partial(recall_at_k, k=10),
}
Rerank = Callable[[Vectors, NDArray[np.int64]], Vectors]
"""From the similarities (B, N) of the queries ``rows`` (B,) to numbers that order the items anew."""
BLOCK_CELLS: Final = 1 << 23
"""Similarities computed at once: 32 MiB, however many items there are."""


def by_similarity(similarities: Vectors, rows: NDArray[np.int64]) -> Vectors:
    """The similarities themselves."""
    return similarities


@dataclass(frozen=True, slots=True)
class TaskScore:
    """One task: ``scores[representation][metric]``, each the mean over ``queries``, in [0, 1]."""

    task: str
    queries: int
    scores: Mapping[str, Mapping[str, float]]


def score(
    metrics: Mapping[str, Metric],
    queries: Vectors,
    vectors: Vectors,
    query_codes: Codes,
    codes: Codes,
    *,
    without: Codes | None = None,
    views: Sequence[Vectors] = (),
    rerank: Rerank = by_similarity,
) -> dict[str, float]:
    """The mean of each metric over ``queries`` (Q, D): an item is right if its code (N,) is the query's (Q,).

    ``without`` (Q,) is the row that a query must not find: the query itself. ``views`` are more vectors of the items.
    ``rerank`` orders what was found.
    """
    sums = dict.fromkeys(metrics, 0.0)
    step = max(1, BLOCK_CELLS // len(vectors))
    for start in range(0, len(queries), step):
        rows = slice(start, start + step)
        similarities = queries[rows] @ vectors.T
        for view in views:
            np.maximum(similarities, queries[rows] @ view.T, out=similarities)
        relevant = query_codes[rows, None] == codes
        if without is not None:
            removed = np.arange(len(similarities)), without[rows]
            similarities[removed], relevant[removed] = -np.inf, False
        similarities = rerank(similarities, np.arange(len(queries))[rows])
        for name, metric in metrics.items():
            sums[name] += float(metric(similarities, relevant).sum())
    return {name: total / max(1, len(queries)) for name, total in sums.items()}


def chance_scores(metrics: Mapping[str, Metric], right: Codes, items: int) -> dict[str, float]:
    """The scores of a random ranking of ``items`` of which ``right`` (Q,) are right; MAP@R has no short formula."""
    scores = {}
    for name in metrics:
        kind, _, k = name.partition("@")
        if kind == "precision":
            scores[name] = float(np.mean(right / items)) if len(right) else 0.0
        elif k != "R":
            probabilities = [hit_probability(int(count), items, int(k)) for count in right]
            scores[name] = float(np.mean(probabilities)) if probabilities else 0.0
    return scores


def hit_probability(right: int, items: int, k: int) -> float:
    """The probability that ``k`` of ``items`` drawn without replacement hold one of the ``right``: hypergeometric."""
    return 1 - math.comb(items - right, k) / math.comb(items, min(k, items)) if k <= items else 1.0


def mean_score(name: str, tasks: Sequence[TaskScore]) -> TaskScore:
    """The mean over ``tasks`` of the same queries, as a task called ``name``."""
    first = tasks[0]
    scores = {
        representation: {
            metric: sum(task.scores[representation][metric] for task in tasks) / len(tasks) for metric in metrics
        }
        for representation, metrics in first.scores.items()
    }
    return TaskScore(name, first.queries, scores)
