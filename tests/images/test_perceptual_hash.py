"""The hash against changes of a picture, and the search for near hashes against all pairs."""

import numpy as np
import pytest
from PIL import Image

from deepstyle.images.perceptual_hash import (
    MAX_DIFFERENCE,
    MAX_DISTANCE,
    difference,
    near_pairs,
    perceptual_hash,
    thumb,
)
from deepstyle.images.pixels import decode
from tests.images.pictures import save


def drawing(seed: int) -> np.ndarray:
    """Some rectangles on white (240, 180, 3)."""
    rng = np.random.default_rng(seed)
    picture = np.full((240, 180, 3), 255, np.uint8)
    for _ in range(6):
        top, left = rng.integers(0, (180, 130))
        picture[top : top + rng.integers(30, 120), left : left + rng.integers(30, 100)] = rng.integers(0, 256, 3)
    return picture


def distance(one: np.ndarray, other: np.ndarray) -> int:
    hashes = perceptual_hash(one), perceptual_hash(other)
    assert hashes[0] is not None and hashes[1] is not None
    return (hashes[0] ^ hashes[1]).bit_count()


@pytest.mark.parametrize("seed", range(8))
def test_another_size_and_compression_are_nearly_the_same_picture(seed: int) -> None:
    original = drawing(seed)
    smaller = np.asarray(Image.fromarray(original).resize((90, 120)))
    for copy in (decode(save(Image.fromarray(original), "JPEG")), smaller):
        assert distance(original, copy) <= MAX_DISTANCE
        assert difference(thumb(original), thumb(copy)) <= MAX_DIFFERENCE


def test_other_pictures_are_not() -> None:
    pictures = [drawing(seed) for seed in range(12)]
    near = [distance(one, other) for at, one in enumerate(pictures) for other in pictures[:at]]
    assert min(near) > MAX_DISTANCE


def test_the_thumbnail_has_colours() -> None:
    red, blue = np.full((2, 40, 40, 3), 255, np.uint8)
    red[10:30, 10:30], blue[10:30, 10:30] = (200, 40, 40), (20, 60, 210)
    assert difference(thumb(red), thumb(blue)) > MAX_DIFFERENCE


def test_a_flat_picture_has_no_hash() -> None:
    assert perceptual_hash(np.full((50, 50, 3), 120, np.uint8)) is None


@pytest.mark.parametrize("cells", [1, 64, 1 << 22])
def test_near_pairs_are_all_pairs_that_are_near(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepstyle.images.perceptual_hash.BLOCK_CELLS", cells)
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 1 << 63, 6, dtype=np.uint64)[rng.integers(0, 6, 60)]
    for _ in range(5):
        hashes ^= np.uint64(1) << rng.integers(0, 64, 60).astype(np.uint64)
    found = {}
    for firsts, seconds, distances in near_pairs(hashes):
        for first, second, bits in zip(firsts.tolist(), seconds.tolist(), distances.tolist(), strict=True):
            pair = (min(first, second), max(first, second))
            assert pair not in found
            found[pair] = bits
    expected = {}
    for one in range(60):
        for other in range(one + 1, 60):
            bits = (int(hashes[one]) ^ int(hashes[other])).bit_count()
            if bits <= MAX_DISTANCE:
                expected[one, other] = bits
    assert found == expected and len(expected) > 10


def test_no_hashes_have_no_pairs() -> None:
    assert list(near_pairs(np.zeros(0, np.uint64))) == []
