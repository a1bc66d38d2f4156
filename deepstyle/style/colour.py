"""Colour as a part of a style vector: a soft histogram over 64 fixed colours of CIELAB, weighted by the garment.

A picture is reduced to about 44 x 33 cells. Each cell is shared out among the 64 *anchors* by a Gaussian of its
distance to them, and counts by its place (the middle is the garment, more often than not) and by how rare its colour
is along the border, which the background fills. The square roots of the shares (Hellinger's distance) are centred and
scaled to unit norm. Nothing is learned, so a vector depends on no data: see ``research/colour.md``.

A vector is ``[sqrt(1 - w) style, sqrt(w) colour]`` with both parts of unit norm and the ``colour_weight`` w, so the
cosine of two vectors is ``(1 - w) cos(style) + w cos(colour)``.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepstyle.images.lab import lab_of
from deepstyle.style.spec import ModelSpec

COLOUR_DIM: Final = 64
_CELLS_HIGH, _CELLS_WIDE = 44, 33
_BITS: Final = 5
"""Bits of each channel that the table of shares tells apart."""
_RINGS: Final = (
    (0, 1, (5, 25, 45, 65, 82, 98)),
    (16, 6, (15, 35, 55, 75, 90)),
    (40, 7, (28, 48, 68)),
    (72, 7, (52,)),
)
"""Chroma, number of hues and levels of lightness of the anchors: densest where most garments are, near grey."""
_SPREAD: Final = 7.0
"""Standard deviation in CIELAB by which a colour is shared out among the anchors."""
_PICKED_SPREAD: Final = 14.0
"""The same of a colour that a person picks, who means its neighbours, too."""
_CENTRE_SPREAD: Final = 0.35
"""Standard deviation of the weight of a place, in half sides of the picture."""
_BORDER_CELLS: Final = 2
_BORDER_WEIGHT: Final = 12.0
"""A colour as frequent along the border as in the picture counts 1 / (1 + this)."""
_LEAST_WEIGHT: Final = 0.05
"""Added to each weight: a picture of one colour has that colour."""
_CENTRED: Final = 0.8
"""The part of the mean colour's vector that is subtracted."""

Rgb = NDArray[np.uint8]
Vector = NDArray[np.float32]


def colour_vector(rgb: Rgb) -> Vector:
    """The colour of a garment as (64,) float32 of unit norm; ``rgb`` is (H, W, 3) uint8 of any size."""
    shares = anchor_shares(cells := reduce_to_cells(rgb))
    return _direction(garment_weights(shares, cells.shape) @ shares)


def picked_colour(pixel: Rgb) -> Vector:
    """The colour (64,) to search for where a person picked that of ``pixel``, (1, 1, 3) uint8: it, and its neighbours.

    The ``colour_vector`` of one shade would miss a garment of the next one, such as ruby for red.
    """
    return _direction(_shares(lab_of(pixel.reshape(-1, 3)), _PICKED_SPREAD)[0])


def append_colour(style: Vector, prepared: Sequence[Rgb], spec: ModelSpec) -> Vector:
    """The vectors (B, D) of pictures whose unit style vectors are ``style`` (B, S); they are ``style`` without colour.

    ``prepared`` are the pictures as the network saw them, each (H, W, 3) uint8.
    """
    if not spec.colour_dim:
        return style
    colours = np.array([colour_vector(rgb) for rgb in prepared], np.float32).reshape(-1, spec.colour_dim)
    return joined(style, colours, spec.colour_weight)


def features_with_colour(features: Vector, vectors: Vector, spec: ModelSpec) -> Vector:
    """The graph's features (B, G), followed by the colour of ``vectors`` (B, D) as often as ``spec`` says."""
    if not spec.features_colours:
        return features
    colours = vectors[:, spec.style_dim :] / np.float32(np.sqrt(spec.colour_weight))
    return np.concatenate([features, *[colours] * spec.features_colours], axis=1)


def joined(style: Vector, colours: Vector, weight: float) -> Vector:
    """Unit vectors (..., S) and (..., 64) as one (..., S + 64), of which ``weight`` in [0, 1) is the colour's."""
    return np.concatenate([np.sqrt(1 - weight) * style, np.sqrt(weight) * colours], axis=-1).astype(np.float32)


def reduce_to_cells(rgb: Rgb) -> Rgb:
    """The mean colours of about 44 x 33 cells, (H', W', 3) uint8; a smaller picture is returned as it is."""
    factors = max(1, rgb.shape[1] // _CELLS_WIDE), max(1, rgb.shape[0] // _CELLS_HIGH)
    return rgb if factors == (1, 1) else np.asarray(Image.fromarray(rgb).reduce(factors))


def garment_weights(shares: Vector, shape: tuple[int, ...]) -> Vector:
    """The weight of each cell (H' W',), positive: large in the middle, small where it looks like the border.

    ``shares`` are the ``anchor_shares`` of cells of the ``shape`` (H', W', 3).
    """
    place, border = _places(shape[0], shape[1])
    everywhere = shares.mean(axis=0)
    rarity = everywhere / (everywhere + _BORDER_WEIGHT * shares[border].mean(axis=0) + 1e-6) + _LEAST_WEIGHT
    return np.asarray((shares @ rarity) * place, np.float32)


def anchor_shares(cells: Rgb) -> Vector:
    """How each of ``cells`` (H', W', 3) uint8 is shared out among the anchors: (H' W', 64), rows of sum 1."""
    red, green, blue = np.moveaxis(cells.reshape(-1, 3).astype(np.int32) >> (8 - _BITS), -1, 0)
    shares: Vector = _table()[(red << 2 * _BITS) | (green << _BITS) | blue]
    return shares


def shares_of(colour: Vector) -> Vector:
    """The shares (64,) of the anchors that a ``colour_vector`` was made of: its inverse, for any direction."""
    mean = _mean()
    along = float(colour @ mean)
    length = np.sqrt(along**2 + 1 - float(mean @ mean)) - along  # so that the square roots have unit norm again
    roots = np.maximum(length * colour + mean, 0)
    return np.asarray(roots**2 / (roots**2).sum(), np.float32)


def _direction(shares: Vector) -> Vector:
    roots = np.sqrt(shares / shares.sum())
    centred = roots - _mean()
    return np.asarray(centred / np.linalg.norm(centred), np.float32)


@lru_cache(maxsize=16)
def _places(high: int, wide: int) -> tuple[Vector, NDArray[np.bool_]]:
    """The weight of each place in a grid, and which places are on its border: (high wide,) each."""
    y, x = np.mgrid[:high, :wide]
    squares = ((2 * y + 1) / high - 1) ** 2 + ((2 * x + 1) / wide - 1) ** 2
    edge = np.minimum(np.minimum(y, high - 1 - y), np.minimum(x, wide - 1 - x))
    return np.exp(-squares / (2 * _CENTRE_SPREAD**2)).astype(np.float32).ravel(), (edge < _BORDER_CELLS).ravel()


@lru_cache(maxsize=1)
def _table() -> Vector:
    """The shares (2^15, 64) of every colour of five bits a channel."""
    levels = (np.arange(2**_BITS) + 0.5) * 2 ** (8 - _BITS) - 0.5
    return _shares(
        lab_of(np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)), _SPREAD
    )


def _shares(lab: NDArray[np.float64], spread: float) -> Vector:
    """How each colour of ``lab`` (N, 3) is shared out among the anchors by a Gaussian of ``spread``: (N, 64)."""
    anchors = _anchors()
    squares = (lab**2).sum(axis=1)[:, None] - 2 * lab @ anchors.T + (anchors**2).sum(axis=1)
    nearness = np.exp(-(squares - squares.min(axis=1, keepdims=True)) / (2 * spread**2))
    return np.asarray(nearness / nearness.sum(axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=1)
def _mean() -> Vector:
    """What is subtracted from the square roots: most of the direction of all colours in equal parts."""
    roots = np.sqrt(_table().mean(axis=0))
    return np.asarray(_CENTRED * roots / np.linalg.norm(roots), np.float32)


def _anchors() -> NDArray[np.float64]:
    """The anchors, (64, 3) in CIELAB: rings around the axis of greys, each turned by half a step to the one below."""
    anchors = []
    for chroma, hues, levels in _RINGS:
        for number, lightness in enumerate(levels):
            angles = 2 * np.pi * (np.arange(hues) + 0.5 * (number % 2)) / hues
            anchors += [(lightness, chroma * np.cos(angle), chroma * np.sin(angle)) for angle in angles]
    return np.array(anchors)
