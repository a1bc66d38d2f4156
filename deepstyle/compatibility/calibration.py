"""From a score to a probability: Platt scaling, fitted on the validation split."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MAX_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Calibration:
    """``1 / (1 + exp(-(slope · score + offset)))``: the probability that items with this score go together."""

    slope: float = 1.0
    offset: float = 0.0

    def probability(self, scores: NDArray[np.floating] | float) -> NDArray[np.float64]:
        """The probability, in 0..1, for each of ``scores``; it never falls as the score rises."""
        return _sigmoid(self.slope * np.asarray(scores, np.float64) + self.offset)


def fit_calibration(scores: NDArray[np.floating], compatible: NDArray[np.bool_]) -> Calibration:
    """Fit by Platt's method (1999) with Newton steps and step halving (Lin, Lin & Weng 2007).

    ``scores`` and ``compatible`` are (Q,). Targets are moved away from 0 and 1 as Platt proposes, so that a fit on few
    questions is not overconfident. A slope below 0 (a model worse than chance) becomes 0: every probability is then
    the base rate.
    """
    positives, negatives = int(compatible.sum()), int((~compatible).sum())
    base = np.log((positives + 1) / (negatives + 1))
    targets = np.where(compatible, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    inputs = np.stack([np.asarray(scores, np.float64), np.ones(len(scores))], 1)
    slope, offset = _minimise(np.array([0.0, base]), inputs, targets)
    return Calibration(float(slope), float(offset)) if slope >= 0 else Calibration(0.0, float(base))


def as_percent(probability: float) -> str:
    """A probability for people to read, from 1% to 99%: never certainty."""
    return f"{min(max(probability, 0.01), 0.99):.0%}"


def _minimise(
    parameters: NDArray[np.float64], inputs: NDArray[np.float64], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Newton's method; a step is halved until it lowers the loss."""
    loss = _loss(parameters, inputs, targets)
    for _ in range(_MAX_STEPS):
        probability = _sigmoid(inputs @ parameters)
        gradient = inputs.T @ (probability - targets)
        hessian = (inputs.T * (probability * (1 - probability))) @ inputs + 1e-12 * np.eye(2)
        step, size = np.linalg.solve(hessian, gradient), 1.0
        while size > 1e-10 and (next_loss := _loss(parameters - size * step, inputs, targets)) > loss:
            size /= 2
        if size <= 1e-10 or loss - next_loss < 1e-12:
            break
        parameters, loss = parameters - size * step, next_loss
    return parameters


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    # Not 1 / (1 + exp(-x)), which overflows.
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float64)


def _loss(parameters: NDArray[np.float64], inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    logits = inputs @ parameters
    return float(np.sum(np.logaddexp(0, logits) - targets * logits))
