"""The measures against hand-computed values and against their definition by loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc, rank_among

# Few distinct values, so that ties are common.
SCORES = st.sampled_from([-1.0, 0.0, 0.25, 1.0, float("nan")])


def test_auc_by_hand() -> None:
    # Pairs (good, bad): .9>.8, .9>.1, .4<.8, .4>.1, .8=.8, .8>.1 → 4 wins and one tie of 6.
    scores = np.array([0.9, 0.8, 0.4, 0.1, 0.8])
    assert compatibility_auc(scores, np.array([True, False, True, False, True])) == pytest.approx(4.5 / 6)


@given(st.lists(st.tuples(SCORES, st.booleans()), min_size=2, max_size=12))
def test_auc_is_the_share_of_pairs_in_order(pairs: list[tuple[float, bool]]) -> None:
    good, bad = [s for s, label in pairs if label], [s for s, label in pairs if not label]
    scores, labels = np.array([s for s, _ in pairs]), np.array([label for _, label in pairs])
    if not good or not bad:
        with pytest.raises(ValueError, match="both kinds"):
            compatibility_auc(scores, labels)
        return
    good = [-np.inf if np.isnan(s) else s for s in good]
    bad = [np.inf if np.isnan(s) else s for s in bad]
    wins = sum(1.0 if g > b else 0.5 if g == b else 0.0 for g in good for b in bad)
    assert compatibility_auc(scores, labels) == pytest.approx(wins / (len(good) * len(bad)))


def test_blanks_by_hand() -> None:
    nan = float("nan")
    scores = np.array([[3, 1, 2, 0], [1, 1, 0, 0], [0, 1, 2, 3], [nan, 0, 0, 0], [1, nan, 0, 0]], float)
    right = np.array([0, 0, 3, 0, 0])
    # Right, a tie, right, no answer, and a wrong answer that is no number: 2 of 5.
    assert blank_accuracy(scores, right) == pytest.approx(2 / 5)


@given(st.lists(SCORES, min_size=1, max_size=8), st.data())
def test_rank_counts_whoever_is_not_behind(scores: list[float], data: st.DataObject) -> None:
    right = data.draw(st.integers(0, len(scores) - 1))
    own = scores[right]
    expected = len(scores) if np.isnan(own) else sum(1 for score in scores if not score < own)
    assert rank_among(np.array(scores), right) == expected
