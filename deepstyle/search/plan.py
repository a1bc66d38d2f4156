"""A search is a plan: one typed ``Query``, a list of stages, each timed and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from deepstyle.catalogue.item import ItemFilter
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import UsageError
from deepstyle.search.context import SearchContext
from deepstyle.search.later import WINDOW, apply_later, following
from deepstyle.search.orders import NEIGHBOURS, in_order, ranked
from deepstyle.search.query import Notice, Query, Understood
from deepstyle.search.state import StageTime, State
from deepstyle.search.word_matches import browse_matches
from deepstyle.search.words import search_by_words
from deepstyle.store.base import Facets, Page, Store
from deepstyle.style.alike import NOTHING_KNOWN, Traits, item_traits, photo_traits
from deepstyle.style.search import Match, with_shared

MOST_RESULTS: Final = 1000
"""So deep may one search be paged through, in its best order."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query, best first.

    ``where`` are the conditions that were applied, ``has_more`` whether there are further results. ``is_good_match`` as
    in ``SearchAnswer``; ``stages`` say what was done, and how long it took. ``sources`` are those of ``LEARNED`` that
    took part; a query for a further page names them, and in another order than the best one the place ``after``.
    ``total`` is how many are in order, match the words, or are near to the picture, of which ``MOST_RESULTS`` count;
    ``None`` where that, as the ``facets``, was not asked for.
    """

    matches: tuple[Match, ...]
    understood: Understood
    where: ItemFilter
    notices: tuple[Notice, ...] = ()
    stages: tuple[StageTime, ...] = ()
    has_more: bool = False
    is_good_match: bool | None = None
    calibrated: bool = False
    sources: frozenset[str] = frozenset()
    after: str = ""
    total: int | None = None
    facets: Facets | None = None


PictureStage = Callable[[SearchContext, State], tuple[bool | None, bool]]
"""Search by pictures and items: fills ``state.matches``, returns ``is_good_match`` and ``calibrated``."""


def run(context: SearchContext, query: Query, by_picture: PictureStage) -> Found:
    """Run the plan of ``query``; raises ``UsageError`` for one that asks for nothing."""
    if not (query.text.strip() or query.has_picture):
        raise UsageError("the query asks for nothing.", remedy="Give words, a picture, or an item.")
    is_best = query.sort == "best"
    state, is_good, calibrated = _searched(context, query, by_picture)
    with state.timed("page") as said:
        listed = _best(context, state) if is_best else _in_order(context, state, query)
        shared = with_shared(ranked(listed.matches, query.offset), _traits(context, query), state.own_item)
        shown = with_variants(context.store, shared, query.group_by)
        said.items = len(shown)
    return Found(
        shown,
        state.understood,
        state.where,
        tuple(state.notices),
        tuple(state.stages),
        listed.has_more,
        is_good,
        calibrated,
        frozenset(state.sources),
        listed.after,
        listed.total,
        listed.facets,
    )


def _searched(context: SearchContext, query: Query, by_picture: PictureStage) -> tuple[State, bool | None, bool]:
    """What is found, in order, with ``is_good_match`` and ``calibrated``.

    Where the later stages hide too much, it is searched again for more.
    """
    is_best, extra = query.sort == "best", WINDOW if context.later and query.has_picture else 0
    while True:
        shown = query if is_best else replace(query, k=NEIGHBOURS, offset=0)
        state = State(shown, query.where, part="first" if is_best else "fixed", extra=extra)
        is_good, calibrated = None, False
        if query.has_picture:
            is_good, calibrated = by_picture(context, state)
            state.window = min(WINDOW, len(state.matches))
        else:
            search_by_words(context, state)
        found = len(state.matches)
        apply_later(context, state)
        is_enough = len(state.matches) >= state.depth - extra or found < state.depth
        if not context.later or is_enough or extra > MOST_RESULTS:
            return state, is_good, calibrated
        extra = 2 * extra + WINDOW


@dataclass(frozen=True, slots=True)
class _Listed:
    """The results of a page, and what ``Found`` says of all of them."""

    matches: Sequence[Match]
    has_more: bool
    after: str = ""
    total: int | None = None
    facets: Facets | None = None


def _best(context: SearchContext, state: State) -> _Listed:
    query, end = state.query, state.query.offset + state.query.k
    has_more = len(state.matches) > end and end < MOST_RESULTS
    listed = _Listed(state.matches[query.offset : end], has_more)
    if not query.facets:
        return listed
    if query.has_picture:
        return replace(listed, total=state.total)
    counted, is_match = browse_matches(context, state, sort="id", limit=1)
    return replace(listed, total=counted.total if is_match else None, facets=counted.facets)


def _in_order(context: SearchContext, state: State, query: Query) -> _Listed:
    sort = query.sort
    assert sort != "best"
    if query.has_picture:
        page = in_order(
            context.store,
            state.matches,
            state.where,
            sort=sort,
            limit=query.k,
            after=query.after,
            group_by=query.group_by,
        )
        return _Listed(page.matches, bool(page.after), page.after, page.total)

    def browse(after: str, limit: int) -> Page:
        return browse_matches(context, state, sort=sort, limit=limit, after=after)[0]

    shown = replace(query, where=state.where)
    found = following(context, shown, browse, limit=query.k, after=query.after, part="fixed")
    matches = [Match(rank, item, 0.0) for rank, item in enumerate(found.items, start=1)]
    return _Listed(matches, bool(found.after), found.after, found.total, found.facets if query.facets else None)


def _traits(context: SearchContext, query: Query) -> Traits:
    """What is known of the one photo or item that is searched with; of several, and of words, nothing."""
    if len(query.vectors) + len(query.like) != 1 or context.spec is None:
        return NOTHING_KNOWN
    if query.vectors:
        return photo_traits(query.vectors[0], context.spec)
    items = context.store.get(query.like)
    return item_traits(items[query.like[0]]) if query.like[0] in items else NOTHING_KNOWN


def with_variants(store: Store, matches: Sequence[Match], group_by: GroupBy) -> tuple[Match, ...]:
    """Each match with the variants of its group; unchanged where items are not grouped."""
    if group_by == "none":
        return tuple(matches)
    variants = store.variants([match.item for match in matches], group_by)
    return tuple(replace(match, variants=variants[match.item.item_id]) for match in matches)
