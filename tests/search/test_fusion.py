"""Fusion by reciprocal rank, against its definition written out."""

from hypothesis import given
from hypothesis import strategies as st

from deepstyle.search.fusion import fuse
from deepstyle.search.query import Ranking

ITEMS = st.sampled_from("abcdefgh")
SOURCES = ("words", "meaning", "text_style")
RANKINGS = st.lists(
    st.builds(
        lambda source, items: Ranking(source, items, [0.0] * len(items)), st.sampled_from(SOURCES), st.lists(ITEMS)
    ),
    max_size=4,
)
WEIGHTS = st.dictionaries(st.sampled_from(SOURCES), st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0]))


@given(RANKINGS, WEIGHTS, st.integers(1, 9))
def test_scores_are_the_weighted_sums_of_reciprocal_ranks(rankings, weights, k):
    wanted = {}
    for item in "abcdefgh":
        for ranking in rankings:
            if item in ranking.item_ids and weights.get(ranking.source, 0) > 0:
                above = set(list(ranking.item_ids)[: list(ranking.item_ids).index(item)])
                wanted[item] = wanted.get(item, 0) + weights[ranking.source] / (60 + len(above) + 1)
    found = fuse(rankings, weights, k)
    assert len(found) == min(k, len(wanted))
    assert all(abs(score - wanted[item]) < 1e-12 for item, score in found)
    assert [score for _, score in found] == sorted(wanted.values(), reverse=True)[:k] or len(wanted) > k
    assert [item for item, _ in found] == sorted(dict(found), key=lambda item: (-dict(found)[item], item))


def test_an_item_that_two_rankings_have_goes_before_one_that_is_first_in_one():
    rankings = [Ranking("words", ["a", "b"], [9, 1]), Ranking("meaning", ["c", "b"], [0.9, 0.8])]
    assert [item for item, _ in fuse(rankings, {"words": 1, "meaning": 1}, 3)] == ["b", "a", "c"]


def test_the_scores_of_a_source_are_not_read():
    one = Ranking("words", ["a", "b"], [1e9, float("nan")])
    other = Ranking("words", ["a", "b"], [0.0, 0.0])
    assert fuse([one], {"words": 1}, 2) == fuse([other], {"words": 1}, 2)
