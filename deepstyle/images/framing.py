"""Product pictures as cards show them: all of one shape, filled, with the garment in the middle.

A packshot is cut around what stands out from its even background; where it is too wide or too high for the shape, the
background goes on. Any other picture fills the shape from its centre.
"""

import math
from typing import Final

import numpy as np
from PIL import Image

from deepstyle.images.parts import Header
from deepstyle.images.pixels import Box, Rgb, decode, encode_jpeg, resize

ASPECT: Final = 4 / 5
"""Width by height of a card's picture."""
SMALLEST_PART: Final = 0.55
"""The smallest side of the cut in parts of the picture's: small things do not become huge."""
_LOOKED_AT_PX: Final = 96
_BORDER_PX: Final = 2
_DIFFERENT: Final = 24
"""What stands out differs by so many levels in one channel from the border's median."""
_EVEN: Final = 0.9
_MARGIN: Final = 0.06
"""Left free around the garment, in parts of the longer side of its box."""


def card(data: bytes, width_px: int, *, header: Header | None = None) -> bytes:
    """A JPEG of ``ASPECT`` and at most ``width_px``, upright and without metadata, never enlarged.

    Raises what ``decode`` raises.
    """
    rgb = framed(decode(data, min_side_px=card_side_px(width_px), header=header))
    width = min(width_px, rgb.shape[1])
    return encode_jpeg(resize(rgb, max(1, round(width / ASPECT)), width, "stretch"))


def card_side_px(width_px: int) -> int:
    """The least length of a picture's sides of which a part still fills a card of that width."""
    return math.ceil(width_px / SMALLEST_PART)


def framed(rgb: Rgb) -> Rgb:
    """The part of a picture (H, W, 3) that fills a card, of ``ASPECT``; what is beyond its edge goes on as the edge."""
    high, wide = rgb.shape[:2]
    box = _packshot_box(rgb)
    if box is None:
        across, down = min(wide, high * ASPECT), min(high, wide / ASPECT)
        box = ((wide - across) / 2, (high - down) / 2, (wide + across) / 2, (high + down) / 2)
    left, top, right, bottom = (round(side) for side in box)
    inside = rgb[max(top, 0) : min(bottom, high), max(left, 0) : min(right, wide)]
    beyond = ((max(-top, 0), max(bottom - high, 0)), (max(-left, 0), max(right - wide, 0)), (0, 0))
    return np.pad(inside, beyond, mode="edge") if any(map(any, beyond)) else inside


def _packshot_box(rgb: Rgb) -> Box | None:
    """Left, top, right and bottom in pixels of the shape around the garment; ``None`` where the border is uneven."""
    high, wide = rgb.shape[:2]
    small = Image.fromarray(rgb)
    small.thumbnail((_LOOKED_AT_PX, _LOOKED_AT_PX))
    pixels = np.asarray(small).astype(np.int16)
    borders = [pixels[:_BORDER_PX], pixels[-_BORDER_PX:], pixels[:, :_BORDER_PX], pixels[:, -_BORDER_PX:]]
    background = np.median(np.concatenate([border.reshape(-1, 3) for border in borders]), axis=0)
    stands_out = (np.abs(pixels - background) > _DIFFERENT).any(axis=2)
    edges = stands_out[:_BORDER_PX], stands_out[-_BORDER_PX:], stands_out[:, :_BORDER_PX], stands_out[:, -_BORDER_PX:]
    if not stands_out.any() or any(edge.mean() > 1 - _EVEN for edge in edges):
        return None
    columns, rows = np.flatnonzero(stands_out.any(axis=0)), np.flatnonzero(stands_out.any(axis=1))
    across, down = wide / pixels.shape[1], high / pixels.shape[0]
    return _around((columns[0] * across, rows[0] * down, (columns[-1] + 1) * across, (rows[-1] + 1) * down), wide, high)


def _around(box: Box, wide: int, high: int) -> Box:
    """The smallest box of ``ASPECT`` around a garment's, inside the picture as far as it fits in there."""
    left, top, right, bottom = box
    margin = 2 * _MARGIN * max(right - left, bottom - top)
    least = max(right - left + margin, SMALLEST_PART * wide), max(bottom - top + margin, SMALLEST_PART * high)
    width = max(least[0], least[1] * ASPECT)
    height = width / ASPECT
    x = _inside((left + right - width) / 2, width, wide)
    y = _inside((top + bottom - height) / 2, height, high)
    return x, y, x + width, y + height


def _inside(start: float, length: float, whole: int) -> float:
    """Where a part of ``length`` starts so that it is inside ``whole``; centred where it is longer."""
    return min(max(start, 0), whole - length) if length <= whole else (whole - length) / 2
