"""The baselines of every compatibility figure: models that know nothing of style, and the raw features.

Each returns ``PairScores``, so that all answer the same questions in the same way.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.scoring import PairScores, Rows
from deepstyle.images.pixels import Rgb, resize

BACKGROUND_DIM: Final = 24
_SIDE_PX: Final = 64
_CORNER_PX: Final = 6


def popularity_pairs(outfits: Iterable[Rows], items: int) -> PairScores:
    """How often two items occur in ``outfits``, together with any other: the mean of their logarithms.

    On the outfits that the questions were made from, it is the strongest baseline that uses popularity alone.
    """
    counts = np.zeros(items)
    for outfit in outfits:
        counts[outfit] += 1
    popularity = np.log1p(counts)
    return lambda left, right: (popularity[left][:, None] + popularity[right][None, :]) / 2


def distance_pairs(vectors: NDArray[np.floating]) -> PairScores:
    """The negative distance of two rows of ``vectors`` (N, D)."""

    def pairs(left: Rows, right: Rows) -> NDArray[np.float64]:
        apart = vectors[left][:, None].astype(np.float64) - vectors[right][None]
        return np.asarray(-np.linalg.norm(apart, axis=-1), np.float64)

    return pairs


def background(rgb: Rgb) -> NDArray[np.float32]:
    """The mean and the standard deviation of each colour in each of a picture's four corners: (24,) in 0..1.

    What a model knows that never sees the garment: a studio's backdrop, which may follow the season. Whole edges would
    reveal more, because long garments reach them.
    """
    small = resize(rgb, _SIDE_PX, _SIDE_PX, "stretch").astype(np.float32) / 255
    near, far = slice(None, _CORNER_PX), slice(-_CORNER_PX, None)
    corners = (small[rows, columns] for rows in (near, far) for columns in (near, far))
    statistics = [value for corner in corners for value in (corner.mean((0, 1)), corner.std((0, 1)))]
    return np.concatenate(statistics).astype(np.float32)
