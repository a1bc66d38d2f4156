"""The metrics against naive loops, on small integers so that ties abound, with NaN and items taken out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.evaluation import retrieval_metrics as metrics


def naive_ranking(similarities: list[float], relevant: list[bool]) -> list[bool]:
    """Insert one by one: closer first; at equal similarity wrong first; NaN is best if wrong and worst if right."""
    ranked = []
    for similarity, right in zip(similarities, relevant, strict=True):
        if math.isnan(similarity):
            similarity = -math.inf if right else math.inf
        if similarity == -math.inf:
            continue
        ranked.append((-similarity, right))
    return [right for _, right in sorted(ranked)]


def naive_recall(similarities: list[float], relevant: list[bool], k: int) -> float:
    return float(any(naive_ranking(similarities, relevant)[:k]))


def naive_precision(similarities: list[float], relevant: list[bool], k: int) -> float:
    return sum(naive_ranking(similarities, relevant)[:k]) / k


def naive_average_precision(similarities: list[float], relevant: list[bool]) -> float:
    ranking, wanted = naive_ranking(similarities, relevant), sum(relevant)
    total = 0.0
    for place in range(1, wanted + 1):
        if ranking[place - 1 : place] == [True]:
            total += sum(ranking[:place]) / place
    return total / wanted


def naive_ndcg(similarities: list[float], relevant: list[bool], k: int) -> float:
    gains = [1 / math.log2(place + 2) for place in range(k)]
    ranked = naive_ranking(similarities, relevant)[:k]
    return sum(gain for gain, right in zip(gains, ranked, strict=False) if right) / sum(gains[: sum(relevant)])


@st.composite
def blocks(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    queries, items = draw(st.integers(1, 4)), draw(st.integers(1, 9))
    value = st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, math.nan, -math.inf])
    similarities = [[draw(value) for _ in range(items)] for _ in range(queries)]
    relevant = [[draw(st.booleans()) for _ in range(items)] for _ in range(queries)]
    for row in relevant:
        row[draw(st.integers(0, items - 1))] = True
    return np.array(similarities, np.float32), np.array(relevant)


@given(blocks(), st.integers(1, 12))
def test_against_naive_loops(block: tuple[np.ndarray, np.ndarray], k: int) -> None:
    similarities, relevant = block
    rows = list(zip(similarities.tolist(), relevant.tolist(), strict=True))
    assert metrics.precision_at_k(similarities, relevant, k).tolist() == pytest.approx(
        [naive_precision(*row, k) for row in rows]
    )
    assert metrics.ndcg_at_k(similarities, relevant, k).tolist() == pytest.approx([naive_ndcg(*row, k) for row in rows])
    assert metrics.average_precision_at_r(similarities, relevant).tolist() == pytest.approx(
        [naive_average_precision(*row) for row in rows]
    )
    assert metrics.recall_at_k(similarities, relevant, k).tolist() == [naive_recall(*row, k) for row in rows]


def test_ties_are_wrong() -> None:
    similarities = np.zeros((1, 5), np.float32)
    relevant = np.array([[True, False, False, False, False]])
    assert metrics.first_right_rank(similarities, relevant).tolist() == [5]
    assert metrics.recall_at_k(similarities, relevant, 4).tolist() == [0]
    assert metrics.average_precision_at_r(similarities, relevant).tolist() == [0]


def test_musgraves_example() -> None:
    # Figure 3 of the paper: ten right items, the last of them in tenth place only: R-precision .1, MAP@R .01.
    similarities = -np.arange(19, dtype=np.float32)[None]
    relevant = np.array([[False] * 9 + [True] * 10])
    assert metrics.average_precision_at_r(similarities, relevant)[0] == pytest.approx(0.01)
    perfect = np.array([[True] * 10 + [False] * 9])
    assert metrics.average_precision_at_r(similarities, perfect)[0] == 1
