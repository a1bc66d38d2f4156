"""The beam against all combinations, where it is as wide as there are."""

from itertools import product

import numpy as np
import pytest

from deepstyle.compatibility.beam import BEAM_WIDTH, best_looks, varied
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


def test_no_look_costs_more_than_the_budget_and_the_best_that_does_not_is_found() -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(-0.9, 0.9, (13, 13)).astype(np.float32)
    between, prices = (values + values.T) / 2, np.concatenate([[500.0], rng.uniform(5, 50, 12)])
    slots = [np.arange(1, 7), np.arange(7, 13)]
    for budget in (20.0, 40.0, 70.0):
        looks, scores = best_looks(between, 1, slots, prices=prices, budget=budget)
        every = [(0, *added) for added in product(*(slot.tolist() for slot in slots))]
        affordable = [look for look in every if prices[list(look[1:])].sum() <= budget]
        assert {tuple(look) for look in looks.tolist()} == set(affordable)
        if affordable:
            best = max(affordable, key=lambda look: look_score(between[np.ix_(look, look)]))
            assert tuple(looks[0].tolist()) == best
            assert scores[0] == pytest.approx(look_score(between[np.ix_(best, best)]))
    assert len(best_looks(between, 1, slots, prices=prices, budget=1.0)[0]) == 0


def test_a_varied_choice_is_that_of_the_formula() -> None:
    rng = np.random.default_rng(3)
    scores, alike = rng.uniform(-1, 1, 12), rng.uniform(0, 1, (12, 12))
    alike = (alike + alike.T) / 2
    for diversity in (0.0, 0.3, 1.0):
        chosen = varied(scores, alike, 5, diversity)
        assert chosen[0] == scores.argmax()
        for at in range(1, 5):
            before = chosen[:at]
            merits = {
                row: (1 - diversity) * scores[row] - diversity * max(alike[row, before])
                for row in range(12)
                if row not in before
            }
            assert chosen[at] == max(merits, key=merits.__getitem__)
    assert varied(scores, alike, 5, 0.0) == np.argsort(-scores)[:5].tolist()
    assert len(varied(scores[:3], alike[:3, :3], 5, 0.3)) == 3
