"""Patterns of cloth as functions of a place on it: how much of each accent colour covers the ground there."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Field = NDArray[np.float32]
"""(H, W) float32, one value a pixel."""

Pattern = Callable[[Field, Field], tuple[Field, Field]]
"""Place on the cloth in pixels, (H, W) twice, to the coverage 0..1 of the first and of the second accent colour."""


def field(values: ArrayLike) -> Field:
    """``values`` as a field."""
    return np.asarray(values, np.float32)


def soft(distance: NDArray[Any], edge_px: float = 0.8) -> Field:
    """1 where ``distance`` is below zero, 0 above, with an antialiased edge."""
    return field(np.clip(0.5 - distance / (2 * edge_px), 0, 1))


def _nothing(u: Field) -> Field:
    return np.zeros_like(u)


def _wave(u: NDArray[Any], period: float) -> Field:
    """Distance to the nearest multiple of ``period``."""
    return field(np.abs((u / period + 0.5) % 1 - 0.5) * period)


def _hash(i: Field, j: Field, salt: float) -> Field:
    """A repeatable random number in 0..1 for each cell."""
    value = np.sin(i * 127.1 + j * 311.7 + salt * 74.7) * 43758.5453
    return field(value - np.floor(value))


def _cells(u: Field, v: Field, size: float, jitter: float) -> tuple[Field, Field, Field, Field]:
    """A brick lattice of cells: place relative to each cell's (jittered) centre, and the cell's two numbers."""
    j = np.floor(v / size)
    shifted = u / size + 0.5 * (j % 2)
    i = np.floor(shifted)
    du = (shifted - i - 0.5 - jitter * (_hash(i, j, 1) - 0.5)) * size
    dv = (v / size - j - 0.5 - jitter * (_hash(i, j, 2) - 0.5)) * size
    return du, dv, i, j


def plain(u: Field, v: Field) -> tuple[Field, Field]:
    """No pattern."""
    return _nothing(u), _nothing(u)


def striped(u: Field, v: Field) -> tuple[Field, Field]:
    """Horizontal stripes, as on a Breton shirt."""
    return soft(_wave(v, 21) - 4.4), _nothing(u)


def pinstriped(u: Field, v: Field) -> tuple[Field, Field]:
    """Fine vertical stripes, as on suiting."""
    return field(0.85 * soft(_wave(u, 11) - 0.75)), _nothing(u)


def checked(u: Field, v: Field) -> tuple[Field, Field]:
    """A tartan: broad bands that cross, and a fine line between."""
    across, down = soft(_wave(u, 30) - 7), soft(_wave(v, 30) - 7)
    fine = np.maximum(soft(_wave(u + 15, 30) - 0.8), soft(_wave(v + 15, 30) - 0.8))
    return field(0.55 * across + 0.55 * down - 0.2 * across * down), field(0.7 * fine)


def dotted(u: Field, v: Field) -> tuple[Field, Field]:
    """Polka dots on a brick lattice."""
    du, dv, _, _ = _cells(u, v, 19, 0)
    return soft(np.hypot(du, dv) - 5), _nothing(u)


def floral(u: Field, v: Field) -> tuple[Field, Field]:
    """Scattered five-petalled flowers with a heart, and leaves between them."""
    du, dv, i, j = _cells(u, v, 34, 0.35)
    turn = 6.28 * _hash(i, j, 3)
    radius, angle = np.hypot(du, dv), np.arctan2(dv, du) + turn
    size = 10 + 4 * _hash(i, j, 4)
    petals = soft(radius - size * (0.72 + 0.28 * np.cos(5 * angle)))
    heart = soft(radius - 3.2)
    lu, lv, k, m = _cells(u + 17, v + 15, 34, 0.6)
    leaf_turn = 6.28 * _hash(k, m, 5)
    along, aside = lu * np.cos(leaf_turn) + lv * np.sin(leaf_turn), lv * np.cos(leaf_turn) - lu * np.sin(leaf_turn)
    leaf = soft(np.hypot(along / 7.5, aside / 2.8) * 3 - 3)
    return petals * (1 - heart), np.maximum(heart, leaf * (1 - petals))


def zigzag(u: Field, v: Field) -> tuple[Field, Field]:
    """Rows of zigzags with diamonds between them, as on woven folk cloth."""
    ridge = np.abs((u / 18) % 1 - 0.5) * 18
    line = soft(_wave(v - ridge, 46) - 4)
    diamond = soft(_wave(u, 18) + np.abs((v - 25) % 46 - 23) - 6.5)
    bar = soft(_wave(v - 36, 46) - 1.6)
    return line, np.maximum(diamond, bar) * (1 - line)


def leopard(u: Field, v: Field) -> tuple[Field, Field]:
    """Broken rosettes around a darker spot."""
    du, dv, i, j = _cells(u, v, 20, 0.5)
    radius = np.hypot(du, dv * (0.8 + 0.5 * _hash(i, j, 6)))
    angle = np.arctan2(dv, du) + 6.28 * _hash(i, j, 7)
    ring = soft(np.abs(radius - 6) - 2.1) * np.clip(1.3 + 2.2 * np.cos(2 * angle), 0, 1)
    return field(ring), field(0.6 * soft(radius - 4))


def camouflage(u: Field, v: Field) -> tuple[Field, Field]:
    """Large organic blots in two tones."""
    first = np.sin(u / 17 + 1.3 * np.sin(v / 21)) + np.sin(v / 14 + 1.7 * np.sin(u / 26))
    second = np.sin(u / 13 + 2 + 1.5 * np.sin(v / 17)) + np.sin(v / 18 + 1 + 1.2 * np.sin(u / 15))
    return soft((0.55 - first) * 9), soft((0.7 - second) * 9)


def chevron(u: Field, v: Field) -> tuple[Field, Field]:
    """Bold parallel chevrons, as on a team shirt."""
    ridge = np.abs(u - 160) * 0.55
    row = v + ridge
    return soft(_wave(row, 46) - 8), soft(_wave(row + 15, 46) - 2.4)


def houndstooth(u: Field, v: Field) -> tuple[Field, Field]:
    """A small broken check, as on tweed."""
    a, b = (u / 14) % 1, (v / 14) % 1
    square = (a < 0.5) & (b < 0.5)
    ribbon = ((a + b) % 0.5 < 0.25) & ((a < 0.5) ^ (b < 0.5))
    return field(square | ribbon), _nothing(u)


def geometric(u: Field, v: Field) -> tuple[Field, Field]:
    """Art-deco fans in outline."""
    du, dv, _, _ = _cells(u, v, 28, 0)
    radius = np.hypot(du, dv - 14)
    return soft(_wave(radius, 9.5) - 1.3) * soft(radius - 25), soft(radius - 5)


PATTERNS: Final[dict[str, Pattern]] = {
    function.__name__: function
    for function in (
        *(plain, striped, pinstriped, checked, dotted, floral, zigzag),
        *(leopard, camouflage, chevron, houndstooth, geometric),
    )
}
"""Every pattern by its name in the catalogue."""
