"""A detector that finds three garments in any photo: the tests of the real one are elsewhere."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.looks.garment import Garment, Garments
from deepstyle.shop import models
from deepstyle.style.search import Crop

CATEGORIES = ("tops", "bags", "shoes")


def worn(categories: Sequence[str] = CATEGORIES, people: int = 1) -> Garments:
    """A garment of each category, from top to bottom."""
    mask, height = np.ones((8, 8), bool), 1 / max(1, len(categories))
    return Garments(
        tuple(Garment(name, Crop(0.1, at * height, 0.8, height), 0.9, mask) for at, name in enumerate(categories)),
        people,
    )


class MadeDetector:
    """Finds the same garments in every photo."""

    def __init__(self, garments: Garments) -> None:
        self.garments = garments

    def detect(self, rgb: NDArray[np.uint8]) -> Garments:
        assert rgb.ndim == 3
        return self.garments


def use_detector(monkeypatch: pytest.MonkeyPatch, garments: Garments) -> None:
    """Let every shop find these garments."""
    monkeypatch.setattr(models, "packaged_detector", lambda threads: MadeDetector(garments))
