"""Several product pictures side by side as one, as if they lay on a table."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from deepstyle.images.pixels import Rgb

GROUND: Final = (244, 241, 236)
"""A light, warm grey."""
MARGIN_PX: Final = 36
GAP_PX: Final = 24
RADIUS_PX: Final = 14
_MOST_ROWS: Final = 3
_LIGHT: Final = 190
"""A background is light where each of its channels has at least this level."""
_PLAIN: Final = 20
"""How many levels a pixel of a plain background may differ from its colour."""
_NARROWEST, _WIDEST = 0.5, 1.6

Row = Sequence[Rgb]


def on_ground(rgb: Rgb) -> Rgb:
    """(H, W, 3) without its margin, where that is plain and light; what is left of the background becomes ``GROUND``.

    Another picture stays as it is.
    """
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    background = np.median(border, axis=0)
    is_plain = np.mean(np.abs(border - background).max(axis=1) <= _PLAIN) > 0.9
    if background.min() < _LIGHT or not is_plain:
        return rgb
    picture = Image.fromarray(rgb)
    apart = ImageChops.difference(picture, Image.new("RGB", picture.size, tuple(background.astype(int).tolist())))
    red, green, blue = apart.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = most.point([255 * (level > _PLAIN) for level in range(256)]).getbbox()
    scales = np.array(GROUND) / background
    levels = np.minimum(255, np.arange(256) * scales[:, None]).round().astype(int)
    return np.asarray((picture.crop(box) if box else picture).point(levels.ravel().tolist()))


def flat_lay(pictures: Sequence[Rgb], width_px: int, height_px: int) -> Rgb:
    """``pictures``, each (H, W, 3), in the order given, as large as they fit: (height_px, width_px, 3)."""
    canvas = Image.new("RGB", (width_px, height_px), GROUND)
    ways = [_in_rows(pictures, count) for count in range(1, min(_MOST_ROWS, len(pictures)) + 1)]
    rows = max(ways, key=lambda rows: min(_height_px(canvas, row, len(rows)) for row in rows))
    room_px = _room_px(canvas, len(rows))
    for number, row in enumerate(rows):
        _lay_row(canvas, row, MARGIN_PX + number * (room_px + GAP_PX), room_px, _height_px(canvas, row, len(rows)))
    return np.asarray(canvas)


def _in_rows(pictures: Sequence[Rgb], count: int) -> list[Row]:
    columns = -(-len(pictures) // count)
    return [pictures[at : at + columns] for at in range(0, len(pictures), columns)]


def _room_px(canvas: Image.Image, rows: int) -> int:
    """The height that each of so many rows may have."""
    return (canvas.height - 2 * MARGIN_PX - GAP_PX * (rows - 1)) // rows


def _height_px(canvas: Image.Image, row: Row, rows: int) -> float:
    """The height that the pictures of one of so many rows have."""
    free_px = canvas.width - 2 * MARGIN_PX - GAP_PX * (len(row) - 1)
    return min(_room_px(canvas, rows), free_px / sum(map(_share, row)))


def _share(picture: Rgb) -> float:
    """Width by height of the place that a picture gets: its own, but for very long ones."""
    high, wide = picture.shape[:2]
    return float(np.clip(wide / high, _NARROWEST, _WIDEST))


def _lay_row(canvas: Image.Image, row: Row, top_px: int, room_px: int, height_px: float) -> None:
    """Lay one row, centred in its room."""
    widths_px = [height_px * _share(picture) for picture in row]
    left_px = (canvas.width - sum(widths_px) - GAP_PX * (len(row) - 1)) / 2
    for picture, width_px in zip(row, widths_px, strict=True):
        _lay(canvas, picture, (left_px + width_px / 2, top_px + room_px / 2), (width_px, height_px))
        left_px += width_px + GAP_PX


def _lay(canvas: Image.Image, picture: Rgb, centre: tuple[float, float], place: tuple[float, float]) -> None:
    """Lay one picture whole into ``place`` (width, height), with round corners."""
    high, wide = picture.shape[:2]
    scale = min(place[0] / wide, place[1] / high)
    size = max(1, int(wide * scale)), max(1, int(high * scale))
    rounded = Image.new("L", size)
    ImageDraw.Draw(rounded).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), RADIUS_PX, fill=255)
    corner = int(centre[0] - size[0] / 2), int(centre[1] - size[1] / 2)
    canvas.paste(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC), corner, rounded)
