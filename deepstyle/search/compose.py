"""Photo and text: what is near to pictures and items, but different as the words say.

The query's vector moves along what the catalogue taught (``directions``). Candidates near it are then compared as
garments, and each change is a soft condition (``soft``), so that nothing is excluded. The type of a garment is such a
condition unless the words name another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from deepstyle.catalogue.colours import COLOUR_OF_CODE
from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.variants import GroupBy, first_of_each, group_of
from deepstyle.errors import UnknownItemError
from deepstyle.search.catalogue_words import CatalogueWords
from deepstyle.search.directions import Directions, unit
from deepstyle.search.lexicon import Lexicon
from deepstyle.search.query import Change, Notice, Query, Understood, Vector
from deepstyle.search.scales import SCALES
from deepstyle.search.soft import LEAST_CHANGE, Reference, Soft, colour_like, soft_of, type_of, words_of
from deepstyle.search.wearers import wearers_of
from deepstyle.store.base import Hit, Store
from deepstyle.style.colour import colour_vector, joined
from deepstyle.style.colour_choice import one_pixel, reweight
from deepstyle.style.spec import ModelSpec

CANDIDATES: Final = 400
"""So many of the nearest items are compared with the conditions; there are no other results."""
MET: Final = 100
"""So many of the nearest items that meet a change by the catalogue's own fields are compared as well."""
LOOKALIKES: Final = 10
"""So many of the nearest items say what a photo shows."""
UNLIKE_WEIGHT: Final = 0.5
"""How much an item that the results should not be like counts, beside one that they should."""
STEP: Final = 1.0
"""How far the query moves along an attribute, in standard deviations of the catalogue."""


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """What is searched for: near to ``vector`` (D,) of unit norm, among ``where``, the ``soft`` conditions preferred.

    ``met`` are filters of items that meet a change by the catalogue's own fields. Garments are compared whatever their
    colour where ``by_garment``. ``given`` are the query's own items, which are no results, nor are their other sizes.
    """

    vector: Vector
    where: ItemFilter
    soft: tuple[Soft, ...] = ()
    met: tuple[ItemFilter, ...] = ()
    by_garment: bool = False
    given: tuple[Item, ...] = ()
    notices: tuple[Notice, ...] = ()


def compose(
    query: Query,
    understood: Understood,
    store: Store,
    space: str,
    spec: ModelSpec,
    *,
    where: ItemFilter,
    directions: Directions,
    words: CatalogueWords,
    lexicon: Lexicon,
) -> Composed:
    """What ``query``, whose words mean ``understood``, searches ``space`` for; ``where`` are the conditions that hold.

    Raises ``UnknownItemError`` for an item that does not exist or has no vector, ``UsageError`` for a colour that
    cannot be applied.
    """
    base = _base(query, store, space)
    reference = _reference(query, base, store, space, where)
    changes = understood.changes
    possible = [(change, soft_of(change, reference, directions, lexicon)) for change in changes]
    soft = [one for _, one in possible if one is not None]
    notices = [Notice("change_not_possible", {"text": change.text}) for change, one in possible if one is None]
    if not any(one.name == "semantic_categories" for one in understood.recognised):
        soft.append(type_of(reference))
    soft += [*wearers_of(understood), *words_of(understood.words)]
    colour = _given_colour(query, store, space)
    if colour is not None and spec.colour_dim:
        soft.append(colour_like(colour, spec.style_dim))
    by_garment = bool(spec.colour_dim) and (colour is not None or any(one.name == "colour" for one in changes))
    return Composed(
        vector=_moved(reference, changes, query, colour, spec, directions, by_garment=by_garment),
        where=where,
        soft=tuple(soft),
        met=tuple(_met(changes, reference, where, words)),
        by_garment=by_garment,
        given=tuple(store.get([*query.like, *query.unlike]).values()),
        notices=tuple(notices),
    )


def search_composed(
    composed: Composed,
    store: Store,
    space: str,
    directions: Directions,
    *,
    group_by: GroupBy = "product",
) -> list[tuple[Item, Hit]]:
    """The candidates with their cosines to the composed vector, best first, of each group the best alone."""
    exclude = [item.item_id for item in composed.given]
    searches = [(composed.where, CANDIDATES), *((where, MET) for where in composed.met)]
    hits = {
        hit.item_id: hit
        for where, count in searches
        for hit in store.search(space, composed.vector, k=count, where=where, exclude=exclude)
    }
    own = {group_of(item, "colour") for item in composed.given}
    items = {item_id: item for item_id, item in store.get([*hits]).items() if group_of(item, "colour") not in own}
    batch = store.vectors(space, [*items])
    if not batch.item_ids:
        return []
    found = [items[item_id] for item_id in batch.item_ids]
    scores = composed_scores(composed, found, batch.vectors, directions)
    order = sorted(range(len(found)), key=lambda row: (-scores[row], found[row].item_id))
    ranked = [(found[row], hits[found[row].item_id]) for row in order]
    return first_of_each(((item, hit), group_of(item, group_by)) for item, hit in ranked)


def composed_scores(
    composed: Composed, items: Sequence[Item], vectors: Vector, directions: Directions
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What orders N ``items`` with their ``vectors`` (N, D), (N,), highest first."""
    if composed.by_garment:
        query = composed.vector[None]
        scores = (directions.garments(vectors) @ directions.garments(query)[0]).astype(np.float64)
    else:
        scores = (vectors @ composed.vector).astype(np.float64)
    return sum((one.scores(items, vectors) for one in composed.soft), scores)


def _base(query: Query, store: Store, space: str) -> Vector:
    """The mean of what the results should be like, less what they should not: (D,) of unit norm."""
    towards = unit(np.mean([*query.vectors, *item_vectors(store, space, query.like)], axis=0))
    away = item_vectors(store, space, query.unlike)
    return unit(towards - UNLIKE_WEIGHT * np.mean(away, axis=0)) if away else towards


def _reference(query: Query, base: Vector, store: Store, space: str, where: ItemFilter) -> Reference:
    items = tuple(store.get(query.like).values())
    if items:
        return Reference(items, base, is_item=True)
    nearest = store.search(space, base, k=LOOKALIKES)
    found = store.get([hit.item_id for hit in nearest])
    return Reference(tuple(found[hit.item_id] for hit in nearest if hit.item_id in found), base, is_item=False)


def _moved(
    reference: Reference,
    changes: Sequence[Change],
    query: Query,
    colour: Vector | None,
    spec: ModelSpec,
    directions: Directions,
    *,
    by_garment: bool,
) -> Vector:
    """The query along the attributes that change, and in the colour that is asked for."""
    base = reference.vector
    style = unit(base[: spec.style_dim])
    for change in changes:
        is_scale = change.name in SCALES
        key = directions.scale_key(change.name, reference.items) if is_scale else (change.name, change.value)
        if key in directions.along:
            sign = -1 if change.direction in ("less", "without") else 1
            style = unit(style + sign * STEP * np.float32(directions.spread[key]) * directions.along[key])
    if not spec.colour_dim:
        return style
    shade = base[spec.style_dim :] if colour is None else colour[spec.style_dim :]
    moved = joined(style, unit(shade), spec.colour_weight)
    named = [change.value for change in changes if (change.name, change.direction) == ("colour", "set")]
    if named:
        learned = directions.colour_direction(named[0])
        if learned is not None:
            return joined(style, learned, spec.colour_weight)
        if named[0] in COLOUR_OF_CODE:
            return joined(style, colour_vector(one_pixel(COLOUR_OF_CODE[named[0]].shades[0])), spec.colour_weight)
    if by_garment and colour is None:
        return reweight(moved, spec, "ignore")
    return reweight(moved, spec, query.colour) if query.colour else moved


def _met(changes: Sequence[Change], reference: Reference, where: ItemFilter, words: CatalogueWords) -> list[ItemFilter]:
    """For each change that the catalogue's own fields can answer, ``where`` and that."""
    found = []
    for change in changes:
        if change.name == "price" and reference.price is not None:
            less = change.direction == "less"
            bound = reference.price * (1 - LEAST_CHANGE if less else 1 + LEAST_CHANGE)
            given = {"price_max": bound} if less and where.price_max is None else {}
            given = {"price_min": bound} if not less and where.price_min is None else given
            found.append(replace(where, **given))  # type: ignore[arg-type]
        elif change.direction == "set" and change.name in ("colour", "material", "pattern"):
            texts = getattr(words, f"{change.name}s").get(change.value, ())
            if texts and not getattr(where, f"{change.name}s"):
                found.append(replace(where, **{f"{change.name}s": tuple(texts)}))  # type: ignore[arg-type]
            elif change.name == "colour" and not texts and not where.dominant_colours:
                found.append(replace(where, dominant_colours=(change.value,)))
    return found


def _given_colour(query: Query, store: Store, space: str) -> Vector | None:
    """The vector whose colour is to replace the query's."""
    if query.colour_from is not None:
        return query.colour_from
    return item_vectors(store, space, [query.colour_item])[0] if query.colour_item else None


def item_vectors(store: Store, space: str, item_ids: Sequence[str]) -> list[Vector]:
    """The vectors (D,) of items, in their order; raises ``UnknownItemError`` where one has none."""
    batch = store.vectors(space, item_ids) if item_ids else None
    if batch is None:
        return []
    if missing := set(item_ids) - set(batch.item_ids):
        raise UnknownItemError(
            f"no item has the id {min(missing)!r}, or it has no vector yet.", remedy="Run `deepstyle encode`."
        )
    return list(batch.vectors)
