import numpy as np

from deepstyle.looks.parts import connected_parts, largest_parts


def test_parts_are_those_that_touch() -> None:
    mask = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]], bool)
    assert connected_parts(mask).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [2, 0, 3]]
    assert not connected_parts(np.zeros((2, 3), bool)).any()
    assert (connected_parts(np.ones((2, 3), bool)) == 1).all()


def test_parts_that_meet_further_down_are_one() -> None:
    mask = np.array([[1, 0, 1, 0, 1], [1, 0, 1, 0, 1], [1, 1, 1, 0, 1]], bool)
    assert connected_parts(mask).tolist() == [[1, 0, 1, 0, 2], [1, 0, 1, 0, 2], [1, 1, 1, 0, 2]]
    comb = np.array([[1, 0, 1, 0, 1, 0, 1], [1, 1, 1, 1, 1, 1, 1]], bool)
    assert connected_parts(comb).max() == 1


def test_small_parts_are_left_out() -> None:
    mask = np.zeros((40, 40), bool)
    mask[:20, :20] = True
    mask[36, 36] = True
    assert largest_parts(mask, 0.1).sum() == 400
    assert largest_parts(mask, 0.0).sum() == 401
    pair = mask.copy()
    pair[30:40, 20:40] = True
    assert largest_parts(pair, 0.1).sum() == 600
    assert largest_parts(pair, 1.0).sum() == 400
    assert not largest_parts(np.zeros((5, 5), bool), 0.1).any()
