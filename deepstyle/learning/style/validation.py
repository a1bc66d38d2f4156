"""How good the embedding is on the validation items, which are searched among themselves."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.evaluation.retrieval_metrics import average_precision_at_r, recall_at_k
from deepstyle.learning.style.dataset import Codes, Labels

Metrics = dict[str, float]
Vectors = NDArray[np.float32]
Relevant = NDArray[np.bool_]

METRICS: Final = ("recall@1", "recall@10", "itself@1", "category mAP@R")
SCORED: Final = METRICS[1:]
"""What early stopping and the exported epoch go by."""


def validation_metrics(views: Sequence[Vectors], labels: Labels) -> Metrics:
    """The metrics of embeddings (N, D) of unit norm, one array per view, the whole picture's first.

    ``recall@k``: another colour of the same garment is found. ``itself@1``: a distorted view finds its own item.
    ``category mAP@R``: items of the same fine category. A metric without a single query is left out.
    """
    metrics: Metrics = {}
    same_garment = _others(labels.garment)
    if same_garment.any():
        for k in (1, 10):
            metrics[f"recall@{k}"] = _mean(partial(recall_at_k, k=k), views[0], views[0], same_garment, leave_out=True)
    if views[1:]:
        itself = np.eye(len(views[0]), dtype=bool)
        scores = [_mean(partial(recall_at_k, k=1), view, views[0], itself) for view in views[1:]]
        metrics["itself@1"] = float(np.mean(scores))
    if (same_category := _others(labels.category)).any():
        metrics["category mAP@R"] = _mean(average_precision_at_r, views[0], views[0], same_category, leave_out=True)
    return metrics


def validation_score(metrics: Metrics) -> float:
    """The mean of the ``SCORED`` metrics that could be computed; early stopping maximises it."""
    scores = [metrics[name] for name in SCORED if name in metrics]
    return float(np.mean(scores)) if scores else 0.0


def _others(codes: Codes) -> Relevant:
    """(N, N) bool: which other rows have the same known code."""
    same: Relevant = (codes[:, None] == codes) & (codes >= 0)
    np.fill_diagonal(same, False)
    return same


def _mean(
    metric: Callable[..., NDArray[np.float64]],
    queries: Vectors,
    vectors: Vectors,
    relevant: Relevant,
    *,
    leave_out: bool = False,
) -> float:
    """The mean of ``metric`` over the queries with a right answer; ``leave_out`` removes a query from its own results.

    ``relevant`` (Q, N).
    """
    similarities = queries @ vectors.T
    if leave_out:
        np.fill_diagonal(similarities, -np.inf)
    answerable = relevant.any(axis=1)
    return float(metric(similarities[answerable], relevant[answerable]).mean())
