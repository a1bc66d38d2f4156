"""A garment cut out of its photo: its box, and white where it is not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.looks.cut_out import cut_out
from deepstyle.looks.garment import Garment
from deepstyle.style.search import Crop


def test_what_is_behind_a_garment_is_white() -> None:
    rgb = np.full((40, 60, 3), 7, np.uint8)
    mask = np.zeros((2, 2), bool)
    mask[:, 0] = True  # the left half of the box
    found = cut_out(rgb, Garment("tops", Crop(0.5, 0.25, 0.5, 0.5), 0.9, mask))
    assert found.shape == (20, 30, 3)
    assert (found[:, :10] == 7).all()
    assert (found[:, -10:] == 255).all()


@given(
    st.tuples(st.integers(1, 50), st.integers(1, 50)),
    st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.02, 0.1), st.floats(0.02, 0.1)),
)
def test_any_box_of_any_photo_has_pixels(size: tuple[int, int], box: tuple[float, float, float, float]) -> None:
    found = cut_out(np.zeros((*size, 3), np.uint8), Garment("tops", Crop(*box), 0.9, np.ones((4, 4), bool)))
    assert found.size
    assert found.dtype == np.uint8
    assert (found == 0).all()
