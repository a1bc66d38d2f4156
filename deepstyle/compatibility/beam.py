"""The search for looks: a beam over the slots, by the score of the whole look so far, and a varied choice of these."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.pairs import Matrix
from deepstyle.compatibility.scoring import FORBIDDEN, WORST_PAIR_SHARE, Rows

BEAM_WIDTH: Final = 256
_ROUNDING: Final = 1e-6
"""What a sum of prices may exceed the budget by."""


def best_looks(
    between: Matrix,
    locked: int,
    slots: Sequence[Rows],
    *,
    worst: float = WORST_PAIR_SHARE,
    prices: NDArray[np.floating] | None = None,
    budget: float = np.inf,
) -> tuple[Rows, NDArray[np.float64]]:
    """The best looks of the first ``locked`` items and one of the rows of each slot, best first.

    ``between`` (n, n) are the scores of all pairs. Returns the looks (B, locked + slots), as rows, and their scores
    (B,), as ``scoring.look_score``; B is at most ``BEAM_WIDTH``. ``worst`` is the share of the worst pair. Rules that
    the locked items break among themselves are not counted. The ``prices`` (n,) of the added items sum up to at most
    ``budget``; B is 0 where no such look exists.
    """
    amounts = np.zeros(len(between)) if prices is None else np.asarray(prices, np.float64)
    cheapest = [float(amounts[rows].min(initial=np.inf)) for rows in slots]
    looks = np.arange(locked)[None]
    given = between[:locked, :locked][np.triu_indices(locked, 1)].astype(np.float64)
    given = given[given > FORBIDDEN]
    totals, worsts = np.array([given.sum()]), np.array([given.min(initial=1.0)])
    scores, costs = np.zeros(1), np.zeros(1)
    for at, rows in enumerate(slots):
        added = between[looks][:, :, rows].astype(np.float64)
        all_totals = totals[:, None] + added.sum(1)
        all_worsts = np.minimum(worsts[:, None], added.min(1))
        all_costs = costs[:, None] + amounts[rows]
        pairs = looks.shape[1] * (looks.shape[1] + 1) / 2
        all_scores = (1 - worst) * all_totals / pairs + worst * all_worsts
        all_scores[all_worsts <= FORBIDDEN] = FORBIDDEN
        affordable = all_costs + sum(cheapest[at + 1 :]) <= budget + _ROUNDING
        ranks = np.where(affordable, -all_scores, np.inf)
        best = np.argsort(ranks, axis=None, kind="stable")[: min(BEAM_WIDTH, int(affordable.sum()))]
        old, new = np.divmod(best, len(rows))
        looks = np.concatenate([looks[old], rows[new][:, None]], axis=1)
        totals, worsts, scores, costs = (
            values.ravel()[best] for values in (all_totals, all_worsts, all_scores, all_costs)
        )
    return looks, scores


def varied(scores: NDArray[np.floating], alike: NDArray[np.floating], k: int, diversity: float) -> list[int]:
    """The positions of ``k`` of Q looks by maximal marginal relevance (Carbonell & Goldstein 1998), first chosen first.

    ``scores`` (Q,) of the looks, ``alike`` (Q, Q) in 0..1. Each next look has the highest ``(1 - diversity) · score -
    diversity · (its highest likeness to a chosen one)``; with ``diversity`` 0 the best scores alone count, with 1 only
    differences do. The first is the best by score.
    """
    chosen: list[int] = []
    nearest = np.zeros(len(scores))
    for _ in range(min(k, len(scores))):
        merit = (1 - diversity) * scores - diversity * nearest
        merit[chosen] = -np.inf
        chosen.append(int(merit.argmax()) if chosen else int(scores.argmax()))
        nearest = np.maximum(nearest, alike[chosen[-1]])
    return chosen
