"""A search is a plan: one typed ``Query``, a list of stages, each timed and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from deepstyle.catalogue.item import ItemFilter
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import UsageError
from deepstyle.search.context import SearchContext
from deepstyle.search.query import Notice, Query, Understood
from deepstyle.search.state import StageTime, State
from deepstyle.search.words import search_by_words
from deepstyle.store.base import Store
from deepstyle.style.alike import NOTHING_KNOWN, Traits, item_traits, photo_traits
from deepstyle.style.search import Match, with_shared

MOST_RESULTS: Final = 1000
"""So deep may one search be paged through."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query, best first.

    ``where`` are the conditions that were applied, ``has_more`` whether there are further results. ``is_good_match`` as
    in ``SearchAnswer``; ``stages`` say what was done, and how long it took. ``sources`` are those of ``LEARNED`` that
    took part; a query for a further page names them.
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


PictureStage = Callable[[SearchContext, State], tuple[bool | None, bool]]
"""Search by pictures and items: fills ``state.matches``, returns ``is_good_match`` and ``calibrated``."""


def run(context: SearchContext, query: Query, by_picture: PictureStage) -> Found:
    """Run the plan of ``query``; raises ``UsageError`` for one that asks for nothing."""
    if not (query.text.strip() or query.has_picture):
        raise UsageError("the query asks for nothing.", remedy="Give words, a picture, or an item.")
    state = State(query, query.where)
    is_good, calibrated = None, False
    if query.has_picture:
        is_good, calibrated = by_picture(context, state)
    else:
        search_by_words(context, state)
    with state.timed("page") as said:
        shown = tuple(state.matches[query.offset : query.offset + query.k])
        shown = with_variants(context.store, with_shared(shown, _traits(context, query)), query.group_by)
        said.items = len(shown)
    has_more = len(state.matches) > query.offset + query.k and query.offset + query.k < MOST_RESULTS
    return Found(
        shown,
        state.understood,
        state.where,
        tuple(state.notices),
        tuple(state.stages),
        has_more,
        is_good,
        calibrated,
        frozenset(state.sources),
    )


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
