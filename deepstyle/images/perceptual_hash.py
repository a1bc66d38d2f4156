"""Pictures that look the same: a hash of 64 bits that survives scaling and compression, and a search for near hashes.

The hash is the sign of the lowest 64 frequencies of the grey picture against their median (Zauner 2010, "Implementation
and Benchmarking of Perceptual Image Hash Functions", section 3.2.1). It is blind to colour, unlike the thumbnail.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.images.pixels import Rgb, resize

SIDE_PX: Final = 32
MAX_DISTANCE: Final = 7
"""Hashes of nearly the same picture differ in no more of their 64 bits."""
FLAT: Final = 2.0
"""A picture whose grey values have a lower standard deviation, in 0..255, shows nothing to compare."""
THUMB_PX: Final = 16
MAX_DIFFERENCE: Final = 8.0
"""The thumbnails of nearly the same picture differ by no more on average, in 0..255."""
BLOCK_CELLS: Final = 1 << 22

_BANDS: Final = MAX_DISTANCE + 1
_BAND_BITS: Final = 64 // _BANDS
_GREY: Final = np.array([0.299, 0.587, 0.114])
_WAVES: Final = np.cos(np.pi * np.outer(np.arange(8), np.arange(SIDE_PX) + 0.5) / SIDE_PX)
"""(8, SIDE_PX) the lowest frequencies of the discrete cosine transform."""

Places = NDArray[np.int64]


def thumb(rgb: Rgb) -> Rgb:
    """A picture (H, W, 3) as (THUMB_PX, THUMB_PX, 3) uint8, whatever its shape."""
    return resize(rgb, THUMB_PX, THUMB_PX, "stretch")


def difference(one: Rgb, other: Rgb) -> float:
    """The mean difference of two thumbs, in 0..255."""
    return float(np.abs(one.astype(np.int16) - other).mean())


def perceptual_hash(rgb: Rgb) -> int | None:
    """The hash of a picture (H, W, 3) uint8; ``None`` where it is flat."""
    grey = resize(rgb, SIDE_PX, SIDE_PX, "stretch") @ _GREY
    if grey.std() < FLAT:
        return None
    waves = (_WAVES @ grey @ _WAVES.T).ravel()
    bits = waves > np.median(waves[1:])  # the first is the mean
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def near_pairs(hashes: NDArray[np.uint64]) -> Iterator[tuple[Places, Places, Places]]:
    """All pairs of ``hashes`` (N,) that differ in at most ``MAX_DISTANCE`` bits, each once, in bounded parts.

    A part is the places of the first, of the second, and their distances. Of so many bands of bits, a near pair shares
    one at least: only hashes that share a band are compared (multi-index hashing, Norouzi et al. 2012).
    """
    for band in range(_BANDS):
        keys = _band(hashes, band)
        order = np.argsort(keys, kind="stable")
        for bucket in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
            yield from _pairs_within(hashes, bucket, band)


def _pairs_within(hashes: NDArray[np.uint64], bucket: Places, band: int) -> Iterator[tuple[Places, Places, Places]]:
    """The near pairs of a ``bucket``, whose hashes share ``band``, but for those that share an earlier one."""
    rows = max(1, BLOCK_CELLS // max(1, len(bucket)))
    for start in range(0, len(bucket) - 1, rows):
        block, others = bucket[start : start + rows], bucket[start + 1 :]
        bits = hashes[block][:, None] ^ hashes[others][None]
        distances = np.bitwise_count(bits)
        near = (distances <= MAX_DISTANCE) & (np.arange(len(others)) >= np.arange(len(block))[:, None])
        at_row, at_column = np.nonzero(near)
        is_new = np.ones(len(at_row), bool)
        for earlier in range(band):
            is_new &= _band(bits[at_row, at_column], earlier) != 0
        at_row, at_column = at_row[is_new], at_column[is_new]
        if len(at_row):
            yield block[at_row], others[at_column], distances[at_row, at_column].astype(np.int64)


def _band(bits: NDArray[np.uint64], band: int) -> NDArray[np.uint64]:
    return (bits >> np.uint64(band * _BAND_BITS)) & np.uint64((1 << _BAND_BITS) - 1)
