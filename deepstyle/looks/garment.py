"""What a detector says of a photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepstyle.style.search import Crop


@dataclass(frozen=True, slots=True, eq=False)
class Garment:
    """A garment in a photo; a pair of shoes is one.

    ``box`` is in fractions of the upright picture. ``mask`` (H, W) bool is the garment within its box, at the
    detector's own resolution.
    """

    semantic_category: str
    box: Crop
    score: float
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Garments:
    """The garments of the largest person in a photo, or of what is shown without one, best first."""

    garments: tuple[Garment, ...]
    people: int
