"""Conformal limits: scores that at most a stated share of unseen negatives reaches, and intervals of measured shares.

A limit is the ``ceil((n + 1) (1 - share))``-th smallest of ``n`` scores of negatives. If an unseen negative's score is
exchangeable with those, it exceeds the limit with probability at most ``share`` (Vovk, Gammerman and Shafer 2005;
split conformal, one-sided). Per group, so that the promise holds within each (Mondrian).
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

CONFIDENCE: Final = 0.95


def conformal_limit(scores: NDArray[np.float64], share: float) -> float:
    """The limit that an unseen negative exceeds with probability at most ``share``; ``inf`` with too few ``scores``."""
    place = math.ceil((len(scores) + 1) * (1 - share) - 1e-9)
    return math.inf if place > len(scores) else float(np.sort(scores)[place - 1])


def least_scores(share: float) -> int:
    """The fewest scores of negatives for which ``conformal_limit`` is finite."""
    return math.ceil(1 / share - 1 - 1e-9)


def pooled_groups(groups: Sequence[str], least: int) -> list[str]:
    """``groups`` (N) with those of fewer than ``least`` members joined into one, named ``""``.

    Where they are too few together, the next smallest group joins them.
    """
    sizes = sorted((groups.count(name), name) for name in set(groups))
    pooled: set[str] = set()
    members = 0
    for size, name in sizes:
        if size >= least and (not pooled or members >= least):
            break
        pooled.add(name)
        members += size
    return ["" if name in pooled else name for name in groups] if len(pooled) > 1 else list(groups)


def clopper_pearson(hits: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a share that was measured as ``hits`` ``of`` so many (Clopper and Pearson 1934)."""
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _solve(lambda share: 1 - _cdf(hits - 1, of, share) - tail)
    high = 1.0 if hits == of else _solve(lambda share: tail - _cdf(hits, of, share))
    return low, high


def _cdf(hits: int, of: int, share: float) -> float:
    """The binomial probability of at most ``hits`` ``of`` so many; 0 < ``share`` < 1."""
    logs = (
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        + k * math.log(share) + (of - k) * math.log1p(-share)
        for k in range(hits + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(map(math.exp, logs)))


def _solve(rising: Callable[[float], float]) -> float:
    """The root in (0, 1) of a rising function, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
