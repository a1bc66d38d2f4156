"""Reasons of moved results, derived once more result by result."""

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.people.ranking.reasons import MOST_ITEMS, Shares, Why, reasons_of

SIGNALS = ("a", "b", "c", "d")
HIDDEN = frozenset({"c", "d"})


def largest(part: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(one for one in sorted(part, key=lambda name: -part[name]) if part[one] > 0)[:MOST_ITEMS]


def naive(session: Sequence[float], personal: Sequence[float], rise: int, is_popular: bool) -> tuple[Why, ...]:
    liked, others = (dict(zip(SIGNALS, part, strict=True)) for part in (session, personal))
    if rise < 0:
        fell = largest({name: -value for name, value in liked.items() if name in HIDDEN})
        return (Why("less-like-hidden", fell),) if fell else ()
    if rise == 0:
        return ()
    totals = [(np.sum(session), Why("like-your-clicks", largest(liked)))]
    totals.append((np.sum(personal), Why("liked-by-others", largest(others))))
    found = [why for total, why in sorted(totals, key=lambda pair: -pair[0]) if total > 0 and why.item_ids]
    return tuple(found) or ((Why("popular"),) if is_popular else ())


@given(st.data(), st.integers(0, 5), st.booleans())
def test_reasons_are_those_of_each_result_by_itself(data: st.DataObject, results: int, is_popular: bool) -> None:
    values = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), min_size=len(SIGNALS), max_size=len(SIGNALS))
    parts = [data.draw(st.lists(values, min_size=results, max_size=results)) for _ in range(2)]
    session, personal = (np.array(part, np.float64).reshape(results, len(SIGNALS)) for part in parts)
    ids = [f"r{row}" for row in range(results)]
    rises = {one: data.draw(st.integers(-1, 1)) for one in ids}
    found = reasons_of(Shares(SIGNALS, HIDDEN, session, personal, is_popular), ids, rises)
    expected = {one: naive(session[row], personal[row], rises[one], is_popular) for row, one in enumerate(ids)}
    assert found == {one: reasons for one, reasons in expected.items() if reasons}


def test_without_signals_only_popularity_moves() -> None:
    nothing = np.zeros((1, 0))
    assert reasons_of(Shares((), frozenset(), nothing, nothing, True), ["r"], {"r": 1}) == {"r": (Why("popular"),)}
    assert reasons_of(Shares((), frozenset(), nothing, nothing), ["r"], {"r": 1}) == {}
