import numpy as np
import pytest

from deepstyle.people.ranking.personal import TRUSTED_PEOPLE, ItemFactors, personal_parts


def known(items: int = 6, people: int = 10**9) -> ItemFactors:
    factors = np.random.default_rng(1).normal(size=(items, 3)).astype(np.float32)
    return ItemFactors(tuple(f"i{n}" for n in range(items)), factors, np.full(items, people, np.int32), 4.0, 0.5)


def test_shares_add_up_to_the_scores_of_the_factors_that_solve_equation_4() -> None:
    model, liked, candidates = known(), ["i4", "i5"], ["i0", "i1", "i2", "i3"]
    y = model.factors.astype(np.float64)
    confidence = np.zeros(6)
    confidence[[4, 5]] = model.confidence
    system = y.T @ y + y.T @ np.diag(confidence) @ y + model.regularisation * np.eye(3)
    person = np.linalg.solve(system, y.T @ ((1 + confidence) * (confidence > 0)))
    expected = y[:4] @ person

    found = personal_parts(model, candidates, liked, np.array([0.5, 0.5])).sum(axis=1)

    assert found == pytest.approx(expected - expected.mean(), abs=1e-6)


def test_what_few_people_liked_is_hardly_believed() -> None:
    weights, liked, candidates = np.array([0.5, 0.5]), ["i4", "i5"], ["i0", "i1", "i2"]
    all_of_it = personal_parts(known(), candidates, liked, weights)

    assert personal_parts(known(people=TRUSTED_PEOPLE), candidates, liked, weights) == pytest.approx(all_of_it / 2)


def test_unknown_and_hidden_items_have_no_share() -> None:
    shares = personal_parts(known(), ["i0", "new", "i1"], ["i4", "gone", "i5"], np.array([1.0, 1.0, -1.0]))

    assert shares[:, 1:].tolist() == [[0, 0]] * 3
    assert shares[1, 0] == 0
    assert shares[0, 0] != 0
    assert personal_parts(known(), ["i0"], [], np.zeros(0)).shape == (1, 0)
