"""A picture's colours and nothing else: the baseline of every figure that speaks of colour."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.images.pixels import Rgb, resize

BINS: Final = 8
SIDE_PX: Final = 64


def colour_histogram(rgb: Rgb) -> NDArray[np.float32]:
    """The square roots of the shares of 8 x 8 x 8 RGB colours in (H, W, 3) uint8: (512,) float32 of unit norm.

    The scalar product of two is the Bhattacharyya coefficient of their histograms.
    """
    pixels = resize(rgb, SIDE_PX, SIDE_PX, "stretch").reshape(-1, 3).astype(np.int64) * BINS // 256
    counts = np.bincount(np.ravel_multi_index(tuple(pixels.T), (BINS,) * 3), minlength=BINS**3)
    return np.asarray(np.sqrt(counts / counts.sum()), np.float32)
