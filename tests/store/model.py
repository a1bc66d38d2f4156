"""The store protocol as plain dicts: what every adapter is compared with, and small data to do it on."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import MEASURED_FIELDS, RANGE_FILTERS, SEEN_CATEGORY, VALUE_FILTERS, Item
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, Facets, ItemFilter, Measured, PutReport, VectorBatch
from deepstyle.store.histogram import EDGES, Bucket
from deepstyle.store.pictures import picture_position

DIMENSION = 8


def image_of(text: str) -> ItemImage:
    """A stored image whose bytes are ``text``; a store never decodes."""
    data = text.encode()
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/png", 20, 30)


def vector_of(seed: int) -> NDArray[np.float32]:
    """(DIMENSION,) float32 of unit norm; equal seeds give equal vectors."""
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def batch_of(vectors: Mapping[str, tuple[str, NDArray[np.float32]]]) -> VectorBatch:
    """A batch from ``item_id → (image_sha256, vector)``."""
    shas = tuple(sha for sha, _ in vectors.values())
    stacked = np.stack([vector for _, vector in vectors.values()]) if vectors else np.empty((0, DIMENSION), np.float32)
    return VectorBatch(tuple(vectors), shas, stacked)


def usual_currency(items: Iterable[Item]) -> str:
    """The currency of most prices."""
    counts = Counter(item.currency for item in items if item.price is not None and item.currency)
    return min(counts, key=lambda currency: (-counts[currency], currency), default="")


def matches(item: Item, where: ItemFilter, usual: str = "") -> bool:
    """Whether ``item`` passes every condition of ``where``; ``usual`` is the currency of most prices."""
    for field in VALUE_FILTERS:
        wanted = {field.fold(value) for value in getattr(where, field.filter)}
        if wanted and field.fold(getattr(item, field.name)) not in wanted:
            return False
    for field in RANGE_FILTERS:
        value = getattr(item, field.name)
        low, high = getattr(where, f"{field.filter}_min"), getattr(where, f"{field.filter}_max")
        if low is not None and (value is None or value < low):
            return False
        if high is not None and (value is None or value > high):
            return False
        if (low, high) != (None, None) and not is_compared(item, where, usual):
            return False
    words = re.split(r"[\W_]+", f"{item.title} {item.brand} {item.category}".casefold())
    return all(word in words for word in where.text.casefold().split())


def is_compared(item: Item, where: ItemFilter, usual: str) -> bool:
    """Whether the item's price is in the currency that ``where`` compares."""
    wanted = where.currencies[0] if where.currencies else usual
    return (item.currency or usual).casefold() == wanted.casefold()


def histogram_of(values: Iterable[tuple[object, float]]) -> tuple[Bucket, ...]:
    """How many groups have a value from each edge up to the next, without empty buckets at the ends."""
    pairs = set(values)
    ends = [*EDGES[1:], None]
    buckets = [
        Bucket(low, high, len({group for group, n in pairs if low <= n and (high is None or n < high)}))
        for low, high in zip(EDGES, ends, strict=True)
    ]
    used = [place for place, bucket in enumerate(buckets) if bucket.count]
    return tuple(buckets[used[0] : used[-1] + 1]) if used else ()


def one_of_each(item_ids: Iterable[str], items: Mapping[str, Item], by: GroupBy) -> list[str]:
    """The first of each group, in their order."""
    first: dict[object, str] = {}
    for item_id in item_ids:
        first.setdefault(group_of(items[item_id], by), item_id)
    return list(first.values())


def _with_kept(item: Item, old: Item) -> Item:
    """``item`` with what it keeps of the ``old`` one, whose picture is the same."""
    if old.category_source and not item.semantic_category:
        item = replace(item, **{name: getattr(old, name) for name in SEEN_CATEGORY})
    names = [field.name for field in MEASURED_FIELDS if field.name not in SEEN_CATEGORY]
    return replace(item, **{name: getattr(old, name) for name in names if not getattr(item, name)})


class ModelStore:
    """The meaning of ``Store``, with no files, no speed and no concurrency."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.images: dict[str, ItemImage] = {}
        self.more_images: dict[str, tuple[ItemImage, ...]] = {}
        self.vectors: dict[tuple[str, str], NDArray[np.float32]] = {}
        self.mapping: dict[str, tuple[str, ...]] = {}

    def put(self, entries: Sequence[Entry]) -> PutReport:
        kinds: Counter[str] = Counter()
        for item_id, entry in {entry.item.item_id: entry for entry in entries}.items():
            image = self.images.get(item_id) if entry.image is None else entry.image
            item, old = entry.item, self.items.get(item_id)
            if old is not None and image is not None and self.images.get(item_id) == image:
                item = _with_kept(item, old)
            more, had = entry.more_images, self.more_images.get(item_id, ())
            same = old == item and self.images.get(item_id) == image and more in (None, had)
            kinds["unchanged" if same else "changed" if item_id in self.items else "added"] += 1
            if image is not None and self.images.get(item_id) != image:
                self._forget_vectors(item_id, 0)
                self.images[item_id] = image
            if more is not None:
                for position, (was, now) in enumerate(zip_longest(had, more), start=1):
                    if was != now:
                        self._forget_vectors(item_id, position)
                self.more_images[item_id] = more
            self.items[item_id] = item
        return PutReport(kinds["added"], kinds["changed"], kinds["unchanged"])

    def put_measured(self, measured: Sequence[Measured]) -> int:
        current = [one for one in measured if one.item_id in self.images]
        current = [one for one in current if self.images[one.item_id].sha256 == one.image_sha256]
        for one in current:
            item = self.items[one.item_id]
            own = item.semantic_category and not item.category_source
            values = {name: value for name, value in one.values.items() if not (own and name in SEEN_CATEGORY)}
            self.items[one.item_id] = replace(item, **values)
        return len(current)

    def delete(self, item_ids: Sequence[str]) -> int:
        present = set(item_ids) & set(self.items)
        for item_id in present:
            del self.items[item_id]
            self.images.pop(item_id, None)
            self.more_images.pop(item_id, None)
            self.mapping.pop(item_id, None)
            self._forget_vectors(item_id)
        return len(present)

    def _forget_vectors(self, item_id: str, position: int | None = None) -> None:
        self.vectors = {
            (space, owner): vector
            for (space, owner), vector in self.vectors.items()
            if owner != item_id or position not in (None, picture_position(space))
        }

    def images_at(self, position: int) -> dict[str, ItemImage]:
        """The images at ``position``, by item id."""
        if not position:
            return self.images
        return {item_id: more[position - 1] for item_id, more in self.more_images.items() if len(more) >= position}

    def put_vectors(self, space: str, batch: VectorBatch) -> int:
        kept, images = 0, self.images_at(picture_position(space))
        for item_id, sha256, vector in zip(batch.item_ids, batch.image_sha256s, batch.vectors, strict=True):
            if item_id in images and images[item_id].sha256 == sha256:
                self.vectors[space, item_id] = vector
                kept += 1
        return kept

    def drop_space(self, space: str) -> int:
        dropped = [key for key in self.vectors if key[0] == space]
        for key in dropped:
            del self.vectors[key]
        return len(dropped)

    def spaces(self) -> dict[str, int]:
        return dict(Counter(space for space, _ in self.vectors))

    def missing_vectors(self, space: str) -> list[tuple[str, str]]:
        images = self.images_at(picture_position(space))
        return [(item_id, images[item_id].sha256) for item_id in sorted(images) if (space, item_id) not in self.vectors]

    def matching(self, where: ItemFilter) -> list[Item]:
        usual = self.currency()
        return [self.items[item_id] for item_id in sorted(self.items) if matches(self.items[item_id], where, usual)]

    def currency(self) -> str:
        return usual_currency(self.items.values())

    def facets(self, where: ItemFilter, by: GroupBy = "none", among: Collection[str] | None = None) -> Facets:
        """Each facet whatever the conditions on it."""
        ranges, histograms = {}, {}
        for field in RANGE_FILTERS:
            found = [
                item for item in self.beside(where, field.name, among) if is_compared(item, where, self.currency())
            ]
            values = [(group_of(item, by), n) for item in found if (n := getattr(item, field.name)) is not None]
            if values:
                ranges[field.filter] = (min(n for _, n in values), max(n for _, n in values))
            histograms[field.filter] = histogram_of(values)
        fields = [field for field in VALUE_FILTERS if field.facet]
        return Facets(
            counts={
                field.filter: self._count(self.beside(where, field.name, among), field.name, by) for field in fields
            },
            ranges=ranges,
            currency=where.currencies[0] if where.currencies else self.currency(),
            histograms=histograms,
        )

    def beside(self, where: ItemFilter, name: str, among: Collection[str] | None) -> list[Item]:
        """What meets all conditions but those on the field ``name``."""
        if name == "currency":
            where = replace(where, currencies=(), price_min=None, price_max=None)
        elif name in {field.name for field in RANGE_FILTERS}:
            where = replace(where, **{f"{name}_min": None, f"{name}_max": None})
        else:
            where = replace(where, **{next(f.filter for f in VALUE_FILTERS if f.name == name): ()})
        return [item for item in self.matching(where) if among is None or item.item_id in among]

    def _count(self, items: list[Item], column: str, by: GroupBy) -> dict[str, int]:
        pairs = {(group_of(item, by), value) for item in items if (value := getattr(item, column))}
        counts = Counter(value for _, value in pairs)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def ranking(self, space: str, query: NDArray[np.float32], where: ItemFilter) -> list[tuple[str, float]]:
        """All matches, best first, ties by item id; similarities in float64."""
        wide = query.astype(np.float64) / np.linalg.norm(query.astype(np.float64))
        scores = [
            (item_id, float(vector.astype(np.float64) @ wide))
            for (owner, item_id), vector in self.vectors.items()
            if owner == space and matches(self.items[item_id], where, self.currency())
        ]
        return sorted(scores, key=lambda score: (-round(score[1], 6), score[0]))

    def compatible(self, item_id: str) -> tuple[str, ...]:
        return tuple(other for other in self.mapping.get(item_id, ()) if other in self.items)
