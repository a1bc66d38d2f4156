"""How ``Shop.search`` runs a typed query: what its stages read, and the stage that compares pictures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from deepstyle.search.compose import compose, item_vectors, search_composed
from deepstyle.search.context import SearchContext
from deepstyle.search.directions import nothing_learned, unit
from deepstyle.search.orders import ranked
from deepstyle.search.plan import MOST_RESULTS
from deepstyle.search.query import Notice, Query, Vector
from deepstyle.search.state import State
from deepstyle.search.understand import conditions, understand
from deepstyle.search.wearers import asked_wearers, for_wearers
from deepstyle.search.words import HARD
from deepstyle.shop.search import Wanted, like_embedding
from deepstyle.shop.text_models import TextModels
from deepstyle.store.base import Store
from deepstyle.style.colour_choice import reweight
from deepstyle.style.search import Match, near_ids
from deepstyle.style.spec import ModelSpec


def open_context(
    store: Store, texts: TextModels, *, space: str, spec: ModelSpec | None, folder: Callable[[], Path] | None
) -> SearchContext:
    """What a search reads; raises ``DataError`` where the shop's own synonyms cannot be used.

    ``folder`` finds that of the model of ``spec``; ``space`` is "" where nothing was encoded.
    """
    context = SearchContext(store, space, spec, texts.lexicon, texts.words, texts.meaning)
    if not (space and spec and folder):
        return context
    look, directions = texts.look(space, spec, folder), texts.directions(space, spec, context.lexicon)
    return replace(context, look=look, directions=directions)


def search_by_picture(context: SearchContext, state: State) -> tuple[bool | None, bool]:
    """Fill ``state.matches`` with what is near to the query's pictures and items, changed as its words say.

    Returns whether there is a good match, ``None`` where that is not known, and whether similarities are calibrated.
    """
    query = state.query
    with state.timed("understand"):
        if query.text:
            state.understood = understand(
                query.text, context.words, context.lexicon, has_picture=True, literal=query.literal
            )
        where = conditions(state.understood, query.where, names=HARD)
        state.where = for_wearers(state.understood, where, context.words.genders)
    is_good, calibrated = None, False
    if _is_composed(state):
        _search_composed(context, state)
    else:
        is_good, calibrated = _nearest(context, state)
    if not state.matches:
        state.notices.append(Notice("nothing_matches", {}))
    return is_good, calibrated


def _is_composed(state: State) -> bool:
    """Whether more is asked for than what is near to pictures and items."""
    query, understood = state.query, state.understood
    has_colour = bool(query.colour_item) or query.colour_from is not None
    has_wearers = bool(asked_wearers(understood.recognised))
    return bool(understood.changes or understood.words or query.unlike or has_colour or has_wearers)


def _nearest(context: SearchContext, state: State) -> tuple[bool | None, bool]:
    query = state.query
    with state.timed("nearest") as said:
        vector = _mean_vector(context, query)
        depth = state.depth + len(query.like)
        is_alone = len(query.vectors) == 1 and not query.like and query.sort == "best"
        wanted = Wanted(
            depth,
            0,
            state.where,
            query.colour,
            query.by,
            query.group_by,
            has_variants=False,
            picture_print=query.picture_print if is_alone else "",
        )
        answer = like_embedding(context.store, context.space, context.spec, vector, wanted)
        if answer.own_picture is not None:
            vector, state.own_item = answer.own_picture.vector, answer.own_picture.item_id
            said.detail = f"the picture of {state.own_item}"
        state.matches = ranked((match for match in answer.matches if match.item.item_id not in query.like), 0)
        if query.facets:
            most = MOST_RESULTS + len(query.like)
            ids = near_ids(context.store, context.space, vector, k=most, where=state.where, group_by=query.group_by)
            state.total = min(MOST_RESULTS, sum(item_id not in query.like for item_id in ids))
        said.items = len(state.matches)
    return answer.is_good_match, answer.calibrated


def _mean_vector(context: SearchContext, query: Query) -> Vector:
    vectors = [*query.vectors, *item_vectors(context.store, context.space, query.like)]
    mean = unit(np.mean(vectors, axis=0))
    return reweight(mean, context.spec, query.colour) if query.colour and context.spec else mean


def _search_composed(context: SearchContext, state: State) -> None:
    query, spec = state.query, context.spec
    assert spec is not None  # a query with pictures has a model
    with state.timed("compose") as said:
        learned = context.directions.current() if context.directions and state.may_use("directions") else None
        state.sources |= {"directions"} if learned else set()
        directions = learned or nothing_learned(spec)
        composed = compose(
            query,
            state.understood,
            context.store,
            context.space,
            spec,
            where=state.where,
            directions=directions,
            words=context.words,
            lexicon=context.lexicon,
        )
        state.notices += composed.notices
        said.detail = ", ".join(one.name for one in composed.soft)
    with state.timed("composed") as said:
        found = search_composed(composed, context.store, context.space, directions, group_by=query.group_by)
        state.total = len(found)
        ranked = enumerate(found, start=1)
        state.matches = [Match(rank, item, hit.similarity, picture=hit.picture) for rank, (item, hit) in ranked]
        said.items = len(state.matches)
