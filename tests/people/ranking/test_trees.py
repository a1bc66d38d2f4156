import numpy as np
import pytest

from deepstyle.errors import ModelError
from deepstyle.people.ranking.trees import read_trees

lightgbm = pytest.importorskip("lightgbm")
RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(600, 5))
PARAMETERS = {"objective": "lambdarank", "verbose": -1, "num_leaves": 9, "num_threads": 1, "min_data_in_leaf": 5}


@pytest.fixture(scope="module")
def text() -> str:
    wanted = (TABLE[:, 0] * TABLE[:, 1] + TABLE[:, 2] > 0.5).astype(int)
    data = lightgbm.Dataset(TABLE, wanted, group=[20] * 30)
    return str(lightgbm.train({**PARAMETERS, "use_missing": False}, data, 25).model_to_string())


def test_scores_are_those_of_lightgbm(text: str) -> None:
    expected = lightgbm.Booster(model_str=text).predict(TABLE)

    assert read_trees(text).scores(TABLE) == pytest.approx(expected, abs=1e-12)
    assert read_trees(text).features == tuple(f"Column_{number}" for number in range(5))


def test_a_tree_of_one_leaf_is_its_value() -> None:
    data = lightgbm.Dataset(np.zeros((20, 2)), np.zeros(20), group=[10, 10])
    model = lightgbm.train(PARAMETERS, data, 1)

    assert read_trees(model.model_to_string()).scores(np.ones((3, 2))) == pytest.approx(model.predict(np.ones((3, 2))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("feature_names=", "names="),
        ("decision_type=2", "decision_type=1"),
        ("left_child=", "left_child=99 "),
        ("leaf_value=", "leaf_value=nan "),
        ("split_feature=", "split_feature=77 "),
        ("left_child=1", "left_child=0"),
    ],
)
def test_a_damaged_model_is_refused(text: str, old: str, new: str) -> None:
    assert old in text
    with pytest.raises(ModelError, match="cannot be read"):
        read_trees(text.replace(old, new, 1))


def test_text_that_is_no_model_is_refused() -> None:
    for text in ("", "tree\nfeature_names=a\n", "\nTree=0\n"):
        with pytest.raises(ModelError):
            read_trees(text)
