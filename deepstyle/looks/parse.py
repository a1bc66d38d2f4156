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
PERSON_SHARE: Final = 0.3
"""Another person counts from this share of what the largest one wears."""
BODY: Final = ("tops", "bottoms", "all-body", "outerwear")
"""Garments that a person wears at least one of."""
MOST_PARTS: Final = 200
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
    return np.asarray(mask & _spread(kept, mask.shape))


def _cells(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many pixels of the mask each square cell has."""
    high, wide = (-(-side // _CELL_PX) * _CELL_PX for side in mask.shape)
    padded = np.zeros((high, wide), np.float64)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    return np.asarray(padded.reshape(high // _CELL_PX, _CELL_PX, wide // _CELL_PX, _CELL_PX).sum((1, 3)))


def main_person(classes: NDArray[np.uint8], place: Place) -> tuple[NDArray[np.uint8], int]:
    """The labels (H, W) of the largest person alone, and how many people there seem to be.

    What one person wears lies in the same columns, with gaps where skin is; a group of garments that is as wide apart
    from another is another person. One without clothes for the body (a bag on a table) is none.
    """
    left, top, wide, high = place
    seen = classes[top : top + high, left : left + wide]
    parts = connected_parts(_cells(seen > 0) > 0)
    groups = _side_by_side(parts)
    if not groups:
        return classes, 0
    sizes = [int((np.isin(parts, group)).sum()) for group in groups]
    largest = int(np.argmax(sizes))
    dressed = [_is_dressed(seen, _spread(np.isin(parts, group), seen.shape)) for group in groups]
    people = sum(
        is_dressed and size >= PERSON_SHARE * sizes[largest] for is_dressed, size in zip(dressed, sizes, strict=True)
    )
    kept = np.zeros_like(classes)
    own = _spread(np.isin(parts, groups[largest]), seen.shape)
    kept[top : top + high, left : left + wide] = np.where(own, seen, 0)
    return kept, people


def _side_by_side(parts: NDArray[np.int64]) -> list[list[int]]:
    """The parts that share columns, as groups."""
    spans = []
    for number in range(1, int(parts.max(initial=0)) + 1):
        columns = np.flatnonzero((parts == number).any(0))
        if len(columns):
            spans.append((int(columns[0]), int(columns[-1]) + 1, number))
    groups: list[tuple[int, int, list[int]]] = []
    for first, last, number in sorted(spans):
        if groups and first < groups[-1][1]:
            start, end, members = groups[-1]
            groups[-1] = (start, max(end, last), [*members, number])
        else:
            groups.append((first, last, [number]))
    return [members for _, _, members in groups]


def _is_dressed(seen: NDArray[np.uint8], own: NDArray[np.bool_]) -> bool:
    """Whether a group has clothes for the body, and of two kinds or a share of the photo that a person fills."""
    kinds = set(np.unique(seen[own]).tolist())
    body = {1 + GARMENTS.index(name) for name in BODY}
    return bool(kinds & body) and (len(kinds - {0}) > 1)


def _spread(cells: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.asarray(cells.repeat(_CELL_PX, 0).repeat(_CELL_PX, 1)[: shape[0], : shape[1]])


def connected_parts(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The parts of ``mask`` (H, W) that touch, by sides or corners, numbered from 1; 0 where it is false."""
    numbers = np.zeros(mask.shape, np.int64)
    rest, found = mask.copy(), 0
    while rest.any():
        found += 1
        part = np.zeros_like(mask)
        part[np.unravel_index(int(rest.argmax()), mask.shape)] = True
        while True:  # grow by one cell each way until nothing is added
            grown = _grown(part) & rest
            if np.array_equal(grown, part):
                break
            part = grown
        numbers[part] = found
        rest &= ~part
        if found >= MOST_PARTS:
            break
    return numbers


def _grown(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``part`` with the cells that touch it."""
    padded = np.pad(part, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
