"""Visual search: the items of a store that look most like an item, a photo or a vector."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy, Variants, first_of_each, group_of
from deepstyle.errors import FingerprintMismatchError, UnknownItemError, UsageError
from deepstyle.images.parts import Header
from deepstyle.images.pixels import MAX_SIDE_PX, WHOLE, decode
from deepstyle.settings import Precision
from deepstyle.store.base import Hit, ItemFilter, Store
from deepstyle.store.url import without_password
from deepstyle.style.alike import SAME_PICTURE, SharedTrait, Traits, shared_traits
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import served_model
from deepstyle.style.parts import stored_parts
from deepstyle.style.rerank import BY_SIMILARITY, Candidates, Prior, Reranking, rerank
from deepstyle.style.spec import ModelSpec

EVERYTHING = ItemFilter()
SMALLEST_CROP: Final = 0.0001
"""The smallest width or height of a crop, as a fraction: less than a pixel of most pictures."""


@dataclass(frozen=True, slots=True)
class Match:
    """An item that was found; ``rank`` starts at 1, ``similarity`` is the cosine in [-1, 1].

    A ``Reranking`` changes the ranks alone, so that a later match may be the more similar one. ``picture`` is the
    position of the most similar one of the item's pictures.
    ``same_type_probability`` is the calibrated probability that it has the query's type, ``None`` where unknown.
    ``variants`` are those of the product that it stands for, ``None`` where a result is an item. ``shared`` is what it
    has in common with the query, the most telling first.
    """

    rank: int
    item: Item
    similarity: float
    same_type_probability: float | None = None
    variants: Variants | None = None
    picture: int = 0
    shared: tuple[SharedTrait, ...] = ()

    # A search makes hundreds of these; ``dataclasses.replace`` takes four times as long.
    def at(self, rank: int) -> "Match":
        """The same match with this ``rank``."""
        given = self.same_type_probability, self.variants, self.picture, self.shared
        return self if rank == self.rank else Match(rank, self.item, self.similarity, *given)

    def judged(self, probability: float) -> "Match":
        """The same match with this ``same_type_probability``."""
        return Match(self.rank, self.item, self.similarity, probability, self.variants, self.picture, self.shared)


@dataclass(frozen=True, slots=True)
class Crop:
    """A box in fractions of the upright picture, origin top left; raises ``UsageError`` where it leaves the picture."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        box = (self.x, self.y, self.width, self.height)
        inside = self.x >= 0 and self.y >= 0 and self.x + self.width <= 1 + 1e-6 and self.y + self.height <= 1 + 1e-6
        if not (all(map(math.isfinite, box)) and inside and min(self.width, self.height) >= SMALLEST_CROP):
            raise UsageError(
                f"the crop {box} is not a box inside the picture, or is too small.",
                remedy=f"Give x, y, width and height as fractions: 0,0,1,1 is the whole picture, {SMALLEST_CROP} the "
                "smallest width and height.",
            )


def serving_space(store: Store, spec: ModelSpec) -> str:
    """The space to search with the model of ``spec``; a store that was never encoded accepts any model.

    Raises ``FingerprintMismatchError`` where the store serves vectors of another model.
    """
    serving, own = store.meta(STYLE_SPACE), spec.fingerprint
    if serving is not None and serving != own:
        raise FingerprintMismatchError(
            f"{without_password(store.url)} serves vectors of model {serving}, but this model is {own}.",
            remedy="Run `deepstyle encode` with this model, or use the model that the vectors were encoded with.",
        )
    return own


def serving_model(store: Store, name: str, cache_dir: Path, precision: Precision, former: str = "") -> Path:
    """The folder of the model ``name``, or ``former``, that ``store`` serves with; ``auto`` is the store's precision.

    Where ``name`` is ``packaged``, a store on the former default's vectors is served by the former default.
    """
    return served_model(store.meta(STYLE_SPACE), name, cache_dir, precision, former=former)


def similar_items(
    store: Store,
    space: str,
    item_id: str,
    *,
    k: int = 10,
    where: ItemFilter = EVERYTHING,
    exclude_self: bool = True,
    reweigh: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
    by: Reranking = BY_SIMILARITY,
    group_by: GroupBy = "none",
) -> list[Match]:
    """The ``k`` items of which a picture is most similar to the first of ``item_id``; none is read or encoded.

    With ``group_by`` they are of different groups, none of them the item's own, unless ``exclude_self`` is false.
    ``reweigh`` turns the vector into the query. In a category vote, the item's own labels have all the votes.
    Raises ``UnknownItemError`` where there is no such item, or it has no vector in ``space`` yet.
    """
    item, stored = store.get([item_id]).get(item_id), store.vectors(space, [item_id])
    if item is None:
        raise UnknownItemError(f"no item has the id {item_id!r}.")
    if not stored.item_ids:
        raise UnknownItemError(f"{item_id!r} has no vector yet.", remedy="Run `deepstyle encode`.")
    exclude = [item_id] if exclude_self else []
    query = reweigh(stored.vectors[0]) if reweigh else stored.vectors[0]
    depth = max(k, by.candidates)
    hits = nearest_hits(store, space, query, k=depth, where=where, views=False, exclude=exclude, group_by=group_by)
    return ranked_hits(store, space, query, hits, by=by, query_item=item, group_by=group_by)[:k]


def search_vector(
    store: Store,
    space: str,
    embedding: NDArray[np.float32],
    *,
    k: int = 10,
    where: ItemFilter = EVERYTHING,
    by: Reranking = BY_SIMILARITY,
    prior: Prior | None = None,
    group_by: GroupBy = "none",
) -> list[Match]:
    """The ``k`` items most similar to ``embedding`` (D,) float32, by the closest picture of each.

    With ``group_by`` they are of different groups. ``prior`` joins a category vote; pages of one list need the same.
    """
    hits = nearest_hits(store, space, embedding, k=max(k, by.candidates), where=where, group_by=group_by)
    return ranked_hits(store, space, embedding, hits, by=by, prior=prior, group_by=group_by)[:k]


def near_ids(
    store: Store,
    space: str,
    embedding: NDArray[np.float32],
    *,
    k: int,
    where: ItemFilter = EVERYTHING,
    views: bool = True,
    exclude: Sequence[str] = (),
    group_by: GroupBy = "none",
) -> list[str]:
    """The ids that ``search_vector`` finds, ``k`` at most, of each group one; without ``views`` as ``similar_items``.

    Reads no item: this is how many results there are.
    """
    hits = nearest_hits(store, space, embedding, k=k, where=where, views=views, exclude=exclude, group_by=group_by)
    ids = [hit.item_id for hit in hits]
    if ids and group_by != "none":
        ids = store.matching(where, among=ids, group_by=group_by, limit=len(ids)) or []
    return ids[:k]


def search_photo(
    store: Store,
    encoder: Encoder,
    data: bytes,
    *,
    k: int = 10,
    where: ItemFilter = EVERYTHING,
    crop: Crop | None = None,
    by: Reranking = BY_SIMILARITY,
) -> list[Match]:
    """The ``k`` items most similar to a photo; raises ``ImageError`` and what ``serving_space`` raises."""
    space = serving_space(store, encoder.spec)
    embedding = encoder.encode([read_photo(encoder, data, crop)]).embeddings[0]
    return search_vector(store, space, embedding, k=k, where=where, by=by)


def photo_side_px(encoder: Encoder, crop: Crop | None = None, *, several: bool = False) -> int:
    """The least length of a photo's sides at which the part inside ``crop`` still fills the model's input.

    Where ``several`` crops are taken of it, a foreground half as long as the photo fills it too.
    """
    smallest = 1.0 if crop is None else max(min(crop.width, crop.height), 1 / MAX_SIDE_PX)
    return math.ceil(encoder.spec.preprocessing.longest_px / smallest * (2 if several else 1))


def read_photo(
    encoder: Encoder,
    data: bytes,
    crop: Crop | None = None,
    *,
    several: bool = False,
    header: Header | None = None,
) -> NDArray[np.uint8]:
    """Decode a photo, or the part of it inside ``crop``, to (H, W, 3) uint8 RGB; raises ``ImageError``."""
    box = WHOLE if crop is None else (crop.x, crop.y, crop.x + crop.width, crop.y + crop.height)
    return decode(data, min_side_px=photo_side_px(encoder, crop, several=several), box=box, header=header)


def nearest_hits(
    store: Store,
    space: str,
    query: NDArray[np.float32],
    *,
    k: int,
    where: ItemFilter = EVERYTHING,
    views: bool = True,
    exclude: Sequence[str] = (),
    group_by: GroupBy = "none",
) -> list[Hit]:
    """The ``k`` items of which a part is most similar to ``query``, each once, in the order of a store's answer.

    Whatever is among the ``k`` best by its best part is among the ``k`` best of that part's space, so this is exact.
    With ``group_by`` there may be more: two parts may have found two items of one group.
    """
    best: dict[str, Hit] = {}
    for part in stored_parts(store, views=views):
        for hit in store.search(part.space(space), query, k=k, where=where, exclude=exclude, group_by=group_by):
            if hit.item_id not in best or hit.similarity > best[hit.item_id].similarity:
                best[hit.item_id] = replace(hit, picture=part.position) if part.position else hit
    ranked = sorted(best.values(), key=lambda hit: (-hit.similarity, hit.item_id))
    return ranked[:k] if group_by == "none" else ranked


def matches_of(store: Store, hits: Sequence[Hit]) -> list[Match]:
    """The items of the hits, without those deleted since the search; ranks are consecutive."""
    found = _with_items(store, hits)
    return [Match(rank, item, hit.similarity, picture=hit.picture) for rank, (item, hit) in enumerate(found, start=1)]


def with_shared(matches: Sequence[Match], query: Traits, own_item: str = "") -> tuple[Match, ...]:
    """Each match with what it has in common with the query, whose picture is that of ``own_item``."""
    own = {own_item: (SAME_PICTURE,)}
    return tuple(
        replace(match, shared=own.get(match.item.item_id, ()) + shared_traits(query, match.item)) for match in matches
    )


def ranked_hits(
    store: Store,
    space: str,
    query: NDArray[np.float32],
    hits: Sequence[Hit],
    *,
    by: Reranking,
    query_item: Item | None = None,
    prior: Prior | None = None,
    group_by: GroupBy = "none",
) -> list[Match]:
    """``matches_of`` in the order of ``by``, of each group the closest alone."""
    found = first_of_each((pair, group_of(pair[0], group_by)) for pair in _with_items(store, hits))
    items, similarities = [item for item, _ in found], np.array([hit.similarity for _, hit in found])
    order = rerank(store, space, Candidates(query, similarities, items, query_item, prior), by)
    ordered = ((rank, *found[place]) for rank, place in enumerate(order, start=1))
    return [Match(rank, item, hit.similarity, picture=hit.picture) for rank, item, hit in ordered]


def _with_items(store: Store, hits: Sequence[Hit]) -> list[tuple[Item, Hit]]:
    items = store.get([hit.item_id for hit in hits])
    return [(items[hit.item_id], hit) for hit in hits if hit.item_id in items]
