"""What people who liked the same items liked: factors of items by implicit ALS, folded in for the shopper of a request.

Hu, Koren and Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets", ICDM: eq. 4 gives a person's
factors from the items that she liked, eq. 7 the share of each of them in a score. So no factors of a person are ever
written: they are computed for a request and forgotten with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
LEAST_PEOPLE: Final = 3
"""An item that fewer people clicked has no factors: they would be those of a person."""
TRUSTED_PEOPLE: Final = 20
"""Of an item that so many people clicked, half is believed of what its factors say; the rest is left to its picture."""


@dataclass(frozen=True, eq=False)
class ItemFactors:
    """The ``factors`` (N, F) float32 of N items, and how many ``people`` (N,) clicked each.

    ``confidence`` is what a click adds to the weight of an observation (alpha), ``regularisation`` is lambda.
    """

    item_ids: tuple[str, ...]
    factors: NDArray[np.float32]
    people: NDArray[np.int32]
    confidence: float
    regularisation: float

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each item."""
        return {item_id: row for row, item_id in enumerate(self.item_ids)}

    @cached_property
    def gram(self) -> Scores:
        """The factors' products (F, F), regularised."""
        factors = self.factors.astype(np.float64)
        return np.asarray(factors.T @ factors + self.regularisation * np.eye(factors.shape[1]))


def personal_parts(known: ItemFactors, candidates: Sequence[str], signals: Sequence[str], weights: Scores) -> Scores:
    """The share (N, S) of each of S signals in how much N candidates are liked by who liked the signals.

    Signals with a ``weight`` (S,) of 0 or less, and what has no factors, have no share. Candidates are compared with
    those that have factors; one that has none is as good as their mean.
    """
    shares = np.zeros((len(candidates), len(signals)))
    seen = [place for place, one in enumerate(signals) if one in known.rows and weights[place] > 0]
    found = [place for place, one in enumerate(candidates) if one in known.rows]
    if not seen or not found:
        return shares
    rows = [known.rows[candidates[place]] for place in found]
    liked = known.factors[[known.rows[signals[place]] for place in seen]].astype(np.float64)
    confidences = known.confidence * weights[seen] / weights[seen].mean()
    inverse = np.linalg.inv(known.gram + (liked.T * confidences) @ liked)
    parts = known.factors[rows] @ inverse @ (liked.T * (1 + confidences))
    trust = known.people[rows] / (known.people[rows] + TRUSTED_PEOPLE)
    shares[np.ix_(found, seen)] = trust[:, None] * (parts - parts.mean(axis=0))
    return shares
