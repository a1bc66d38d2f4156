"""Fit how probable it is that a garment's box is right, on photos that the network was not trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.learning.looks.data import Box, Example, overlap, true_boxes
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.decision import Decision
from deepstyle.looks.parse import Decisions, candidates
from deepstyle.looks.people import main_person

RIGHT: Final = 0.5
"""The IoU from which a box is right."""
PENALTY: Final = 20.0
"""The weight of the squared weights (of standardised evidence) against the sum of the log losses, twice."""
SIZE: Final = 6

Output = tuple[NDArray[np.float32], NDArray[np.float32]]
"""The logits of a photo's pixels (1 + G, H, W), and of its garments (G,)."""


def reading(bonus: float, least_part: float, least_score: float) -> Decision:
    """A decision whose weights are not fitted yet."""
    return Decision(bonus, least_part, (0.0,) * SIZE, 0.0, least_score)


def fit_decisions(outputs: Sequence[Output], examples: Sequence[Example], readings: Decisions) -> dict[str, Decision]:
    """``readings`` with weights fitted to the network's ``outputs`` of ``examples``; a fit needs right and wrong."""
    seen: dict[str, list[NDArray[np.float64]]] = {name: [] for name in GARMENTS}
    right: dict[str, list[bool]] = {name: [] for name in GARMENTS}
    for (logits, presence), one in zip(outputs, examples, strict=True):
        truth = true_boxes(one.classes)
        columns, _ = main_person(logits.argmax(0).astype(np.uint8))
        for name, mask, of_mask in candidates(logits, presence, readings, columns):
            seen[name].append(of_mask)
            right[name].append(is_right(mask, truth, name))
    return {name: _fitted(readings[name], np.array(seen[name]), np.array(right[name], float)) for name in GARMENTS}


def is_right(mask: NDArray[np.bool_], truth: Mapping[str, tuple[Box, float]], name: str) -> bool:
    """Whether the box around a mask (H, W) is that of the category's true garment."""
    if name not in truth:
        return False
    high, wide = mask.shape
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = columns[0] / wide, rows[0] / high, (columns[-1] + 1 - columns[0]) / wide, (rows[-1] + 1 - rows[0]) / high
    return overlap(box, truth[name][0]) >= RIGHT


def _fitted(reading: Decision, seen: NDArray[np.float64], right: NDArray[np.float64]) -> Decision:
    mean, scale = seen.mean(0), seen.std(0) + 1e-9
    standard = np.column_stack([(seen - mean) / scale, np.ones(len(seen))])
    weights = logistic_regression(standard, right)
    raw = weights[:-1] / scale
    rounded = tuple(round(float(weight), 4) for weight in raw)
    return replace(reading, weights=rounded, offset=round(float(weights[-1] - raw @ mean), 4))


def logistic_regression(x: NDArray[np.float64], y: NDArray[np.float64], steps: int = 30) -> NDArray[np.float64]:
    """The weights (D,) of a logistic regression with ``PENALTY``, but for the last one, by Newton's method."""
    weights = np.zeros(x.shape[1])
    penalty = np.diag([PENALTY] * (x.shape[1] - 1) + [1e-6])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (p - y) + penalty @ weights
        weights = weights - np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, gradient)
    return weights
