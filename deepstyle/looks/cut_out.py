"""A garment without what is behind it."""

import numpy as np

from deepstyle.images.pixels import Rgb, resize
from deepstyle.looks.garment import Garment

_WHITE = 255


def cut_out(rgb: Rgb, garment: Garment) -> Rgb:
    """The part of a photo, (H, W, 3) uint8, in a garment's box, white where its mask says that the garment is not.

    Garments of one photo share its light and backdrop and would go together for that alone; packshots are white.
    """
    height_px, width_px, _ = rgb.shape
    box = garment.box
    top, left = min(int(box.y * height_px), height_px - 1), min(int(box.x * width_px), width_px - 1)
    bottom = max(top + 1, min(height_px, round((box.y + box.height) * height_px)))
    right = max(left + 1, min(width_px, round((box.x + box.width) * width_px)))
    part = rgb[top:bottom, left:right]
    mask = np.where(garment.mask, np.uint8(_WHITE), np.uint8(0))[..., None].repeat(3, 2)
    is_garment = resize(mask, bottom - top, right - left, "stretch", interpolation="bilinear") > _WHITE // 2
    return np.asarray(np.where(is_garment, part, np.uint8(_WHITE)), np.uint8)
