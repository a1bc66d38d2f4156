"""What simulated random clickers gain on average, beside all that they could like."""

from itertools import combinations

import numpy as np
import pytest

from bench.shoppers.judge import _expected, _ndcg


@pytest.mark.parametrize("liked", [1, 2, 4])
def test_the_mean_over_all_that_could_be_liked_is_that_of_trying_each(liked: int) -> None:
    has_type = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1], bool)
    tried = []
    for rows in combinations(np.flatnonzero(has_type), liked):
        likes = np.zeros(len(has_type), bool)
        likes[list(rows)] = True
        tried.append(_ndcg(likes))

    assert _expected(has_type, liked) == pytest.approx(np.mean(tried))


def test_where_all_results_have_the_type_no_order_gains() -> None:
    assert _expected(np.ones(20, bool), 3) == _expected(np.ones(20, bool)[::-1], 3)
