"""What a search by words is about: the items that have all of its words and what these name, in no order.

They are what is counted, and what another order than the best one is of. The best order goes on after them, with what
comes near.
"""

from collections.abc import Sequence
from typing import Final

from deepstyle.catalogue.item import ItemFilter
from deepstyle.search.agree import SOFT
from deepstyle.search.context import SearchContext
from deepstyle.search.query import EVERYTHING, Recognised
from deepstyle.search.state import State
from deepstyle.search.terms import condition_terms, terms_of
from deepstyle.search.wearers import for_wearers
from deepstyle.store.base import Page
from deepstyle.store.sorting import Sort
from deepstyle.store.words import Term

MOST_MATCHES: Final = 10_000
"""Of more items with the words, the best are counted and put in order."""
NEAR: Final = 100
"""Where nothing has all words, so many of what comes nearest."""


def browse_matches(
    context: SearchContext, state: State, *, sort: Sort, limit: int, after: str = ""
) -> tuple[Page, bool]:
    """A page of what ``state``, an answered search by words, matches, with its total and facets.

    And whether these are matches: where there are none, the page is of what comes nearest.
    """
    store, group_by = context.store, state.query.group_by
    item_ids, where = _matching(context, state), for_wearers(state.understood, state.where, context.words.genders)
    page = store.browse(where, among=item_ids, limit=limit, after=after, sort=sort, group_by=group_by)
    if page.total or not state.matches:
        return page, True
    nearest = [match.item.item_id for match in state.matches[:NEAR]]
    return store.browse(state.where, among=nearest, limit=limit, after=after, sort=sort, group_by=group_by), False


def _matching(context: SearchContext, state: State) -> list[str] | None:
    """The ids of the items with all words, whatever else is asked of them; ``None`` for all items."""
    understood, catalogue, lexicon = state.understood, context.words, context.lexicon
    asked = [one for one in understood.recognised if one.name in SOFT - {"genders"}]
    colours = [one for one in asked if one.name == "dominant_colours"]
    terms = terms_of(understood.words, catalogue, lexicon).terms if understood.words else ()
    terms += condition_terms([one for one in asked if one not in colours], catalogue, lexicon)
    if not colours:
        return _with_words(context, terms) if terms else None
    said = condition_terms(colours, catalogue, lexicon)
    named = _with_words(context, (*terms, *said)) if said else []
    return list(dict.fromkeys([*named, *_pictured(context, terms, colours)]))[:MOST_MATCHES]


def _with_words(context: SearchContext, terms: Sequence[Term], where: ItemFilter = EVERYTHING) -> list[str]:
    hits = context.store.search_words(terms, k=MOST_MATCHES, all_terms=True, where=where)
    return [hit.item_id for hit in hits]


def _pictured(context: SearchContext, terms: Sequence[Term], colours: Sequence[Recognised]) -> list[str]:
    """The items with ``terms`` whose picture has one of ``colours``, unless the catalogue calls theirs another."""
    store, codes = context.store, tuple(str(one.value) for one in colours)
    where = ItemFilter(dominant_colours=codes)
    found = _with_words(context, terms, where) if terms else store.matching(where, limit=store.count()) or []
    others = ItemFilter(colours=_other_colours(context, codes))
    excluded = frozenset(store.matching(others, among=found, limit=len(found)) or () if others.colours else ())
    return [item_id for item_id in found if item_id not in excluded]


def _other_colours(context: SearchContext, codes: Sequence[str]) -> tuple[str, ...]:
    """What the catalogue calls colours that are none of ``codes``, none of their shades, and none that has these."""
    shades = context.lexicon.shades
    texts: dict[bool, set[str]] = {True: set(), False: set()}
    for colour, names in context.words.colours.items():
        is_meant = any(
            colour == code or colour in shades.get(code, ()) or code in shades.get(colour, ()) for code in codes
        )
        texts[is_meant].update(names)
    return tuple(sorted(texts[False] - texts[True]))
