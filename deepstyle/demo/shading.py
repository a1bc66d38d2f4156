"""Light on cloth: a height field per piece, lit from the top left, makes edges round, folds deep and satin shine."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from deepstyle.demo.curves import Polyline
from deepstyle.demo.patterns import Field, field
from deepstyle.demo.textures import Texture, smooth_noise

_LIGHT: Final = (0.55, 0.83)
_SUPERSAMPLING: Final = 3


class Box(tuple[int, int, int, int]):
    """Left, top, right and bottom in whole pixels."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self[2] - self[0], self[3] - self[1]

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of an array."""
        return slice(self[1], self[3]), slice(self[0], self[2])


def bounds(line: Polyline, margin: float, size: tuple[int, int]) -> Box:
    """The whole pixels that ``line`` and a ``margin`` around it may touch inside a picture of ``size``."""
    low, high = np.floor(line.min(axis=0) - margin), np.ceil(line.max(axis=0) + margin)
    clip = [int(np.clip(value, 0, limit)) for value, limit in zip((*low, *high), (*size, *size), strict=True)]
    return Box((clip[0], clip[1], max(clip[2], clip[0] + 1), max(clip[3], clip[1] + 1)))


def fill_mask(line: Polyline, box: Box) -> Field:
    """Coverage 0..1 of each pixel of ``box`` by the polygon."""
    big, draw = _sheet(box)
    draw.polygon(_scaled(line, box), fill=255)
    return _reduced(big)


def stroke_mask(lines: Sequence[Polyline], width_px: float, box: Box) -> Field:
    """Coverage 0..1 of each pixel of ``box`` by round-capped lines."""
    big, draw = _sheet(box)
    width = max(1, round(width_px * _SUPERSAMPLING))
    for line in lines:
        points = _scaled(line, box)
        draw.line(points, fill=255, width=width, joint="curve")
        if width > 5:
            for x, y in (points[0], points[-1]):
                draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return _reduced(big)


def _sheet(box: Box) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    width, height = box.size
    big = Image.new("L", (width * _SUPERSAMPLING, height * _SUPERSAMPLING))
    return big, ImageDraw.Draw(big)


def _scaled(line: Polyline, box: Box) -> list[tuple[float, float]]:
    points = (line - np.array(box[:2], np.float32)) * _SUPERSAMPLING - 0.5
    return [(float(x), float(y)) for x, y in points]


def _reduced(big: Image.Image) -> Field:
    return field(np.asarray(big.reduce(_SUPERSAMPLING), np.float32) / 255)


def blurred(values: Field, radius_px: float) -> Field:
    """``values`` (0..1) after a Gaussian blur."""
    picture = Image.fromarray(np.asarray(values * 255, np.uint8)).filter(ImageFilter.GaussianBlur(radius_px))
    return field(np.asarray(picture, np.float32) / 255)


def fold_height(folds: Sequence[Polyline], width_px: float, box: Box) -> Field:
    """Ridges of about 0..1 along ``folds``."""
    if not folds:
        return np.zeros(box.size[::-1], np.float32)
    return blurred(stroke_mask(folds, width_px * 0.6, box), width_px * 0.45)


def light(height: Field) -> Field:
    """How much more (above 0) or less light a slope gets than a level place."""
    down, across = np.gradient(height)
    return np.asarray(across * _LIGHT[0] + down * _LIGHT[1], np.float32)


def surface(mask: Field, round_px: float, texture: Texture, rng: np.random.Generator) -> Field:
    """Height of a piece without its folds and weave: rounded at the edges, softly creased."""
    rounded = blurred(mask, round_px) * round_px * 0.5 + blurred(mask, round_px / 3) * round_px * 0.12
    if not texture.wrinkles:
        return rounded
    rows, columns = mask.shape
    creases = smooth_noise(rng, rows, columns, 70, 24) + 0.2 * smooth_noise(rng, rows, columns, 22, 12)
    return np.asarray(rounded + creases * texture.wrinkles * 0.6, np.float32)


def lit(rgb: NDArray[np.float32], slope: Field, texture: Texture) -> NDArray[np.float32]:
    """Colours (H, W, 3) under light of ``slope``: shade multiplies them, highlights add white by gloss."""
    shade = np.clip(slope, -0.75, 0.5)[..., None]
    result = rgb * (1 + 0.75 * shade) + 0.10 * shade
    if texture.gloss:
        shine = np.clip(slope - 0.10, 0, 0.6)[..., None] * texture.gloss * 1.5
        result = result + (1 - result) * np.clip(shine, 0, 0.85)
    return np.asarray(np.clip(result, 0, 1), np.float32)
