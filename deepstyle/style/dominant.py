"""The dominant colours of the garment in a picture, named by the table of ``deepstyle.catalogue.colours``.

The cells and their weights are those of ``deepstyle.style.colour``, so the background hardly counts. Each cell has the
name of the shade that is closest to it in CIELAB; the names with the largest shares are the dominant colours.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.colours import COLOURS, DominantColour
from deepstyle.images.lab import lab_of
from deepstyle.style.colour import Rgb, anchor_shares, garment_weights, reduce_to_cells

MOST: Final = 3
_LEAST_SHARE: Final = 0.12
_ONE_COLOUR: Final = 20.0
"""Two colours closer than this in CIELAB are shades of one: light and folds change a colour by about as much."""


def dominant_colours(rgb: Rgb) -> tuple[DominantColour, ...]:
    """One to three colours of the garment in ``rgb`` (H, W, 3) uint8, largest share first."""
    cells = reduce_to_cells(rgb)
    weights = garment_weights(anchor_shares(cells), cells.shape).astype(np.float64)
    lab = lab_of(cells.reshape(-1, 3))
    named = (_nearest(lab)[:, None] == np.arange(len(COLOURS))) * (weights / weights.sum())[:, None]
    shares: NDArray[np.float64] = named.sum(axis=0)
    means = named.T @ lab / np.maximum(shares, 1e-9)[:, None]
    _merge(shares, means)
    largest = [name for name in np.argsort(-shares, kind="stable")[:MOST] if shares[name] >= _LEAST_SHARE]
    return tuple(_colour(int(name), means[name], shares[name]) for name in largest or [int(shares.argmax())])


def _colour(name: int, lab: NDArray[np.float64], share: float) -> DominantColour:
    light, a, b = lab.tolist()
    return DominantColour(COLOURS[name].code, (light, a, b), float(share))


def _merge(shares: NDArray[np.float64], means: NDArray[np.float64]) -> None:
    """Add shades to the larger colour that they are shades of, in place; its mean stays that of its own cells."""
    for name in np.argsort(shares, kind="stable"):
        if not shares[name]:
            continue
        near = (np.linalg.norm(means - means[name], axis=1) < _ONE_COLOUR) & (shares > shares[name])
        if near.any():
            larger = np.where(near, shares, 0).argmax()
            shares[larger] += shares[name]
            shares[name] = 0


def _nearest(lab: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each of ``lab`` (N, 3), the number of the colour in ``COLOURS`` that has the closest shade."""
    shades, names = _shades()
    squares = (shades**2).sum(axis=1) - 2 * lab @ shades.T  # without |lab|², which is the same for all shades
    nearest: NDArray[np.intp] = names[squares.argmin(axis=1)]
    return nearest


@lru_cache(maxsize=1)
def _shades() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """All shades (S, 3) in CIELAB, and the number of the colour that each belongs to."""
    pairs = [(number, bytes.fromhex(shade[1:])) for number, colour in enumerate(COLOURS) for shade in colour.shades]
    rgb = np.array([list(shade) for _, shade in pairs])
    return lab_of(rgb), np.array([number for number, _ in pairs])
