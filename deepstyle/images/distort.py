"""The distortions under which a search with an item's picture must still find the item."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.images.pixels import decode, encode_jpeg

Rgb = NDArray[np.uint8]
Distortion = Callable[[Rgb, np.random.Generator], Rgb]


def crop(rgb: Rgb, rng: np.random.Generator, *, share: float = 0.8) -> Rgb:
    """A box at a random place with ``share`` of both sides."""
    height, width = (max(1, round(side * share)) for side in rgb.shape[:2])
    top, left = rng.integers(rgb.shape[0] - height + 1), rng.integers(rgb.shape[1] - width + 1)
    return rgb[top : top + height, left : left + width]


def flip(rgb: Rgb, _: np.random.Generator) -> Rgb:
    """Mirrored left to right."""
    return rgb[:, ::-1]


def compress(rgb: Rgb, _: np.random.Generator, *, quality: int = 30) -> Rgb:
    """Through JPEG of ``quality`` (4:2:0)."""
    return decode(encode_jpeg(rgb, quality))


def brighten(rgb: Rgb, _: np.random.Generator, *, factor: float) -> Rgb:
    """Every channel times ``factor``, clipped."""
    scaled = np.clip(np.rint(rgb * np.float32(factor)), 0, 255)
    return np.asarray(scaled, np.uint8)


DISTORTIONS: Final[Mapping[str, Distortion]] = {
    "cropped to 80 %": crop,
    "mirrored": flip,
    "JPEG quality 30": compress,
    "20 % brighter": partial(brighten, factor=1.2),
    "20 % darker": partial(brighten, factor=0.8),
}
