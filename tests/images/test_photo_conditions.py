"""Synthetic photos: reproducible, of one size, and with the garment cut out of a plain backdrop."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.images.photo_conditions import cut_out, photograph
from deepstyle.images.photo_scenes import HEIGHT_PX, WIDTH_PX
from tests.images.pictures import photo


def packshot(
    backdrop: NDArray[np.float64], height: int = 200, width: int = 150
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    picture = np.broadcast_to(backdrop, (height, width, 3)).copy()
    garment = np.zeros((height, width), bool)
    garment[60:160, 40:110] = True
    picture[garment] = (30, 60, 120)
    return picture.round().astype(np.uint8), garment


@pytest.mark.parametrize("shape", [(200, 150), (33, 400), (900, 700), (16, 16), (1, 1)])
def test_a_photo_of_any_picture_has_one_size_and_is_always_the_same(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*shape, 3), np.uint8)
    first, again, other = (photograph(pixels, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (HEIGHT_PX, WIDTH_PX, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_garment_on_white_is_cut_out() -> None:
    pixels, garment = packshot(np.array([250.0, 250, 250]))
    assert ((cut_out(pixels) > 127) == garment).mean() > 0.99


def test_a_garment_on_a_backdrop_with_a_gradient_is_cut_out() -> None:
    down = np.linspace(0, 40, 200)[:, None, None]
    pixels, garment = packshot(np.array([245.0, 240, 235]) - down)
    assert ((cut_out(pixels) > 127) == garment).mean() > 0.99


def test_a_picture_without_a_backdrop_stays_whole() -> None:
    assert cut_out(np.asarray(photo(120, 160, seed=3))) is None
    assert cut_out(np.full((100, 80, 3), 255, np.uint8)) is None  # nothing but backdrop


def test_a_photo_shows_the_garment_on_other_ground() -> None:
    pixels, _ = packshot(np.array([250.0, 250, 250]))
    shown = photograph(pixels, np.random.default_rng(0)).astype(int)
    blue = (shown[..., 2] - shown[..., 0]) > 30
    assert 0.05 < blue.mean() < 0.9
    assert (shown.min(axis=2) > 240).mean() < 0.5
