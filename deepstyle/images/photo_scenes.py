"""What lies around the garment in a synthetic photo: floors, sheets, walls and carpets, and a camera's noise.

A few dozen scenes are drawn once per process; each photo shows one of them shifted, mirrored and tinted.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

HEIGHT_PX, WIDTH_PX = 352, 264
"""A phone photo in portrait, reduced to what an encoder sees."""
SCENES: Final = 48


def scene(rng: np.random.Generator) -> Floats:
    """A background without a garment: (352, 264, 3) float32, about 0 to 255."""
    drawn = _scenes()[rng.integers(SCENES)]
    drawn = np.roll(drawn, tuple(rng.integers(0, (HEIGHT_PX, WIDTH_PX)).tolist()), axis=(0, 1))
    drawn = drawn[:: rng.choice([1, -1]), :: rng.choice([1, -1])]
    return np.asarray(drawn * rng.normal(1, 0.08, 3).astype(np.float32), np.float32)


def noise(rng: np.random.Generator) -> Floats:
    """A camera's noise of unit deviation: (352, 264, 3) float32."""
    return np.roll(_grain(), int(rng.integers(HEIGHT_PX * WIDTH_PX)))


@lru_cache(maxsize=1)
def _scenes() -> tuple[Floats, ...]:
    kinds = (_floor, _sheet, _wall, _carpet)
    return tuple(kinds[number % len(kinds)](np.random.default_rng((7, number))) for number in range(SCENES))


@lru_cache(maxsize=1)
def _grain() -> Floats:
    return np.random.default_rng(8).standard_normal((HEIGHT_PX, WIDTH_PX, 3), np.float32)


def _floor(rng: np.random.Generator) -> Floats:
    """Wooden boards with grain and dark joints, along or across."""
    height, width = (HEIGHT_PX, WIDTH_PX) if rng.random() < 0.5 else (WIDTH_PX, HEIGHT_PX)
    board = rng.uniform(24, 80)
    down = np.arange(height, dtype=np.float32)[:, None]
    tones = rng.uniform(-16, 16, 64).astype(np.float32)[(down / board).astype(int)]
    grain = _smooth(rng, (height, 5), (height, width)) * 9
    joints = np.where(down % board < 2, np.float32(-30), np.float32(0))
    wood = np.array([1.25, 1.0, 0.72], np.float32) * np.float32(rng.uniform(70, 170))
    boards = wood + (tones + grain + joints)[..., None]
    return boards if height == HEIGHT_PX else np.ascontiguousarray(boards.transpose(1, 0, 2))


def _sheet(rng: np.random.Generator) -> Floats:
    """A bed sheet or a tablecloth with soft folds, sometimes with a print."""
    sheet = _colour(rng, 110, 240) + (_smooth(rng, (9, 7)) * np.float32(rng.uniform(6, 18)))[..., None]
    if rng.random() < 0.35:
        waves = np.sin(np.add.outer(np.arange(HEIGHT_PX), np.arange(WIDTH_PX)) * (2 * np.pi / rng.uniform(14, 60)))
        sheet = np.where((waves > 0.4)[..., None], sheet * np.float32(rng.uniform(0.6, 0.95)), sheet)
    return sheet


def _wall(rng: np.random.Generator) -> Floats:
    """A plain wall or door, lighter on one side."""
    slope = np.linspace(-1, 1, WIDTH_PX, dtype=np.float32)[None, :, None] * np.float32(rng.uniform(-25, 25))
    return _colour(rng, 90, 245) + slope + (_smooth(rng, (120, 90)) * 3)[..., None]


def _carpet(rng: np.random.Generator) -> Floats:
    """A speckled carpet, dark or light."""
    fine = _smooth(rng, (HEIGHT_PX, WIDTH_PX)) * np.float32(rng.uniform(8, 22))
    return _colour(rng, 40, 190) + (fine + _smooth(rng, (30, 22)) * 7)[..., None]


def _colour(rng: np.random.Generator, darkest: float, lightest: float) -> Floats:
    """A grey with a tint: (3,)."""
    return (rng.uniform(darkest, lightest) + rng.normal(0, 9, 3)).astype(np.float32)


def _smooth(rng: np.random.Generator, cells: tuple[int, int], size: tuple[int, int] = (HEIGHT_PX, WIDTH_PX)) -> Floats:
    """Noise of unit deviation and ``size`` (rows, columns), interpolated between ``cells`` random values."""
    values = Image.fromarray(rng.standard_normal(cells, np.float32))
    field = np.asarray(values.resize(size[::-1], Image.Resampling.BICUBIC), np.float32)
    return np.asarray((field - field.mean()) / field.std(), np.float32)
