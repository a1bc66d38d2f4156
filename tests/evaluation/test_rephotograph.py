"""The same product in another photograph: what stays, and what changes."""

import numpy as np

from deepstyle.evaluation.rephotograph import half_size, on_new_background, recompress, rephotograph


def packshot() -> np.ndarray:
    """A red square on a white backdrop."""
    rgb = np.full((80, 60, 3), 250, np.uint8)
    rgb[20:60, 15:45] = (200, 30, 40)
    return rgb


def test_the_garment_stays_and_the_backdrop_changes() -> None:
    changed = on_new_background(packshot(), np.random.default_rng(0))
    assert (changed[20:60, 15:45] == (200, 30, 40)).all()
    assert (changed[:20].astype(int) < 245).mean() > 0.9


def test_another_photograph_is_the_same_for_the_same_seed() -> None:
    first, again, other = (rephotograph(packshot(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (68, 51, 3)
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (first != other).any()


def test_half_size_and_recompression() -> None:
    assert half_size(packshot()).shape == (40, 30, 3)
    assert half_size(packshot()[:1, :1]).shape == (1, 1, 3)
    again = recompress(packshot())
    assert again.shape == packshot().shape
    assert np.abs(again.astype(int) - packshot()).mean() < 10
