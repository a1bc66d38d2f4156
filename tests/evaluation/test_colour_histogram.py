"""The colour histogram knows colours, not where they are."""

import numpy as np
import pytest

from deepstyle.evaluation.colour_histogram import colour_histogram


def test_it_ignores_where_colours_are() -> None:
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:16] = (255, 0, 0)
    histogram = colour_histogram(rgb)
    assert histogram.shape == (512,)
    assert np.linalg.norm(histogram) == pytest.approx(1)
    assert histogram @ colour_histogram(rgb[::-1]) == pytest.approx(1)
    assert sorted(np.flatnonzero(histogram)) == [0, 448]  # black, and pure red: bin 7 of the first channel
    assert histogram[448] ** 2 == pytest.approx(1 / 4)


def test_other_colours_share_nothing() -> None:
    red, blue = (np.full((8, 8, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))
    assert colour_histogram(red) @ colour_histogram(blue) == 0
