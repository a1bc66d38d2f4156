"""Other orders of results than the best one: by price, by date, or mixed.

What is put in order is what the search is about (``word_matches``) or, for a photo or an item, the relevant neighbours:
in the catalogue everything has some similarity, and the cheapest of all is hardly what was asked for.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.store.base import ItemFilter, Store
from deepstyle.store.sorting import Sort, pack_place, read_place
from deepstyle.style.calibration.decision import BANDS, band_of
from deepstyle.style.search import Match

NEIGHBOURS: Final = 100
"""So many of the nearest items of a photo or an item are put in another order."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A page of matches; ``after`` is the place that the next one begins after, "" at the end."""

    matches: tuple[Match, ...]
    total: int
    after: str = ""


def relevant(matches: Sequence[Match]) -> Sequence[Match]:
    """Those of the nearest ``matches`` that are not called unlikely, where calibration says something; else all."""
    near = matches[:NEIGHBOURS]
    unlikely = BANDS[-1]
    likely = [
        one for one in near if one.same_type_probability is None or band_of(one.same_type_probability) != unlikely
    ]
    return likely or near


def in_order(
    store: Store,
    matches: Sequence[Match],
    where: ItemFilter,
    *,
    sort: Sort,
    limit: int,
    after: str = "",
    group_by: GroupBy,
) -> Ordered:
    """A page of the relevant ones among ``matches``, best first, in the order ``sort``; ranks are not changed."""
    near = relevant(matches)
    if sort == "mixed":
        return _page(interleaved(near), limit, after)
    by_id = {match.item.item_id: match for match in near}
    page = store.browse(where, among=[*by_id], limit=limit, after=after, sort=sort, group_by=group_by)
    return Ordered(tuple(by_id[item.item_id] for item in page.items), page.total, page.after)


def interleaved(matches: Sequence[Match]) -> list[Match]:
    """Each category spread evenly over the list, one variant of each product before the next; else in their order."""
    by_turn = [match for _, match in sorted(_turns(matches, lambda one: group_of(one.item, "product")), key=_first)]
    sizes = Counter(match.item.semantic_category for match in by_turn)
    turns = _turns(by_turn, lambda one: one.item.semantic_category)
    spread = [((turn + 0.5) / sizes[match.item.semantic_category], match) for turn, match in turns]
    return [match for _, match in sorted(spread, key=_first)]


def ranked(matches: Iterable[Match], offset: int) -> tuple[Match, ...]:
    """The matches with the ranks that follow ``offset``."""
    return tuple(match.at(rank) for rank, match in enumerate(matches, start=offset + 1))


def _page(matches: Sequence[Match], limit: int, after: str) -> Ordered:
    start = int(read_place(after)[0]) if after else 0
    shown = tuple(matches[start : start + limit])
    end = start + len(shown)
    has_more = bool(shown) and end < len(matches)
    return Ordered(shown, len(matches), pack_place(end, shown[-1].item.item_id) if has_more else "")


def _turns(matches: Iterable[Match], key: Callable[[Match], Hashable]) -> Iterator[tuple[int, Match]]:
    """Each match with how many of the same ``key`` come before it."""
    before: Counter[Hashable] = Counter()
    for match in matches:
        yield before[key(match)], match
        before[key(match)] += 1


def _first(pair: tuple[float, Match]) -> float:
    return pair[0]
