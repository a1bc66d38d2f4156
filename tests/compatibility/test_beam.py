"""The beam against all combinations, where it is as wide as there are."""

from itertools import product

import numpy as np
import pytest

from deepstyle.compatibility.beam import BEAM_WIDTH, best_looks
from deepstyle.compatibility.scoring import look_score


@pytest.mark.parametrize("locked", [1, 3])
def test_the_beam_finds_what_all_combinations_hold(locked: int) -> None:
    rng = np.random.default_rng(locked)
    values = rng.uniform(-1, 1, (locked + 13, locked + 13)).astype(np.float32)
    between = (values + values.T) / 2
    slots = [np.arange(locked, locked + 6), np.arange(locked + 6, locked + 13)]
    looks, scores = best_looks(between, locked, slots)
    every = [(*range(locked), *added) for added in product(*(slot.tolist() for slot in slots))]
    assert len(looks) == len(scores) == len(every) <= BEAM_WIDTH
    expected = {look: look_score(between[np.ix_(look, look)]) for look in every}
    for look, score in zip(looks.tolist(), scores.tolist(), strict=True):
        assert score == pytest.approx(expected[tuple(look)], abs=1e-6)
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
