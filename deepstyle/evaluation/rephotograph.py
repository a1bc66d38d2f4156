"""The same product in another photograph: a proxy for alternate views, where a catalogue has one picture each."""

from typing import Final

import numpy as np
from PIL import Image

from deepstyle.images.pixels import Rgb, decode, encode_jpeg

BACKDROP_DISTANCE: Final = 24
"""How far, in the largest of the three channels, a pixel of the garment is from the backdrop's colour."""
JITTER: Final = 0.1
"""How far a corner moves in the warp, as a share of the side."""
KEPT: Final = 0.85
"""The share of both sides that the crop keeps."""


def rephotograph(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """A packshot (H, W, 3) uint8 on a new background, warped in perspective and cropped: as the input's dtype."""
    return _cropped(_warped(on_new_background(rgb, rng), rng), rng)


def on_new_background(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """``rgb`` with its even backdrop replaced by smooth random colours with grain.

    The backdrop's colour is the median of the border, so a garment of that colour loses parts of itself.
    """
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    apart = np.abs(rgb.astype(np.int16) - np.median(border, axis=0).astype(np.int16)).max(axis=2)
    height_px, width_px = apart.shape
    smooth = Image.fromarray(rng.integers(40, 216, (4, 3, 3), dtype=np.uint8))
    smooth = smooth.resize((width_px, height_px), Image.Resampling.BICUBIC)
    grain = np.asarray(smooth, np.float32) + rng.normal(0, 6, (height_px, width_px, 1))
    new = np.clip(grain, 0, 255).astype(np.uint8)
    return np.where((apart > BACKDROP_DISTANCE)[..., None], rgb, new)


def half_size(rgb: Rgb) -> Rgb:
    """Both sides halved, antialiased bicubic."""
    height_px, width_px = rgb.shape[:2]
    size = max(1, width_px // 2), max(1, height_px // 2)
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))


def recompress(rgb: Rgb, quality: int = 60) -> Rgb:
    """Through JPEG of ``quality`` (4:2:0)."""
    return decode(encode_jpeg(rgb, quality))


def _warped(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """A perspective in which each corner has moved inwards by up to ``JITTER``."""
    height_px, width_px = rgb.shape[:2]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = rng.random((4, 2)) * JITTER * (width_px, height_px)
    corners = (x0, y0, x1, height_px - y1, width_px - x2, height_px - y2, width_px - x3, y3)
    picture = Image.fromarray(rgb).transform(
        (width_px, height_px), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC
    )
    return np.asarray(picture)


def _cropped(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    height_px, width_px = (round(side * KEPT) for side in rgb.shape[:2])
    top, left = rng.integers(rgb.shape[0] - height_px + 1), rng.integers(rgb.shape[1] - width_px + 1)
    return rgb[top : top + height_px, left : left + width_px]
