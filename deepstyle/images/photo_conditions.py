"""Synthetic photos: a catalogue's picture as a shopper's phone would show the garment.

The garment is cut out where the picture's border is of one colour, then laid on a floor, a sheet, a wall or a carpet:
turned, tilted, smaller or cropped, with a shadow. Uneven light, a colour cast, blur, noise and JPEG follow. Everything
is drawn by NumPy and Pillow from one generator: the same picture and seed give the same photo.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from deepstyle.images.photo_scenes import HEIGHT_PX, WIDTH_PX, noise, scene
from deepstyle.images.pixels import decode, encode_jpeg

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float32]

BORDER: Final = 0.03
"""The share of the shorter side that counts as border."""
PLAIN_BORDER: Final = 24.0
"""A border is a plain backdrop where nine of ten of its pixels are nearer than this to it in every channel."""
CUT_AT: Final = 9.0
"""The distance from the backdrop's colour at which a pixel belongs to the garment."""
LEAST_GARMENT: Final = 0.02
"""A cut-out with a smaller share of the picture has lost the garment: white on white."""


def photograph(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """A synthetic photo (352, 264, 3) uint8 of the garment in the picture (H, W, 3) uint8."""
    picture = _reduced(rgb)
    mask = _cut_out_fast(picture)
    if mask is None:
        placed, shown = _tilted(picture, Image.new("L", picture.size, 255), rng, scale=rng.uniform(0.95, 1.25))
        around = np.asarray(picture.resize((WIDTH_PX, HEIGHT_PX)).filter(ImageFilter.BoxBlur(9)), np.float32)
        photo = _composed(around, placed, shown, rng, shadow=0.0)
    else:
        box = _box_of(mask)
        garment, shape = picture.crop(box), Image.fromarray(mask).crop(box)
        placed, shown = _tilted(garment, shape, rng, scale=rng.uniform(0.55, 1.05))
        photo = _composed(scene(rng), placed, shown, rng, shadow=rng.uniform(0.1, 0.5))
    return _recorded(_lit(photo, rng), rng)


def _cut_out_fast(picture: Image.Image) -> Rgb | None:
    """``cut_out`` at half the size, which is enough for what follows and takes a quarter of the time."""
    half = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)
    mask = cut_out(np.asarray(half))
    if mask is None:
        return None
    return np.asarray(Image.fromarray(mask).resize(picture.size, Image.Resampling.BILINEAR))


def cut_out(rgb: Rgb) -> Rgb | None:
    """Which pixels are garment, (H, W) uint8 of 0 or 255; ``None`` where the border is no plain backdrop.

    A backdrop is a smooth surface of colour, fitted to the border. Background is what is near to it and is seen from
    the border along a row or a column.
    """
    distance, border = _from_backdrop(rgb)
    if np.quantile(distance[border], 0.9) > PLAIN_BORDER:
        return None
    plain = distance < CUT_AT
    seen = np.zeros_like(plain)
    for axis in (0, 1):
        for step in (1, -1):
            ahead = (slice(None),) * axis + (slice(None, None, step),)
            seen[ahead] |= np.logical_and.accumulate(plain[ahead], axis=axis)
    garment = np.asarray(Image.fromarray(np.where(seen, 0, 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(5)))
    return garment if garment.mean() > 255 * LEAST_GARMENT else None


def _from_backdrop(rgb: Rgb) -> tuple[Floats, NDArray[np.bool_]]:
    """Each pixel's distance to the backdrop in its worst channel, (H, W), and which pixels are border.

    The backdrop is a quadratic surface, fitted to the border twice: the second time without the outliers.
    """
    height, width = rgb.shape[:2]
    edge = max(1, round(BORDER * min(height, width)))
    border = np.ones((height, width), bool)
    border[edge:-edge, edge:-edge] = False
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
    terms = np.stack(np.broadcast_arrays(np.float32(1), x, y, x * x, x * y, y * y), axis=-1)
    known, colours = terms[border], rgb[border].astype(np.float32)
    kept = np.abs(colours - np.median(colours, axis=0)).max(axis=1) <= PLAIN_BORDER
    for _ in range(2):
        surface = np.linalg.lstsq(known[kept], colours[kept], rcond=None)[0]
        kept = np.abs(colours - known @ surface).max(axis=1) <= CUT_AT
        if kept.mean() < 0.5:
            break
    return np.abs(rgb - terms @ surface).max(axis=2), border


def _box_of(mask: Rgb) -> tuple[int, int, int, int]:
    """The box around the garment, as left, top, right and bottom."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _reduced(rgb: Rgb) -> Image.Image:
    """The picture, no larger than the photo."""
    picture = Image.fromarray(rgb)
    scale = min(1.0, HEIGHT_PX / picture.height, WIDTH_PX / picture.width)
    size = max(8, round(picture.width * scale)), max(8, round(picture.height * scale))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2)


def _tilted(
    garment: Image.Image, mask: Image.Image, rng: np.random.Generator, *, scale: float
) -> tuple[Image.Image, Image.Image]:
    """The garment and its mask in the photo's frame, of which it fills ``scale`` along the side that binds."""
    coefficients = _perspective(_corners(garment.size, scale, rng), garment.size)
    size, how = (WIDTH_PX, HEIGHT_PX), Image.Transform.PERSPECTIVE
    placed = garment.transform(size, how, coefficients, Image.Resampling.BILINEAR)
    return placed, mask.transform(size, how, coefficients, Image.Resampling.BILINEAR)


def _corners(size: tuple[int, int], scale: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Where the garment's corners lie in the photo, (4, 2) as x and y, clockwise from the top left."""
    frame = np.array([WIDTH_PX, HEIGHT_PX], float)
    half = np.array(size, float) * (frame / np.array(size)).min() * scale / 2
    angle = rng.normal(0, 0.17) + (rng.integers(1, 4) * np.pi / 2 if rng.random() < 0.08 else 0.0)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) + rng.normal(0, 0.04, (4, 2))) * half
    return np.asarray(corners @ turn + frame / 2 * (1 + rng.normal(0, 0.06, 2)))


def _perspective(corners: NDArray[np.float64], size: tuple[int, int]) -> tuple[float, ...]:
    """Pillow's eight coefficients, which map the photo's pixels to those of a picture of ``size`` (width, height)."""
    width, height = size
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (width, 0), (width, height), (0, height)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return tuple(np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=None)[0].tolist())


def _composed(
    around: Floats, garment: Image.Image, mask: Image.Image, rng: np.random.Generator, *, shadow: float
) -> Floats:
    """The garment on what lies around it, above its shadow."""
    opaque = np.asarray(mask.filter(ImageFilter.BoxBlur(0.7)), np.float32)[..., None] / 255
    if shadow:
        soft = np.asarray(mask.filter(ImageFilter.BoxBlur(rng.uniform(2, 7))), np.float32)[..., None] / 255
        shade = np.roll(soft, tuple(rng.integers(-7, 8, 2).tolist()), axis=(0, 1))
        around = np.asarray(around * (1 - np.float32(shadow) * shade), np.float32)
    return np.asarray(around + (np.asarray(garment, np.float32) - around) * opaque, np.float32)


def _lit(photo: Floats, rng: np.random.Generator) -> Floats:
    """Uneven light, a cast, exposure and contrast."""
    angle, strength = rng.uniform(0, 2 * np.pi), abs(rng.normal(0, 0.16))
    down, right = np.linspace(-1, 1, HEIGHT_PX, dtype=np.float32), np.linspace(-1, 1, WIDTH_PX, dtype=np.float32)
    slope = np.add.outer(down * np.float32(np.sin(angle)), right * np.float32(np.cos(angle)))
    light = 1 + np.float32(strength) * slope
    exposure = rng.normal(0.95, 0.13) * rng.uniform(0.75, 1.1) * (1 + rng.normal(0, 0.04, 3))
    lit = photo * light[..., None] * exposure.astype(np.float32)
    return np.asarray(lit + np.float32(rng.normal(12, 8)), np.float32)


def _recorded(photo: Floats, rng: np.random.Generator) -> Rgb:
    """What the phone stores: noisy, blurred and compressed."""
    grainy = photo + noise(rng) * np.float32(rng.uniform(0, 7))
    pixels = Image.fromarray(np.clip(grainy, 0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        pixels = pixels.filter(ImageFilter.BoxBlur(rng.uniform(0.3, 1.2)))
    return decode(encode_jpeg(np.asarray(pixels), int(rng.integers(40, 90))))
