"""Two rankings in one list."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from deepstyle.people.experiments.interleaving import Drafted, team_draft, winner

RANKING = st.permutations([f"item-{number}" for number in range(8)])


def naive(a: list[str], b: list[str], coin: random.Random) -> list[Drafted]:
    """Algorithm 2 of the paper, line by line."""
    drafted: list[Drafted] = []
    while any(one not in {d.item_id for d in drafted} for one in a) and any(
        one not in {d.item_id for d in drafted} for one in b
    ):
        teams = [one.team for one in drafted]
        is_a = teams.count("A") < teams.count("B") or (teams.count("A") == teams.count("B") and coin.random() < 0.5)
        chosen = next(one for one in (a if is_a else b) if one not in {d.item_id for d in drafted})
        drafted.append(Drafted(chosen, "A" if is_a else "B"))
    return drafted


def test_lists_are_as_frequent_as_those_of_the_paper() -> None:
    a, b, coin = ["x", "y", "z"], ["z", "w", "x"], random.Random(1)
    ours = Counter(tuple(team_draft(a, b, seed=str(seed), length=4)) for seed in range(4000))
    theirs = Counter(tuple(naive(a, b, coin)) for _ in range(4000))
    strings = {tuple(list_)[:3] for list_ in theirs}
    for beginning in strings:
        counts = [sum(n for list_, n in lists.items() if list_[:3] == beginning) for lists in (ours, theirs)]
        assert abs(counts[0] - counts[1]) < 250, (beginning, counts)
    assert {list_[:3] for list_ in ours} == strings


@given(RANKING, RANKING, st.text(max_size=8), st.integers(0, 8))
def test_a_page_is_the_beginning_of_every_longer_list(a: list[str], b: list[str], seed: str, length: int) -> None:
    whole = team_draft(a, b, seed=seed, length=99)
    assert team_draft(a, b, seed=seed, length=length) == whole[:length]
    assert sorted(one.item_id for one in whole) == sorted(a)
    teams = [one.team for one in whole]
    for end in range(1, len(teams) + 1):
        assert abs(teams[:end].count("A") - teams[:end].count("B")) <= 1


def test_what_one_ranking_alone_offers_counts_for_nobody() -> None:
    drafted = team_draft(["x"], ["x", "y", "z"], seed="q", length=9)
    assert [one.item_id for one in drafted] == ["x", "y", "z"]
    assert [one.team for one in drafted][2] == ""
    assert team_draft([], [], seed="q", length=9) == []


def test_a_session_is_won_by_more_clicks() -> None:
    assert winner(["A", "B", "B", ""]) == "B"
    assert winner(["A"]) == "A"
    assert winner(["A", "B", ""]) is None
    assert winner([]) is None
