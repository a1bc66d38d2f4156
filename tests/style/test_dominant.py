"""The dominant colours of drawn garments, and of real ones in every form in which a picture comes."""

import numpy as np
import pytest

from deepstyle.catalogue.colours import COLOURS
from deepstyle.images.lab import lab_of
from deepstyle.style.dominant import MOST, dominant_colours
from tests.style.test_colour import BEIGE, NAVY, RED, WHITE, garment, uniform


def codes(picture: np.ndarray) -> list[str]:
    return [colour.code for colour in dominant_colours(picture)]


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: colour.code)
def test_each_colour_of_the_table_is_recognised(colour) -> None:
    for shade in colour.shades:
        red, green, blue = bytes.fromhex(shade[1:])
        assert codes(uniform((red, green, blue))) == [colour.code]
        assert codes(garment((red, green, blue), NAVY if colour.family == "neutral" else WHITE))[0] == colour.code


def test_the_colour_is_measured_in_lab() -> None:
    (found,) = dominant_colours(garment(RED))
    np.testing.assert_allclose(found.lab, lab_of(np.array(RED)), atol=2)
    assert 0.8 < found.share <= 1


def test_a_pattern_has_several_colours_largest_first() -> None:
    picture = garment(NAVY)
    picture[130:160, 80:184] = RED
    picture[150:160, 80:184] = BEIGE
    found = dominant_colours(picture)
    assert [one.code for one in found][:2] == ["navy", "red"] and len(found) <= MOST
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert sum(one.share for one in found) <= 1 + 1e-6


def test_shades_of_one_colour_are_one_colour() -> None:
    picture = garment(NAVY)
    picture[176:264, 66:198] = (43, 54, 98)
    assert codes(picture) == ["navy"]


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (44, 33), (90, 60)])
def test_a_picture_of_any_size_has_a_colour(size: tuple[int, int]) -> None:
    assert codes(np.full((*size, 3), RED, np.uint8)) == ["red"]
