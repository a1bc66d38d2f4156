"""Drawn pictures without a garment: the classifier of garment types learns from them what is none."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Rgb = NDArray[np.uint8]
Draw = Callable[[np.random.Generator, int, int], Rgb]
SIDES_PX: Final = (240, 480)
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz      "


def draw_no_garment(family: str, number: int) -> Rgb:
    """Picture ``number`` of ``family`` (a key of ``FAMILIES``): (H, W, 3) uint8 RGB, always the same."""
    rng = np.random.default_rng((list(FAMILIES).index(family), number))
    height, width = (int(side) for side in rng.integers(*SIDES_PX, 2))
    return np.ascontiguousarray(FAMILIES[family](rng, height, width), np.uint8)


def _plain(rng: np.random.Generator, height: int, width: int) -> Rgb:
    return np.broadcast_to(_colour(rng), (height, width, 3))


def _gradient(rng: np.random.Generator, height: int, width: int) -> Rgb:
    row = np.linspace(_colour(rng), _colour(rng), width).astype(np.uint8)
    return np.broadcast_to(row, (height, width, 3))


def _noise(rng: np.random.Generator, height: int, width: int) -> Rgb:
    return rng.integers(0, 256, (height, width, 3), np.uint8)


def _clouds(rng: np.random.Generator, height: int, width: int) -> Rgb:
    few = Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8))
    return np.asarray(few.resize((width, height), Image.Resampling.BICUBIC))


def _stripes(rng: np.random.Generator, height: int, width: int) -> Rgb:
    odd = (np.arange(width) // rng.integers(5, 40)) % 2 == 1
    return np.broadcast_to(np.where(odd[:, None], _colour(rng), _colour(rng)), (height, width, 3)).astype(np.uint8)


def _text(rng: np.random.Generator, height: int, width: int) -> Rgb:
    page, draw = _page(rng, height, width)
    for top in range(10, height, 24):
        draw.text((10, top), _words(rng, width // 7), fill="black")
    return np.asarray(page)


def _boxes(rng: np.random.Generator, height: int, width: int) -> Rgb:
    page, draw = _page(rng, height, width)
    for _ in range(30):
        left, top = int(rng.integers(width)), int(rng.integers(height))
        right, bottom = left + int(rng.integers(5, 150)), top + int(rng.integers(5, 60))
        draw.rectangle((left, top, right, bottom), fill=_fill(rng))
        draw.text((left, top), _words(rng, 8), fill="black")
    return np.asarray(page)


def _lines(rng: np.random.Generator, height: int, width: int) -> Rgb:
    page, draw = _page(rng, height, width)
    for _ in range(20):
        points = [(int(x), int(y)) for x, y in rng.integers(0, max(height, width), (4, 2))]
        draw.line(points, fill=_fill(rng), width=int(rng.integers(1, 9)))
    return np.asarray(page)


def _page(rng: np.random.Generator, height: int, width: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", (width, height), "white" if rng.random() < 0.7 else _fill(rng))
    return page, ImageDraw.Draw(page)


def _colour(rng: np.random.Generator) -> Rgb:
    return rng.integers(0, 256, 3, np.uint8)


def _fill(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in _colour(rng))
    return red, green, blue


def _words(rng: np.random.Generator, length: int) -> str:
    return "".join(rng.choice(list(LETTERS), length))


FAMILIES: Final[Mapping[str, Draw]] = MappingProxyType(
    {
        "plain colour": _plain,
        "gradient": _gradient,
        "noise": _noise,
        "clouds": _clouds,
        "stripes": _stripes,
        "text": _text,
        "boxes with words": _boxes,
        "lines": _lines,
    }
)
