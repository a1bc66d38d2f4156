"""Two small regressions: logistic, and isotonic."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RIDGE: Final = 1.0
"""Weight of the squared weights (of standardised features) beside the sum of the losses."""
STEPS: Final = 30


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: the log-odds are ``features @ weights + bias``."""

    weights: tuple[float, ...]
    bias: float

    def log_odds(self, features: Floats) -> Floats:
        """The log-odds (N,) of features (N, F)."""
        return np.asarray(features @ np.array(self.weights) + self.bias)


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising step function, interpolated: ``values`` at ``places``, both ascending, and constant beyond them."""

    places: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, places: Floats) -> Floats:
        """The value at each of ``places``."""
        return np.interp(places, self.places, self.values)


def fit_logistic(features: Floats, positive: NDArray[np.bool_]) -> Logistic:
    """The ridge logistic regression of ``positive`` (N,) on ``features`` (N, F), both classes of equal weight.

    By Newton's method. A feature that is constant has the weight 0.
    """
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    scale = np.where(deviation > 1e-9, 1 / np.maximum(deviation, 1e-9), 0.0)
    known = np.column_stack([(features - mean) * scale, np.ones(len(features))])
    share = positive.mean()
    importance = np.where(positive, 0.5 / max(share, 1e-9), 0.5 / max(1 - share, 1e-9))
    penalty = np.diag([RIDGE] * features.shape[1] + [1e-6])
    solution = np.zeros(known.shape[1])
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-np.clip(known @ solution, -30, 30)))
        gradient = known.T @ (importance * (expected - positive)) + penalty @ solution
        curvature = (known * (importance * expected * (1 - expected))[:, None]).T @ known + penalty
        solution -= np.linalg.solve(curvature, gradient)
    weights = solution[:-1] * scale
    return Logistic(tuple(weights.tolist()), float(solution[-1] - weights @ mean))


def fit_curve(places: Floats, positive: NDArray[np.bool_]) -> Curve:
    """The isotonic regression of ``positive`` (N,) on ``places`` (N,), each block at its mean place.

    A block of ``n`` has the share ``(hits + 1/2) / (n + 1)``, so that none is certain.
    """
    order = np.argsort(places, kind="stable")
    shares = rising_share(positive[order])
    starts = np.flatnonzero(np.r_[True, np.diff(shares) > 0])
    sizes = np.diff(np.r_[starts, len(shares)])
    means = np.add.reduceat(places[order], starts) / sizes
    values = (shares[starts] * sizes + 0.5) / (sizes + 1)
    return Curve(tuple(means.tolist()), tuple(np.maximum.accumulate(values).tolist()))


def rising_share(positive: NDArray[np.bool_]) -> Floats:
    """The non-decreasing sequence nearest to ``positive`` (N,) in least squares: pool adjacent violators.

    Ayer et al. 1955; each block is a mean, and two blocks that fall are pooled until none falls.
    """
    means: list[float] = []
    sizes: list[int] = []
    for value in positive.astype(float).tolist():
        means.append(value)
        sizes.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            size = sizes[-2] + sizes[-1]
            means[-2:] = [(means[-2] * sizes[-2] + means[-1] * sizes[-1]) / size]
            sizes[-2:] = [size]
    return np.repeat(means, sizes)
