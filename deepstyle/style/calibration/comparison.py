"""Queries against the whole catalogue, block by block: the best of each category, and the nearest items."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Store
from deepstyle.style.calibration.sample import Sample
from deepstyle.style.parts import stored_parts

BLOCK: Final = 4096
NEAREST: Final = 10

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """``best`` (Q, K): the highest similarity of each query to an item of each kind; -1 where there is none.

    ``nearest`` lists each query's ten nearest items with their similarities. The query's own product, all pictures of
    its model included, is in neither.
    """

    best: NDArray[np.float64]
    nearest: tuple[tuple[tuple[float, Item], ...], ...]


def compare(store: Store, space: str, sample: Sample, queries: Vectors, *, views: bool) -> Comparison:
    """Compare ``queries`` (Q, D), one for each item of ``sample``; ``views`` adds augmented views, as for a photo."""
    spaces = [part.space(space) for part in stored_parts(store, views=views)]
    best = np.full((len(queries), len(sample.kinds)), -1.0)
    nearest: list[list[tuple[float, Item]]] = [[] for _ in queries]
    for items in _blocks(store.iter_items()):
        similarities, found = _similarities(store, spaces, items, queries)
        if found:
            similarities[_same_product(sample.items, found)] = -1.0
            _raise_best(best, similarities, [sample.kind(item) for item in found], sample.kinds)
            _add_nearest(nearest, similarities, found)
    return Comparison(best, tuple(map(tuple, nearest)))


def _blocks(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while block := list(islice(waiting, BLOCK)):
        yield block


def _similarities(
    store: Store, spaces: Sequence[str], items: Sequence[Item], queries: Vectors
) -> tuple[Vectors, list[Item]]:
    """The similarity (Q, N) of each query to those of ``items`` that have a vector, by the closest view of each."""
    by_id = {item.item_id: item for item in items}
    original = store.vectors(spaces[0], list(by_id))
    place = {item_id: column for column, item_id in enumerate(original.item_ids)}
    similarities = queries @ original.vectors.T if place else np.empty((len(queries), 0), np.float32)
    for view in spaces[1:] if place else ():
        batch = store.vectors(view, list(place))
        if batch.item_ids:
            columns = [place[item_id] for item_id in batch.item_ids]
            similarities[:, columns] = np.maximum(similarities[:, columns], queries @ batch.vectors.T)
    return similarities, [by_id[item_id] for item_id in original.item_ids]


def _same_product(asked: Sequence[Item], found: Sequence[Item]) -> NDArray[np.bool_]:
    """Which of ``found`` (N) are the product that each of ``asked`` (Q) shows, or its model in another colour."""
    ids, models = np.array([item.item_id for item in found]), np.array([item.model_id for item in found])
    rows = [(ids == item.item_id) | ((models == item.model_id) & (item.model_id != "")) for item in asked]
    return np.stack(rows)


def _raise_best(
    best: NDArray[np.float64], similarities: Vectors, kinds: Sequence[str | None], names: Sequence[str]
) -> None:
    known = np.array([names.index(kind) if kind is not None else -1 for kind in kinds])
    for column in np.unique(known[known >= 0]):
        best[:, column] = np.maximum(best[:, column], similarities[:, known == column].max(axis=1))


def _add_nearest(nearest: list[list[tuple[float, Item]]], similarities: Vectors, found: Sequence[Item]) -> None:
    count = min(NEAREST, len(found))
    for row, columns in enumerate(np.argpartition(-similarities, count - 1, axis=1)[:, :count]):
        fresh = [(float(similarities[row, column]), found[column]) for column in columns]
        merged = sorted((*nearest[row], *(pair for pair in fresh if pair[0] > -1)), key=lambda pair: -pair[0])
        nearest[row] = merged[:NEAREST]
