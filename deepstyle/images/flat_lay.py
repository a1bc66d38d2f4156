"""Several product pictures side by side as one, as if they lay on a table."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from deepstyle.images.pixels import Rgb

GROUND: Final = (244, 241, 236)
"""A light, warm grey. Pictures are multiplied with it, so that a white background becomes a part of it."""
MARGIN_PX: Final = 36
GAP_PX: Final = 24
RADIUS_PX: Final = 14
_ROW: Final = 4
"""More pictures than these lie in two rows."""
_PLAIN: Final = 14
"""How many levels a background may differ from the picture's corner."""
_NARROWEST, _WIDEST = 0.5, 1.6


def without_plain_margin(rgb: Rgb) -> Rgb:
    """(H, W, 3) without the rows and columns around it that have the colour of its corner; whole if all of it has."""
    picture = Image.fromarray(rgb)
    corner = Image.new("RGB", picture.size, tuple(rgb[0, 0].tolist()))
    red, green, blue = ImageChops.difference(picture, corner).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = most.point([255 * (level > _PLAIN) for level in range(256)]).getbbox()
    return np.asarray(picture.crop(box)) if box else rgb


def flat_lay(pictures: Sequence[Rgb], width_px: int, height_px: int) -> Rgb:
    """``pictures``, each (H, W, 3), in the order given, in one or two rows: (height_px, width_px, 3)."""
    canvas = Image.new("RGB", (width_px, height_px), GROUND)
    columns = len(pictures) if len(pictures) <= _ROW else -(-len(pictures) // 2)
    rows = [pictures[at : at + columns] for at in range(0, len(pictures), columns)]
    inside_px = height_px - 2 * MARGIN_PX - GAP_PX * (len(rows) - 1)
    for number, row in enumerate(rows):
        row_px = inside_px // len(rows)
        _lay_row(canvas, row, MARGIN_PX + number * (row_px + GAP_PX), row_px)
    return np.asarray(canvas)


def _lay_row(canvas: Image.Image, row: Sequence[Rgb], top_px: int, height_px: int) -> None:
    """Lay one row, centred; each picture has the room that its shape asks for."""
    shares = [min(_WIDEST, max(_NARROWEST, picture.shape[1] / picture.shape[0])) for picture in row]
    free_px = canvas.width - 2 * MARGIN_PX - GAP_PX * (len(row) - 1)
    scale_px = min(height_px, free_px / sum(shares))
    left_px = (canvas.width - scale_px * sum(shares) - GAP_PX * (len(row) - 1)) / 2
    for picture, share in zip(row, shares, strict=True):
        room = int(scale_px * share), int(scale_px)
        _lay(canvas, picture, (int(left_px), top_px + (height_px - room[1]) // 2), room)
        left_px += scale_px * share + GAP_PX


def _lay(canvas: Image.Image, picture: Rgb, corner: tuple[int, int], room: tuple[int, int]) -> None:
    """Lay one picture into ``room`` (width, height) at ``corner``, whole and centred."""
    high, wide = picture.shape[:2]
    scale = min(room[0] / wide, room[1] / high)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    resized = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
    rounded = Image.new("L", size)
    ImageDraw.Draw(rounded).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), RADIUS_PX, fill=255)
    at = corner[0] + (room[0] - size[0]) // 2, corner[1] + (room[1] - size[1]) // 2
    canvas.paste(ImageChops.multiply(resized, Image.new("RGB", size, GROUND)), at, rounded)
