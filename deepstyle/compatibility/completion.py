"""The search for looks: a beam over the slots, by the score of the whole look so far."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.pairs import Matrix
from deepstyle.compatibility.scoring import WORST_PAIR_SHARE, Rows

BEAM_WIDTH: Final = 64


def best_looks(
    between: Matrix, locked: int, slots: Sequence[Rows], *, worst: float = WORST_PAIR_SHARE
) -> tuple[Rows, NDArray[np.float64]]:
    """The best looks of the first ``locked`` items and one of the rows of each slot, best first.

    ``between`` (n, n) are the scores of all pairs. Returns the looks (B, locked + slots), as rows, and their scores
    (B,), as ``scoring.look_score``; B is at most ``BEAM_WIDTH``. ``worst`` is the share of the worst pair.
    """
    looks = np.arange(locked)[None]
    given = between[:locked, :locked][np.triu_indices(locked, 1)].astype(np.float64)
    totals, worsts = np.array([given.sum()]), np.array([given.min(initial=1.0)])
    scores = np.zeros(1)
    for rows in slots:
        added = between[looks][:, :, rows].astype(np.float64)
        all_totals = totals[:, None] + added.sum(1)
        all_worsts = np.minimum(worsts[:, None], added.min(1))
        pairs = looks.shape[1] * (looks.shape[1] + 1) / 2
        all_scores = (1 - worst) * all_totals / pairs + worst * all_worsts
        best = np.argsort(-all_scores, axis=None, kind="stable")[:BEAM_WIDTH]
        old, new = np.divmod(best, len(rows))
        looks = np.concatenate([looks[old], rows[new][:, None]], axis=1)
        totals, worsts, scores = (values.ravel()[best] for values in (all_totals, all_worsts, all_scores))
    return looks, scores
