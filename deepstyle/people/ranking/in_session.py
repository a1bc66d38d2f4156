"""What a session says of a shopper's taste: the decayed centroid of what she clicked, minus what she hid.

Nothing is stored: some recent items are all it needs. A centroid of vectors and of facts is a sum over the items that
it is made of, so each of them has its share in a score, which is also the reason that is given for it.
``research/personal_ranking.md`` has the trials of the constants.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.people.ranking.described import Described, Scores

FIRST_USED: Final = 2
"""So many clicks make a taste; one is as often an accident. What is hidden counts from the first."""
DECAY: Final = 0.95
"""How much less a click counts with each later one."""
MOST_WEIGHT, HALF_TRUSTED = 1.5, 2.5
"""What very many clicks weigh together, and how many weigh half of that."""
HIDDEN_WEIGHT: Final = 1.0
"""What all that is hidden weighs."""
MOST_RECENT: Final = 50
"""Clicks before these do not count."""
STYLE_WEIGHT, COLOUR_WEIGHT = 2.0, 7.0
"""What a product of two styles, and of the colours of two pictures, counts."""
FACT_WEIGHTS: Final = {"brand": 1.0, "colour": 1.0, "material": 0.4, "pattern": 0.3}
PRICE_WEIGHT: Final = 0.4
PRICE_OCTAVES: Final = 0.5
"""Prices that differ by this factor of two are about 60 % as near as equal ones."""


def signal_weights(clicks: int, hidden: int) -> Scores:
    """The weight of each of the clicked and then of the hidden items, (C + H,), the oldest first.

    Those of the clicks grow to ``MOST_WEIGHT``, and are 0 before ``FIRST_USED``; those of what is hidden sum to
    -``HIDDEN_WEIGHT``.
    """
    liked = DECAY ** np.arange(clicks - 1, -1, -1, dtype=np.float64)
    total = MOST_WEIGHT * clicks / (clicks + HALF_TRUSTED) if clicks >= FIRST_USED else 0.0
    liked *= total / max(liked.sum(), 1.0)
    return np.concatenate([liked, np.full(hidden, -HIDDEN_WEIGHT / max(hidden, 1))])


def session_parts(candidates: Described, signals: Described, weights: Scores, *, colour_dim: int = 0) -> Scores:
    """The share (N, S) of each of S signals in the scores of N candidates; the sum of a row is the score.

    ``weights`` (S,) are of ``signal_weights``. Only differences within the candidates count, so what all of them share,
    such as their type, moves none. ``colour_dim`` are the last dimensions of a vector that are its colour.
    """
    if not len(candidates) or not len(signals):
        return np.zeros((len(candidates), len(signals)))
    alike = _vector_products(candidates.vectors, signals.vectors, colour_dim)
    for name, weight in FACT_WEIGHTS.items():
        alike += weight * _same(candidates.facts[name], signals.facts[name])
    distance = np.abs(candidates.log_price[:, None] - signals.log_price[None]) / PRICE_OCTAVES
    alike += PRICE_WEIGHT * np.nan_to_num(np.exp(-0.5 * distance**2))
    return np.asarray((alike - alike.mean(axis=0)) * weights)


def most_telling(shares: Scores, item_ids: Sequence[str], *, most: int = 2) -> tuple[str, ...]:
    """The signals that raise one candidate most, by its ``shares`` (S,); none where none does."""
    order = np.argsort(-shares, kind="stable")[:most]
    return tuple(item_ids[one] for one in order if shares[one] > 0)


def _vector_products(one: NDArray[np.float32], other: NDArray[np.float32], colour_dim: int) -> Scores:
    end = one.shape[1] - colour_dim
    style = STYLE_WEIGHT * (one[:, :end] @ other[:, :end].T)
    return np.asarray(style + COLOUR_WEIGHT * (one[:, end:] @ other[:, end:].T), np.float64)


def _same(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which texts of ``one`` (N,) are those of ``other`` (S,): (N, S), compared as numbers; "" is like nothing."""
    codes: dict[str, int] = {"": 0}
    left, right = (np.array([codes.setdefault(text, len(codes)) for text in texts]) for texts in (one, other))
    return np.asarray((left[:, None] == right) & (right > 0), np.bool_)
