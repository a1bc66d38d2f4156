"""From the labels of pixels to garments."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.garment import Garment
from deepstyle.looks.letterbox import Place
from deepstyle.style.search import Crop

LEAST_SHARE: Final = 0.003
"""A garment below this share of the photo is not reported."""
STRAY: Final = 0.1
"""Parts of a garment below this share of its largest part are specks."""
_CELL_PX: Final = 4
"""Parts are joined over gaps of this many pixels."""

LeastScores = Mapping[str, float]


def garments_in(
    classes: NDArray[np.uint8], presence: NDArray[np.floating], place: Place, least_scores: LeastScores
) -> list[Garment]:
    """The garments of a label map (H, W) of the frame, best first; the photo is at ``place`` in it.

    ``presence`` (G,) are the probabilities that each of ``GARMENTS`` is worn; one below ``least_scores`` is left out.
    """
    left, top, wide, high = place
    seen = classes[top : top + high, left : left + wide]
    found = []
    for number, name in enumerate(GARMENTS, start=1):
        score = float(presence[number - 1])
        if score < least_scores.get(name, 0.0):
            continue
        mask = without_specks(seen == number)
        if mask.sum() < max(1, LEAST_SHARE * seen.size):
            continue
        found.append(_garment(name, mask, score))
    return sorted(found, key=lambda one: -one.score)


def _garment(name: str, mask: NDArray[np.bool_], score: float) -> Garment:
    high, wide = mask.shape
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    box = Crop(left / wide, top / high, (right - left) / wide, (bottom - top) / high)
    return Garment(name, box, score, mask[top:bottom, left:right].copy())


def without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``mask`` (H, W) without the parts that are small beside its largest one."""
    if not mask.any():
        return mask
    cells = _cells(mask)
    parts = connected_parts(cells > 0)
    sizes = np.bincount(parts.ravel(), cells.ravel())
    sizes[0] = 0
    kept = (sizes >= STRAY * sizes.max())[parts] & (parts > 0)
    spread = kept.repeat(_CELL_PX, 0).repeat(_CELL_PX, 1)[: mask.shape[0], : mask.shape[1]]
    return np.asarray(mask & spread)


def _cells(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many pixels of the mask each square cell has."""
    high, wide = (-(-side // _CELL_PX) * _CELL_PX for side in mask.shape)
    padded = np.zeros((high, wide), np.float64)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    return np.asarray(padded.reshape(high // _CELL_PX, _CELL_PX, wide // _CELL_PX, _CELL_PX).sum((1, 3)))


def connected_parts(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The parts of ``mask`` (H, W) that touch, by sides or corners, numbered from 1; 0 where it is false."""
    high, wide = mask.shape
    labels = np.zeros((high + 2, wide + 2), np.int64)
    labels[1:-1, 1:-1] = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    inside = labels > 0
    while True:  # each cell takes the highest number around it, until nothing changes
        best = labels.copy()
        for shift in (1, -1):
            best = np.maximum(best, np.roll(best, shift, 0))
            best = np.maximum(best, np.roll(best, shift, 1))
        best = np.where(inside, best, 0)
        if np.array_equal(best, labels):
            break
        labels = best
    numbers = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    return np.asarray(numbers[1:-1, 1:-1] + (0 if (labels[1:-1, 1:-1] == 0).any() or labels.min() == 0 else 1))
