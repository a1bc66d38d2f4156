"""The parts of a mask that touch."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CELL_PX: Final = 2
"""Parts are joined over gaps of this many pixels of a mask."""


def largest_parts(mask: NDArray[np.bool_], least_share: float) -> NDArray[np.bool_]:
    """``mask`` (H, W) without the parts below ``least_share`` of its largest one."""
    if not mask.any():
        return mask
    counts = cells(mask)
    parts = connected_parts(counts > 0)
    sizes = np.bincount(parts.ravel(), counts.ravel())
    sizes[0] = 0
    kept = (sizes >= least_share * sizes.max())[parts] & (parts > 0)
    spread = kept.repeat(CELL_PX, 0).repeat(CELL_PX, 1)[: mask.shape[0], : mask.shape[1]]
    return np.asarray(mask & spread)


def cells(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many pixels of the mask (H, W) each square cell has."""
    high, wide = (-(-side // CELL_PX) * CELL_PX for side in mask.shape)
    padded = np.zeros((high, wide), np.float64)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    return np.asarray(padded.reshape(high // CELL_PX, CELL_PX, wide // CELL_PX, CELL_PX).sum((1, 3)))


def connected_parts(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The parts of ``mask`` (H, W) that touch, by sides or corners, numbered from 1; 0 where it is false."""
    rows, starts, ends = _runs(mask)
    numbers = np.zeros(mask.shape, np.int64)
    numbers.ravel()[np.flatnonzero(mask)] = np.repeat(_part_of_runs(rows, starts, ends), ends - starts)
    return numbers


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The row, first and, exclusive, last column of each run of true pixels in a row, in reading order."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    return rows, starts, np.nonzero(edges == -1)[1]


def _part_of_runs(*runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The part of each run of ``_runs``: those of adjacent rows that touch are joined (Rosenfeld & Pfaltz 1966)."""
    rows, starts, ends = (side.tolist() for side in runs)
    parents = list(range(len(rows)))
    above = 0  # the first run of the row above that can still touch
    for run, row in enumerate(rows):
        while rows[above] < row - 1 or (rows[above] == row - 1 and ends[above] < starts[run]):
            above += 1
        other = above
        while rows[other] == row - 1 and starts[other] <= ends[run]:
            one, two = sorted((_root(parents, other), _root(parents, run)))
            parents[two] = one
            other += 1
    roots = np.array([_root(parents, run) for run in range(len(rows))], np.int64)
    return np.asarray(np.unique(roots, return_inverse=True)[1] + 1)


def _root(parents: list[int], run: int) -> int:
    while parents[run] != run:
        parents[run] = run = parents[parents[run]]
    return run
