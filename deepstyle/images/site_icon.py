"""The icon of a website as PNG: the drawn one in other colours, or a shop's logo on a square."""

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepstyle.images.pixels import decode

DRAWN_GROUND, DRAWN_SIGN = (140, 47, 57), (255, 255, 255)
"""The two colours of the drawn icons, between which their edges are blended."""
LOGO_SHARE: Final = 0.72
"""How much of a square's side the logo takes: a maskable icon is cut to a circle of 80 %."""


def recoloured(png: bytes, ground: str, sign: str) -> bytes:
    """A drawn icon with the colours ``ground`` and ``sign``, both ``#rrggbb``; its transparency stays."""
    with Image.open(io.BytesIO(png)) as drawn:
        pixels = np.asarray(drawn.convert("RGBA"), np.float64)
    red = pixels[..., 0]
    part = np.clip((red - DRAWN_GROUND[0]) / (DRAWN_SIGN[0] - DRAWN_GROUND[0]), 0, 1)[..., None]
    rgb = _colour(ground) * (1 - part) + _colour(sign) * part
    return _png(np.concatenate([rgb, pixels[..., 3:]], axis=-1))


def on_square(logo: bytes, side_px: int) -> bytes:
    """A logo, an encoded picture, in the middle of a white square; raises ``ImageError``."""
    picture = Image.fromarray(decode(logo))
    room_px = side_px * LOGO_SHARE
    scale = room_px / max(picture.size)
    width_px, height_px = (max(1, round(side * scale)) for side in picture.size)
    square = Image.new("RGB", (side_px, side_px), "white")
    at = (side_px - width_px) // 2, (side_px - height_px) // 2
    square.paste(picture.resize((width_px, height_px), Image.Resampling.LANCZOS), at)
    return _png(np.asarray(square))


def _colour(text: str) -> NDArray[np.float64]:
    return np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)], np.float64)


def _png(pixels: NDArray[np.generic]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.rint(pixels).astype(np.uint8)).save(out, "PNG", optimize=True)
    return out.getvalue()
