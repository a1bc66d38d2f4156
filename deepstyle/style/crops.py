"""Several crops of one photo: whole, and the box of its foreground, which is detected from the pixels alone.

The detector fits one Gaussian to the colours along the photo's border and takes for foreground what is unlike them
(Mahalanobis distance, Otsu's threshold). It needs no network, and finds nothing where the garment covers the border.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.images.pixels import Rgb, resize
from deepstyle.style.encoder import Encoded

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, of which the last two lie outside."""

_SIDE_PX: Final = 64
_BORDER_PX: Final = 4
_OUTSIDE: Final = 0.02
"""The share of the foreground that may lie beyond each side of its box: specks far from the garment."""
_MARGIN: Final = 0.05
_SMALLEST: Final = 0.15
"""A box with a side below this share of the photo's is taken for a detection that failed."""


def query_crops(rgb: Rgb, *, several: bool) -> list[Rgb]:
    """The whole photo (H, W, 3) and, where ``several``, its foreground."""
    left, top, right, bottom = foreground_box(rgb) if several else (0, 0, 0, 0)
    return [rgb, rgb[top:bottom, left:right]] if several else [rgb]


def combine_crops(crops: Encoded) -> Encoded:
    """One row: the mean of the crops' embeddings, of unit norm, and the rest of the first, the whole photo."""
    mean = crops.embeddings.mean(axis=0, keepdims=True)
    return Encoded(mean / np.linalg.norm(mean), crops.features[:1], crops.prints[:1])


def foreground_box(rgb: Rgb) -> Box:
    """The box around what differs from the border of (H, W, 3); the whole picture where nothing stands out."""
    height, width = rgb.shape[:2]
    foreground = foreground_mask(resize(rgb, _SIDE_PX, _SIDE_PX, "stretch"))
    left, right = _extent(foreground.sum(0))
    top, bottom = _extent(foreground.sum(1))
    if min(right - left, bottom - top) < _SMALLEST:
        return 0, 0, width, height
    (x0, x1), (y0, y1) = _pixels((left, right), width), _pixels((top, bottom), height)
    return x0, y0, x1, y1


def foreground_mask(rgb: Rgb) -> NDArray[np.bool_]:
    """(H, W) which pixels of (H, W, 3) are unlike its border."""
    colours = rgb.astype(np.float64) / 255
    border = np.ones(rgb.shape[:2], bool)
    border[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX] = False
    background = colours[border]
    covariance = np.cov(background, rowvar=False) + 1e-3 * np.eye(3)
    apart = colours - background.mean(0)
    distances = np.sqrt(np.einsum("hwi,ij,hwj->hw", apart, np.linalg.inv(covariance), apart))
    return np.asarray(distances > _otsu(distances))


def _otsu(values: NDArray[np.float64]) -> float:
    """The threshold that separates ``values`` into two classes with the largest variance between them (Otsu 1979)."""
    ordered = np.sort(values, axis=None)
    below = np.arange(1, len(ordered))
    means = np.cumsum(ordered)[:-1] / below
    rest = (ordered.sum() - np.cumsum(ordered)[:-1]) / (len(ordered) - below)
    return float(ordered[int(np.argmax(below * (len(ordered) - below) * (rest - means) ** 2))])


def _extent(counts: NDArray[np.int64]) -> tuple[float, float]:
    """Where the foreground begins and ends along one side, in fractions, with a margin."""
    shares = np.cumsum(counts) / max(1, counts.sum())
    first, last = np.searchsorted(shares, _OUTSIDE), np.searchsorted(shares, 1 - _OUTSIDE)
    return max(0.0, first / len(counts) - _MARGIN), min(1.0, (last + 1) / len(counts) + _MARGIN)


def _pixels(extent: tuple[float, float], side_px: int) -> tuple[int, int]:
    first = min(int(extent[0] * side_px), side_px - 1)
    return first, max(first + 1, round(extent[1] * side_px))
