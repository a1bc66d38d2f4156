"""The stages after ranking: they order anew, put items among the first, and hide, without a page losing its place.

Only the first matches that every page finds alike, ``WINDOW`` at most, change places. What a stage hides is made up for
by what follows, so that a page is full and its cursor stays the place of its last item.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.search.context import SearchContext
from deepstyle.search.orders import NEIGHBOURS, ranked
from deepstyle.search.query import Query
from deepstyle.search.state import Part, State
from deepstyle.store.base import Page
from deepstyle.store.sorting import Sort
from deepstyle.style.search import Match

WINDOW: Final = NEIGHBOURS
"""So many of the first matches may change places."""
MOST_ROUNDS: Final = 10
"""A page that the stages hide so many times over stays shorter."""
_INSIDE: Final = "first "
"""Begins the place of a page that ends among the first matches; their number follows."""

Browse = Callable[[str, int], Page]
"""A page of the catalogue: of the place that it follows, and the most items."""


def apply_later(context: SearchContext, state: State) -> None:
    """Run the later stages over ``state.matches``; each is timed and explained."""
    for stage in context.later:
        with state.timed(stage.name) as said:
            said.detail = stage.apply(context, state)
            said.items = len(state.matches)
    if context.later:
        state.matches = ranked(state.matches, 0)


def later_matches(context: SearchContext, query: Query, matches: Sequence[Match], part: Part) -> Sequence[Match]:
    """``matches`` of ``query`` after the later stages; the first ``WINDOW`` of them may change places."""
    state = State(query, query.where, matches=matches, part=part)
    state.window = min(WINDOW, len(matches)) if part == "first" else 0
    apply_later(context, state)
    return state.matches


def is_among_first(after: str) -> bool:
    """Whether a place in the catalogue is one that only ``browse_later`` can go on from."""
    return after.startswith(_INSIDE)


def browse_later(context: SearchContext, query: Query, *, sort: Sort, limit: int, after: str) -> Page:
    """A page of the catalogue after the later stages.

    They change no place but in the order ``mixed``, and nothing at all in that by item id.
    """
    where, group_by = query.where, query.group_by

    def browse(after: str, limit: int) -> Page:
        return context.store.browse(where, limit=limit, after=after, sort=sort, group_by=group_by)

    if sort == "mixed" and (is_among_first(after) or (context.later and not after)):
        return _from_first(context, query, browse, limit, _start(after))
    if not context.later or sort == "id":
        return browse(after, limit)
    return following(context, query, browse, limit=limit, after=after, part="rest" if sort == "mixed" else "fixed")


def following(context: SearchContext, query: Query, browse: Browse, *, limit: int, after: str, part: Part) -> Page:
    """A page of what follows the place ``after``, without what the stages remove; full wherever there is enough."""
    page = found = browse(after, limit)
    shown = _kept(context, query, page, part)
    for _ in range(MOST_ROUNDS):
        if len(shown) >= limit or not page.after or not context.later:
            break
        page = browse(page.after, limit - len(shown))
        shown += _kept(context, query, page, part)
    return replace(found, items=tuple(shown), after=page.after)


def _start(after: str) -> int:
    number = after.removeprefix(_INSIDE) or "0"
    if not number.isdecimal():
        raise UsageError(f"{after[:100]!r} is not a place in this order.", remedy="Give the last page's `after`.")
    return int(number)


def _from_first(context: SearchContext, query: Query, browse: Browse, limit: int, start: int) -> Page:
    page = browse("", WINDOW)
    first = _kept(context, query, page, "first")
    end = start + limit
    if end < len(first) or (end == len(first) and not page.after):
        return replace(page, items=tuple(first[start:end]), after=f"{_INSIDE}{end}" if end < len(first) else "")
    shown, missing = first[start:], end - max(start, len(first))
    if not page.after or not missing:
        return replace(page, items=tuple(shown))
    rest = following(context, query, browse, limit=missing, after=page.after, part="rest")
    return replace(page, items=(*shown, *rest.items), after=rest.after)


def _kept(context: SearchContext, query: Query, page: Page, part: Part) -> list[Item]:
    matches = [Match(rank, item, 0.0) for rank, item in enumerate(page.items, start=1)]
    return [match.item for match in later_matches(context, query, matches, part)]
