"""How a garment is read from the logits of pixels, and how probable it is that it was read well.

The network labels each pixel with its most probable class, so that a dress which may as well be a top and a skirt falls
to pieces. Here each garment has a mask of its own: all pixels whose logit with a bonus is the highest. A logistic
regression of what the mask looks like then gives the probability that its box is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepstyle.looks.parts import largest_parts

_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Decision:
    """How garments of one category are read.

    ``bonus`` is added to the logits of its pixels; parts of its mask below ``least_part`` of the largest one are left
    out. ``weights`` and ``offset`` give the log-odds of ``evidence``; from ``least_score`` a garment is reported.
    """

    bonus: float
    least_part: float
    weights: Sequence[float]
    offset: float
    least_score: float

    def score(self, evidence: NDArray[np.floating]) -> float:
        """The probability that the box around a mask is right (IoU >= .5), from its ``evidence``."""
        return float(1 / (1 + np.exp(-(evidence @ np.asarray(self.weights) + self.offset))))


def margins(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much each garment's logit exceeds that of all other classes: (1 + G, H, W) → (G, H, W)."""
    second, best = np.partition(logits, -2, axis=0)[-2:]
    rivals = np.where(logits[1:] == best, second, best)
    return np.asarray(logits[1:] - rivals)


def shares(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability of each garment at each pixel: (1 + G, H, W) → (G, H, W)."""
    odds = np.exp(logits - logits.max(0))
    return np.asarray(odds[1:] / odds.sum(0))


def mask_of(margin: NDArray[np.float32], decision: Decision) -> NDArray[np.bool_]:
    """The pixels of a garment, (H, W) bool, from its margin (H, W)."""
    return largest_parts(margin + decision.bonus > 0, decision.least_part)


def evidence(
    margin: NDArray[np.float32], share: NDArray[np.float32], mask: NDArray[np.bool_], presence: float, bonus: float
) -> NDArray[np.float64]:
    """(6,) what a mask with any pixels looks like.

    The logit that the garment is there at all, the log of its share of the photo, the log-odds of its pixels' mean
    probability, the logs of how much it grows and shrinks with another bonus, and how much of its box it fills.
    """
    count = mask.sum()
    mean = float(np.clip(share[mask].mean(), _LEAST, 1 - _LEAST))
    grown, shrunk = (margin + bonus > -1).sum() / count, (margin + bonus > 1).sum() / count
    box = mask.any(0).sum() * mask.any(1).sum()
    odds = np.log(mean / (1 - mean))
    return np.array([presence, np.log(count / mask.size), odds, np.log(grown), np.log(shrunk + 0.05), count / box])
