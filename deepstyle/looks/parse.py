"""From the logits of pixels to garments."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.decision import Decision, evidence, margins, mask_of, shares
from deepstyle.looks.garment import Garment, Garments
from deepstyle.looks.letterbox import Place
from deepstyle.looks.people import main_person
from deepstyle.style.search import Crop

LEAST_SHARE: Final = 0.003
"""A garment below this share of the photo is not reported."""
SCALE: Final = 2
"""Pixels of the frame on each side of one pixel of the logits."""

Decisions = Mapping[str, Decision]
Candidate = tuple[str, NDArray[np.bool_], NDArray[np.float64]]
"""A garment's category, its mask (H, W) in the photo, and its evidence."""


def read_garments(logits: NDArray[np.float32], presence: NDArray[np.float32], decisions: Decisions) -> Garments:
    """The garments of the largest person, best first.

    ``logits`` (1 + G, H, W) are those of the background and of ``GARMENTS`` in the photo, ``presence`` (G,) the logits
    that each is there at all.
    """
    (first, last), people = main_person(logits.argmax(0).astype(np.uint8))
    found = []
    for name, mask, seen in candidates(logits, presence, decisions, (first, last)):
        score = decisions[name].score(seen)
        if score >= decisions[name].least_score:
            found.append(_garment(name, mask, score))
    return Garments(tuple(sorted(found, key=lambda one: -one.score)), people)


def candidates(
    logits: NDArray[np.float32], presence: NDArray[np.float32], decisions: Decisions, columns: tuple[int, int]
) -> Iterator[Candidate]:
    """What may be a garment between two ``columns``, at most one of each category."""
    over, share = margins(logits), shares(logits)
    over[:, :, : columns[0]] = over[:, :, columns[1] :] = -np.inf
    for at, name in enumerate(GARMENTS):
        decision = decisions[name]
        mask = mask_of(over[at], decision)
        if mask.sum() >= max(1, LEAST_SHARE * mask.size):
            yield name, mask, evidence(over[at], share[at], mask, float(presence[at]), decision.bonus)


def in_photo(logits: NDArray[np.float32], place: Place) -> NDArray[np.float32]:
    """The part of the frame's logits (C, H, W) that is the photo; ``place`` is in pixels of the frame."""
    left, top, wide, high = (side // SCALE for side in place)
    return logits[:, top : top + max(1, high), left : left + max(1, wide)]


def _garment(name: str, mask: NDArray[np.bool_], score: float) -> Garment:
    high, wide = mask.shape
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    box = Crop(left / wide, top / high, (right - left) / wide, (bottom - top) / high)
    return Garment(name, box, score, mask[top:bottom, left:right].copy())
