"""Pictures side by side: whole, apart from each other, on the ground's colour."""

import numpy as np
import pytest

from deepstyle.images.flat_lay import GROUND, flat_lay, on_ground


def card(height: int, width: int, colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def garment(background: int) -> np.ndarray:
    picture = card(60, 80, (background,) * 3)
    picture[20:50, 30:40] = (10, 20, 30)
    return picture


def test_a_light_margin_is_cut_off_and_becomes_the_ground() -> None:
    picture = garment(250)
    picture[20:25, 30:35] = 250  # background that is left inside the box
    shown = on_ground(picture)
    assert shown.shape == (30, 10, 3)
    assert tuple(shown[0, 0]) == GROUND
    assert np.abs(shown[-1, -1].astype(int) - (10, 20, 30)).max() <= 2


def test_other_pictures_stay_as_they_are() -> None:
    busy = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    for picture in (garment(120), busy, card(1, 1, (0, 0, 0))):
        assert np.array_equal(on_ground(picture), picture)
    assert on_ground(card(5, 7, (255, 255, 255))).shape == (5, 7, 3)  # nothing on it


@pytest.mark.parametrize("count", [1, 2, 4, 5, 9, 12])
def test_every_picture_is_there_once_and_within_the_margin(count: int) -> None:
    sides = [(100, 100), (10, 400), (400, 10), (1, 1), (900, 700)]
    pictures = [card(*sides[at % 5], (5 + 18 * at, 0, 255)) for at in range(count)]
    canvas = flat_lay(pictures, 1200, 630)
    assert canvas.shape == (630, 1200, 3)
    is_ground = np.abs(canvas.astype(int) - GROUND).max(axis=2) == 0
    assert is_ground[:30].all() and is_ground[-30:].all() and is_ground[:, :30].all() and is_ground[:, -30:].all()
    for at in range(count):
        assert (np.abs(canvas.astype(int) - (5 + 18 * at, 0, 255)).max(axis=2) == 0).any(), at


def test_a_single_picture_is_as_large_as_it_fits() -> None:
    canvas = flat_lay([card(60, 60, (0, 0, 0))], 1200, 630)
    rows, columns = np.flatnonzero((canvas == 0).all(2).any(1)), np.flatnonzero((canvas == 0).all(2).any(0))
    assert len(rows) == pytest.approx(558, abs=1) and len(columns) == pytest.approx(558, abs=1)
    assert columns[0] + columns[-1] == pytest.approx(1199, abs=2)
