"""A photo in the frame that the detector sees, its aspect ratio unchanged."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Place = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the frame."""


def letterbox(rgb: NDArray[np.uint8], height_px: int, width_px: int) -> tuple[NDArray[np.uint8], Place]:
    """The photo (H, W, 3) as large as it fits, centred on grey: (height_px, width_px, 3), and where it is."""
    high, wide = rgb.shape[:2]
    scale = min(height_px / high, width_px / wide)
    size = min(width_px, max(1, round(wide * scale))), min(height_px, max(1, round(high * scale)))
    left, top = (width_px - size[0]) // 2, (height_px - size[1]) // 2
    framed = np.full((height_px, width_px, 3), 128, np.uint8)
    resized = Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    framed[top : top + size[1], left : left + size[0]] = np.asarray(resized)
    return framed, (left, top, *size)
