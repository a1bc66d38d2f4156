"""Counts of clicks and shows, of items and of items by words."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from deepstyle.learning.ranking.log import Shown
from deepstyle.learning.ranking.propensity import Propensity
from deepstyle.people.ranking.popularity import Popularity, folded_query

LEAST_SESSIONS: Final = 5
"""Words that fewer sessions searched for are not kept: they may name a person."""
MOST_QUERIES, MOST_ITEMS = 5_000, 200
"""So many queries, and items of each, are kept."""
_Table = defaultdict[str, list[float]]


def count_clicks(lists: Iterable[Shown], propensity: Propensity) -> Popularity:
    """The counts of a log; a click counts as its place is hard to see."""
    items: _Table = defaultdict(lambda: [0.0, 0.0])
    queries: defaultdict[str, _Table] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    sessions: defaultdict[str, set[str]] = defaultdict(set)
    for one in lists:
        text = folded_query(one.text)
        sessions[text].add(one.session_id or one.query_id)
        for item_id, weight in zip(one.item_ids, propensity.weights(one.places), strict=True):
            for counts in (items[item_id], *([queries[text][item_id]] if text else [])):
                counts[0] += float(weight) * (item_id in one.clicked)
                counts[1] += 1
    common = sorted(
        (text for text in queries if len(sessions[text]) >= LEAST_SESSIONS), key=lambda t: -len(sessions[t])
    )
    kept = {text: _most_shown(queries[text]) for text in common[:MOST_QUERIES]}
    shows = sum(counts[1] for counts in items.values())
    rate = sum(counts[0] for counts in items.values()) / shows if shows else 0.0
    return Popularity(rate, {one: (counts[0], counts[1]) for one, counts in items.items()}, kept)


def _most_shown(table: _Table) -> dict[str, tuple[float, float]]:
    first = sorted(table, key=lambda one: (-table[one][1], one))[:MOST_ITEMS]
    return {one: (table[one][0], table[one][1]) for one in first}
