"""From a score to a chance: Platt scaling, fitted on the validation split."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Calibration:
    """``1 / (1 + exp(-(slope · score + offset)))``: the chance that what has this score goes together."""

    slope: float = 1.0
    offset: float = 0.0

    def probability(self, scores: NDArray[np.floating] | float) -> NDArray[np.float64]:
        """The chance, in 0..1, for each of ``scores``; a higher score never has a lower chance."""
        logits = self.slope * np.asarray(scores, np.float64) + self.offset
        # Not 1 / (1 + exp(-x)): that overflows.
        return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float64)


def fit_calibration(scores: NDArray[np.floating], compatible: NDArray[np.bool_]) -> Calibration:
    """Platt 1999, by Newton steps with halving (Lin, Lin & Weng 2007): ``scores`` (Q,), ``compatible`` (Q,).

    The targets are Platt's, drawn in from 0 and 1, so that few questions cannot make it sure of itself.
    A slope below 0 (a model worse than chance) becomes 0: then every chance is the base rate.
    """
    good, bad = int(compatible.sum()), int((~compatible).sum())
    targets = np.where(compatible, (good + 1) / (good + 2), 1 / (bad + 2))
    inputs = np.stack([np.asarray(scores, np.float64), np.ones(len(scores))], 1)
    fitted = np.array([0.0, np.log((good + 1) / (bad + 1))])
    loss = _loss(fitted, inputs, targets)
    for _ in range(_STEPS):
        chance = 0.5 * (1 + np.tanh(0.5 * inputs @ fitted))
        slope = inputs.T @ (chance - targets)
        curvature = (inputs.T * (chance * (1 - chance))) @ inputs + 1e-12 * np.eye(2)
        step, size = np.linalg.solve(curvature, slope), 1.0
        while size > 1e-10 and (tried := _loss(fitted - size * step, inputs, targets)) > loss:
            size /= 2
        if size <= 1e-10 or loss - tried < 1e-12:
            break
        fitted, loss = fitted - size * step, tried
    if fitted[0] < 0:
        return Calibration(0.0, float(np.log((good + 1) / (bad + 1))))
    return Calibration(float(fitted[0]), float(fitted[1]))


def as_percent(chance: float) -> str:
    """A chance as people read it, from 1% to 99%: never certainty."""
    return f"{min(max(chance, 0.01), 0.99):.0%}"


def _loss(fitted: NDArray[np.float64], inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    logits = inputs @ fitted
    return float(np.sum(np.logaddexp(0, logits) - targets * logits))
