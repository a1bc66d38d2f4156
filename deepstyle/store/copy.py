"""Copy a catalogue from one store to another: resumable, and verified by count and hash.

There is no state beside the two stores: a batch that the target already has, according to its hashes, is not sent
again. A copy that was killed continues where it stopped, and a second run after a complete one only compares.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from itertools import islice
from typing import Final

import numpy as np

from deepstyle.catalogue.item import MEASURED_FIELDS, Item
from deepstyle.catalogue.looks import Look
from deepstyle.errors import StoreError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, ImageSource, Store, VectorBatch

BATCH: Final = 256
COUNTED: Final = ("items", "images", "vectors", "mappings", "facts", "looks")


@dataclass(frozen=True, slots=True)
class Digest:
    """The content of a store: counts, and one SHA-256 over all of it in the order of item ids."""

    items: int
    images: int
    vectors: int
    mappings: int
    facts: int
    sha256: str
    looks: int = 0


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy sent (``items_sent``, ``vectors_sent``), and the digest that both stores now share."""

    items_sent: int
    vectors_sent: int
    digest: Digest


def copy_store(
    source: Store, target: Store, *, on_progress: Callable[[str, int, int], None] | None = None
) -> CopyReport:
    """Copy items, images, vectors of every space, the compatibility mapping, all facts and looks, then verify.

    ``on_progress(step, done, total)`` is called after each batch. Raises ``StoreError`` where the target ends up
    different: it contained other items before, or one of the two was written to meanwhile.
    """
    if source.url == target.url:
        raise UsageError("a store cannot be copied onto itself.", remedy="Name another target.")
    report = on_progress or (lambda _step, _done, _total: None)
    total, done, items_sent, vectors_sent = source.count(), 0, 0, 0
    spaces = sorted(source.spaces())
    for batch in batches(source):
        items_sent += _copy_items(source, target, batch)
        vectors_sent += sum(_copy_vectors(source, target, space, batch) for space in spaces)
        _copy_mapping(source, target, batch)
        done += len(batch)
        report("copying", done, total)
    _copy_facts(source, target)
    _copy_looks(source, target)
    return CopyReport(items_sent, vectors_sent, _verify(source, target, report))


def digest_of(store: Store, *, on_progress: Callable[[int, int], None] | None = None) -> Digest:
    """Read all of ``store`` back and digest it; raises ``StoreError`` where an image is not what its hash says."""
    total, items, images, vectors, mappings = store.count(), 0, 0, 0, 0
    digest = hashlib.sha256()
    spaces = sorted(store.spaces())
    for batch in batches(store):
        ids = [item.item_id for item in batch]
        more = store.more_image_sources(ids)
        for item in batch:
            pictures = _pictures(store, item.item_id, more.get(item.item_id, ()))
            suggested = store.compatible(item.item_id)
            digest.update(_item_bytes(item, pictures, suggested))
            images += sum(picture is not None for picture in pictures)
            mappings += bool(suggested)
        for space in spaces:
            found = store.vectors(space, ids)
            digest.update(json.dumps([space, found.item_ids, found.image_sha256s]).encode())
            digest.update(np.ascontiguousarray(found.vectors, dtype="<f4").tobytes())
            vectors += len(found.item_ids)
        items += len(batch)
        if on_progress:
            on_progress(items, total)
    facts = store.facts()
    digest.update(json.dumps(facts, sort_keys=True).encode())
    looks = 0
    for page in look_pages(store):  # last, so that a store without any is digested as ever
        digest.update(json.dumps([astuple(look) for look in page]).encode())
        looks += len(page)
    return Digest(items, images, vectors, mappings, len(facts), digest.hexdigest(), looks)


def _pictures(store: Store, item_id: str, more: Sequence[ImageSource]) -> list[ItemImage | None]:
    """The item's picture and its further ones."""
    return [store.image(item_id, position) for position in range(1 + len(more))]


def batches(store: Store) -> Iterator[list[Item]]:
    """All items by id, ``BATCH`` at a time."""
    items = store.iter_items()
    while batch := list(islice(items, BATCH)):
        yield batch


def look_pages(store: Store) -> Iterator[tuple[Look, ...]]:
    """All looks by id, ``BATCH`` at a time."""
    after = ""
    while (page := store.browse_looks(limit=BATCH, after=after)).looks:
        yield page.looks
        if not (after := page.after):
            return


def _copy_looks(source: Store, target: Store) -> None:
    for page in look_pages(source):
        there = target.looks([look.look_id for look in page])
        if changed := [look for look in page if there.get(look.look_id) != look]:
            target.put_looks(changed)


def _copy_items(source: Store, target: Store, batch: Sequence[Item]) -> int:
    """Send the items that the target lacks or has otherwise; return how many."""
    ids = [item.item_id for item in batch]
    there, wanted, had = target.get(ids), source.image_sources(ids), target.image_sources(ids)
    more_wanted, more_had = source.more_image_sources(ids), target.more_image_sources(ids)
    entries = []
    for item in batch:
        item_id = item.item_id
        lost_image = item_id not in wanted and item_id in had
        if lost_image or (item_id in there and _lost_measured(there[item_id], item)):
            target.delete([item_id])  # a put removes neither an image nor what was measured of it
            there.pop(item_id, None)
            had.pop(item_id, None)
            more_had.pop(item_id, None)
        image = source.image(item_id) if had.get(item_id) != wanted.get(item_id) else None
        more = _more_images(source, item_id, more_wanted.get(item_id, ()), more_had.get(item_id, ()))
        if image is not None or more is not None or there.get(item_id) != item:
            entries.append(Entry(item, image, more))
    if entries:
        target.put(entries)
    return len(entries)


def _more_images(
    source: Store, item_id: str, wanted: Sequence[ImageSource], had: Sequence[ImageSource]
) -> tuple[ItemImage, ...] | None:
    """The item's further pictures, ``None`` where the target has them."""
    if wanted == had:
        return None
    return tuple(image for image in _pictures(source, item_id, wanted)[1:] if image is not None)


def _lost_measured(there: Item, wanted: Item) -> bool:
    return any(getattr(there, field.name) and not getattr(wanted, field.name) for field in MEASURED_FIELDS)


def _copy_vectors(source: Store, target: Store, space: str, batch: Sequence[Item]) -> int:
    """Send the vectors of ``space`` that the target lacks or has otherwise; return how many."""
    ids = [item.item_id for item in batch]
    wanted, there = source.vectors(space, ids), target.vectors(space, ids)
    had = dict(zip(there.item_ids, there.vectors, strict=True))
    rows = [
        row
        for row, item_id in enumerate(wanted.item_ids)
        if item_id not in had or not np.array_equal(had[item_id], wanted.vectors[row])
    ]
    if rows:
        item_ids = tuple(wanted.item_ids[row] for row in rows)
        shas = tuple(wanted.image_sha256s[row] for row in rows)
        target.put_vectors(space, VectorBatch(item_ids, shas, wanted.vectors[rows]))
    return len(rows)


def _copy_mapping(source: Store, target: Store, batch: Sequence[Item]) -> None:
    """Suggestions whose items no longer exist are not copied: they are never returned either."""
    wanted = {item.item_id: source.compatible(item.item_id) for item in batch}
    changed = {item_id: suggested for item_id, suggested in wanted.items() if suggested != target.compatible(item_id)}
    if changed:
        target.put_compatible(changed)


def _copy_facts(source: Store, target: Store) -> None:
    there = target.facts()
    for key, value in source.facts().items():
        if there.get(key) != value:
            target.set_meta(key, value)


def _verify(source: Store, target: Store, report: Callable[[str, int, int], None]) -> Digest:
    wanted = digest_of(source, on_progress=lambda done, total: report("reading the source back", done, total))
    got = digest_of(target, on_progress=lambda done, total: report("reading the target back", done, total))
    if got != wanted:
        counts = [(name, getattr(got, name), getattr(wanted, name)) for name in COUNTED]
        differences = ", ".join(f"{name} {mine} and not {theirs}" for name, mine, theirs in counts if mine != theirs)
        raise StoreError(
            f"the copy differs from its source ({differences or 'same counts, other content'}).",
            remedy="Copy into a store of its own, with nobody writing to either, and run the same command again.",
        )
    return got


def _item_bytes(item: Item, images: Sequence[ItemImage | None], suggested: Sequence[str]) -> bytes:
    """What the digest is of; further pictures are last, so that items without any are digested as ever."""
    fields = asdict(item) | {"price": None if item.price is None else float(item.price)}
    first, *more = (_picture_values(item.item_id, image) for image in images)
    return json.dumps([fields, first, list(suggested), *more], sort_keys=True, ensure_ascii=True).encode() + b"\n"


def _picture_values(item_id: str, image: ItemImage | None) -> list[str | int] | None:
    if image is None:
        return None
    if hashlib.sha256(image.data).hexdigest() != image.sha256:
        raise StoreError(f"the image of item {item_id!r} is not what its hash says.", remedy="Import it again.")
    size = [image.width_px, image.height_px]
    return [image.sha256, image.media_type, *size, image.source_sha256, image.normalisation]
