import numpy as np
import pytest

from deepstyle.learning.looks.data import Example
from deepstyle.learning.looks.decide import Output, fit_decisions, is_right, logistic_regression, reading
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.parse import read_garments
from tests.looks.label_maps import label, logits_of

READINGS = dict.fromkeys(GARMENTS, reading(0.0, 0.1, 0.5))
TRUE = label(*((name, 6 * at, 6 * at + 6, 8, 24) for at, name in enumerate(GARMENTS)))


def outputs(count: int) -> tuple[list[Output], list[Example]]:
    """Photos whose garments are all there, or none: only the presence logit, with noise, says which."""
    rng = np.random.default_rng(0)
    found, examples = [], []
    for at in range(count):
        worn = bool(at % 2)
        presence = (rng.normal(2.0 if worn else -2.0, 0.5, len(GARMENTS))).astype(np.float32)
        found.append((logits_of(TRUE), presence))
        examples.append(Example(str(at), np.zeros((48, 32, 3), np.uint8), TRUE if worn else np.zeros_like(TRUE)))
    return found, examples


def test_decisions_learn_which_garments_are_there() -> None:
    decisions = fit_decisions(*outputs(60), READINGS)
    for presence, count in ((2.0, len(GARMENTS)), (-2.0, 0)):
        found = read_garments(logits_of(TRUE), np.full(len(GARMENTS), presence, np.float32), decisions)
        assert len(found.garments) == count
    assert decisions["tops"].bonus == READINGS["tops"].bonus


def test_a_regression_finds_the_odds() -> None:
    x = np.ones((1000, 1))
    y = np.arange(1000) < 800
    assert logistic_regression(x, y.astype(float)) == pytest.approx([np.log(4)], abs=1e-6)
    separable = np.column_stack([np.linspace(-1, 1, 100), np.ones(100)])
    assert np.isfinite(logistic_regression(separable, np.repeat([0.0, 1.0], 50))).all()


def test_a_box_is_right_from_half_its_union() -> None:
    mask = TRUE == 1
    truth = {"tops": ((8 / 32, 0.0, 16 / 32, 12 / 48), 0.1), "hats": ((8 / 32, 0.0, 16 / 32, 13 / 48), 0.1)}
    assert is_right(mask, truth, "tops") and not is_right(mask, truth, "hats") and not is_right(mask, truth, "bags")
