"""How ``Shop.search`` runs a typed query: what its stages read, and the stage that compares pictures."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.colours import COLOUR_OF_CODE
from deepstyle.catalogue.item import ItemFilter
from deepstyle.errors import UnknownItemError
from deepstyle.search.agree import agreement
from deepstyle.search.catalogue_words import catalogue_words
from deepstyle.search.context import SearchContext
from deepstyle.search.lexicon import lexicon
from deepstyle.search.query import Change, Notice, Query, Recognised
from deepstyle.search.state import State
from deepstyle.search.understand import conditions, understand
from deepstyle.search.words import HARD
from deepstyle.settings import Settings
from deepstyle.shop.search import Wanted, like_embedding
from deepstyle.shop.text_models import TextModels
from deepstyle.store.base import Store
from deepstyle.style.colour_choice import reweight
from deepstyle.style.spec import ModelSpec

UNLIKE_WEIGHT: Final = 0.5
"""How much an item that the results should not be like counts, beside one that they should."""
CHANGED_AMONG: Final = 200
"""So many of the nearest products are ordered by how far they agree with a change."""
CHANGE_GAIN: Final = 0.35
"""How much full agreement with a change adds to a similarity."""
_FILTERS: Final = {"colour": "dominant_colours", "material": "materials", "pattern": "patterns"}


def open_context(
    store: Store,
    settings: Settings,
    *,
    space: str,
    spec: ModelSpec | None,
    texts: TextModels,
    folder: Callable[[], Path] | None,
) -> SearchContext:
    """What a search reads; raises ``DataError`` where the shop's own synonyms cannot be used.

    ``folder`` finds that of the model of ``spec``; ``space`` is "" where nothing was encoded.
    """
    words = lexicon(settings.synonyms)
    look = texts.look(space, spec, folder) if space and spec and folder else None
    return SearchContext(store, space, spec, words, catalogue_words(store, words), texts.meaning, look)


def search_by_picture(context: SearchContext, state: State) -> tuple[bool | None, bool]:
    """Fill ``state.matches`` with what is near to the query's pictures and items, changed as its words say."""
    query = state.query
    with state.timed("understand"):
        if query.text:
            state.understood = understand(
                query.text, context.words, context.lexicon, has_picture=True, literal=query.literal
            )
        state.where = conditions(state.understood, query.where, names=HARD)
    with state.timed("compose") as said:
        vector = composed(context, query, state.understood.changes)
        state.where = _cheaper(context, query, state)
        said.detail = ", ".join(f"{one.name} {one.direction} {one.value}".strip() for one in state.understood.changes)
    with state.timed("nearest") as said:
        changes = [one for one in state.understood.changes if one.name in _FILTERS or one.direction == "without"]
        depth = max(state.depth, CHANGED_AMONG if changes else 0)
        colour = "ignore" if _has_colour(query, state.understood.changes) else query.colour
        wanted = Wanted(depth + len(query.like) + len(query.unlike), 0, state.where, colour, query.by, query.group_by)
        answer = like_embedding(context.store, context.space, vector, wanted)
        given = {*query.like, *query.unlike}
        state.matches = [match for match in answer.matches if match.item.item_id not in given]
        said.items = len(state.matches)
    if changes:
        _reorder(context, state, changes)
    state.matches = [replace(match, rank=rank) for rank, match in enumerate(state.matches, start=1)]
    if not state.matches:
        state.notices.append(Notice("nothing_matches", {}))
    return answer.is_good_match, answer.calibrated


def composed(context: SearchContext, query: Query, changes: Sequence[Change]) -> NDArray[np.float32]:
    """The query's vector (D,) of unit norm: its pictures and items, less what it should not be like, in its colour.

    Raises ``UnknownItemError``.
    """
    parts = [*query.vectors, *_vectors(context, query.like)]
    vector = np.mean(parts, axis=0)
    for away in _vectors(context, query.unlike):
        vector = vector - UNLIKE_WEIGHT * away
    vector = np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
    spec = context.spec
    if spec is None or not spec.colour_dim:
        return vector
    other = query.colour_from if query.colour_from is not None else _first(_vectors(context, (query.colour_item,)))
    if other is not None:
        return _with_colour_of(vector, other, spec)
    named = [one.value for one in changes if one.name == "colour" and one.direction == "set"]
    if named:
        return reweight(vector, spec, COLOUR_OF_CODE[named[0]].shades[0])
    return reweight(vector, spec, query.colour) if query.colour else vector


def _with_colour_of(vector: NDArray[np.float32], other: NDArray[np.float32], spec: ModelSpec) -> NDArray[np.float32]:
    """ "This cut, that colour": the style of one vector and the colour of another."""
    joined = np.concatenate([vector[: spec.style_dim], other[spec.style_dim :]])
    return np.asarray(joined / np.linalg.norm(joined), np.float32)


def _has_colour(query: Query, changes: Sequence[Change]) -> bool:
    """Whether similarities are no longer those that the calibration knows."""
    return bool(changes or query.unlike or query.colour_item or query.colour_from is not None)


def _vectors(context: SearchContext, item_ids: Sequence[str]) -> list[NDArray[np.float32]]:
    wanted = [item_id for item_id in item_ids if item_id]
    batch = context.store.vectors(context.space, wanted)
    missing = set(wanted) - set(batch.item_ids)
    if missing:
        raise UnknownItemError(f"no item has the id {min(missing)!r}, or it has no vector yet.")
    return list(batch.vectors)


def _first(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    return vectors[0] if vectors else None


def _cheaper(context: SearchContext, query: Query, state: State) -> ItemFilter:
    """The conditions, with a bound on prices where the words ask for cheaper or dearer than an item with a price."""
    where = state.where
    change = next((one for one in state.understood.changes if one.name == "price"), None)
    if change is None:
        return where
    priced = [item for item in context.store.get(query.like).values() if item.price is not None]
    if not priced:
        state.notices.append(Notice("change_not_possible", {"text": change.text}))
        return where
    price, currency = priced[0].price, priced[0].currency
    assert price is not None
    bound = {"price_max": price * 0.99} if change.direction == "less" else {"price_min": price * 1.01}
    where = replace(where, **bound)  # type: ignore[arg-type]
    return replace(where, currencies=(currency,)) if currency and not where.currencies else where


def _reorder(context: SearchContext, state: State, changes: Sequence[Change]) -> None:
    """Products that agree with the changes rise by a share of their distance, those that contradict sink."""
    with state.timed("agree"):
        asked = [Recognised(_FILTERS[one.name], one.value, one.text, 0, 0) for one in changes if one.direction == "set"]
        unwanted = [one for one in changes if one.direction == "without"]
        scored = []
        for match in state.matches:
            found = agreement(match.item, asked, unwanted, context.words, context.lexicon)
            scored.append((match.similarity + found.score * CHANGE_GAIN, match))
        scored.sort(key=lambda pair: (-pair[0], pair[1].item.item_id))
        state.matches = [match for _, match in scored]
