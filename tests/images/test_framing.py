"""Cards' pictures: always of one shape, filled, around the garment."""

import io

import numpy as np
import pytest
from PIL import Image

from deepstyle.images.framing import ASPECT, SMALLEST_PART, card, framed
from tests.images.pictures import photo, save

PAPER, INK = (240, 238, 235), (20, 40, 90)


def packshot(high: int, wide: int, top: int, left: int, bottom: int, right: int) -> np.ndarray:
    picture = np.full((high, wide, 3), PAPER, np.uint8)
    picture[top:bottom, left:right] = INK
    return picture


def garment(picture: np.ndarray) -> np.ndarray:
    found: np.ndarray = (picture == INK).all(axis=2)
    return found


@pytest.mark.parametrize(
    "box",
    [(100, 100, 300, 300), (0, 150, 60, 250), (180, 20, 220, 380), (20, 190, 380, 210), (20, 20, 380, 380)],
    ids=["in the middle", "at the edge", "wide", "high", "large"],
)
def test_a_packshot_keeps_all_of_its_garment(box: tuple[int, int, int, int]) -> None:
    picture = packshot(400, 400, *box)
    cut = framed(picture)
    assert cut.shape[1] / cut.shape[0] == pytest.approx(ASPECT, abs=0.01)
    assert garment(cut).sum() == garment(picture).sum()
    assert ((cut == PAPER).all(axis=2) | garment(cut)).all(), "the background goes on, and nothing else is added"


def test_the_garment_is_in_the_middle_and_as_large_as_may_be() -> None:
    cut = framed(packshot(1000, 1000, 100, 600, 300, 760))
    rows, columns = np.nonzero(garment(cut))
    assert (rows.mean() / cut.shape[0], columns.mean() / cut.shape[1]) == pytest.approx((0.4, 0.6), abs=0.15)
    assert cut.shape[1] == pytest.approx(SMALLEST_PART * 1000, rel=0.3), "a small thing does not become huge"


@pytest.mark.parametrize("size", [(300, 400), (400, 300), (1, 1), (2, 500), (500, 2)])
def test_any_other_picture_is_cut_from_its_centre(size: tuple[int, int]) -> None:
    picture = np.asarray(photo(*size))
    cut = framed(picture)
    assert cut.size and cut.shape[0] <= picture.shape[0] and cut.shape[1] <= picture.shape[1]
    if min(size) > 100:
        assert cut.shape[1] / cut.shape[0] == pytest.approx(ASPECT, abs=0.01)


def test_an_empty_picture_is_cut_from_its_centre() -> None:
    assert framed(np.full((300, 300, 3), 255, np.uint8)).shape == (300, 240, 3)


def test_a_card_is_never_enlarged() -> None:
    for width_px, expected in ((160, (160, 200)), (640, (320, 400))):
        with Image.open(io.BytesIO(card(save(photo(320, 400), "JPEG"), width_px))) as picture:
            assert picture.size == expected
