"""Looks that are like a look: each piece compared with the most similar piece of its own kind, in both directions.

The similarity of two looks is the mean of both directions' mean of greatest cosines (a modified Hausdorff distance,
Dubuisson & Jain 1994); a piece that the other look has no counterpart for counts 0. Candidates are the looks that
contain one of the items nearest to a piece.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.looks import Look
from deepstyle.store.base import Store

_NEAREST: Final = 100
_CANDIDATES: Final = 2000
_COMPARED: Final = 300


@dataclass(frozen=True, slots=True)
class SimilarLook:
    """A look that was found; ``similarity`` in [-1, 1], 1 is a look of the same pieces; ``rank`` starts at 1."""

    rank: int
    look: Look
    similarity: float


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The pieces of a look that have a vector: ``kinds`` (P), ``vectors`` (P, D) of unit norm."""

    kinds: NDArray[np.str_]
    vectors: NDArray[np.float32]


def similar_looks(store: Store, space: str, look: Look, *, k: int = 10) -> list[SimilarLook]:
    """The ``k`` looks most similar to ``look``, best first; none where no piece of it has a vector in ``space``."""
    own = _pieces(store, space, [look])[look.look_id]
    if not len(own.vectors):
        return []
    candidates = _candidates(store, space, own, look)
    pieces = _pieces(store, space, candidates)
    scored = [(_look_similarity(own, pieces[other.look_id]), other) for other in candidates]
    scored.sort(key=lambda pair: (-pair[0], pair[1].look_id))
    return [SimilarLook(rank, other, score) for rank, (score, other) in enumerate(scored[:k], start=1)]


def _look_similarity(one: _Pieces, other: _Pieces) -> float:
    """The similarity of two looks, in [-1, 1]."""
    if not len(one.vectors) or not len(other.vectors):
        return 0.0
    cosines = one.vectors @ other.vectors.T
    alike = one.kinds[:, None] == other.kinds
    matched = np.where(alike, cosines, -np.inf)
    return float((_mean_of_best(matched) + _mean_of_best(matched.T)) / 2)


def _mean_of_best(matched: NDArray[np.float32]) -> float:
    best = matched.max(axis=1)
    return float(np.where(np.isfinite(best), best, 0.0).mean())


def _candidates(store: Store, space: str, own: _Pieces, look: Look) -> list[Look]:
    """The looks that contain items near to the pieces of ``look``, those that contain the nearest first."""
    near: dict[str, dict[int, float]] = defaultdict(dict)
    for place, (kind, vector) in enumerate(zip(own.kinds, own.vectors, strict=True)):
        where = ItemFilter(semantic_categories=(str(kind),)) if kind else ItemFilter()
        for hit in store.search(space, vector, k=_NEAREST, where=where):
            near[hit.item_id][place] = hit.similarity
    found = [other for other in store.looks_with([*near], limit=_CANDIDATES) if other.look_id != look.look_id]
    return sorted(found, key=lambda other: -_first_guess(other, near))[:_COMPARED]


def _first_guess(look: Look, near: Mapping[str, Mapping[int, float]]) -> float:
    """The sum over the query's pieces of the greatest similarity that is known of this look's items."""
    best: dict[int, float] = {}
    for item_id in look.item_ids:
        for place, similarity in near.get(item_id, {}).items():
            best[place] = max(similarity, best.get(place, -1.0))
    return sum(best.values())


def _pieces(store: Store, space: str, looks: Sequence[Look]) -> dict[str, _Pieces]:
    ids = [*dict.fromkeys(item_id for look in looks for item_id in look.item_ids)]
    items, batch = store.get(ids), store.vectors(space, ids)
    rows = {item_id: row for row, item_id in enumerate(batch.item_ids) if item_id in items}
    return {look.look_id: _of_look(look, items, rows, batch.vectors) for look in looks}


def _of_look(look: Look, items: Mapping[str, Item], rows: Mapping[str, int], vectors: NDArray[np.float32]) -> _Pieces:
    there = [item_id for item_id in look.item_ids if item_id in rows]
    kinds = np.array([items[item_id].semantic_category for item_id in there], dtype=np.str_)
    return _Pieces(kinds, vectors[[rows[item_id] for item_id in there]])
