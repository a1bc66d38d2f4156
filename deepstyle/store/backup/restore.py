"""Fill a store from a backup: resumable, and verified by reading it back.

While a store is filled, a fact says so, and nobody opens it to serve.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from deepstyle.errors import StoreError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.backup.chunks import read_fact_chunk, read_items, read_looks, read_pictures, read_vectors
from deepstyle.store.backup.content import Comparing, Range, read_content
from deepstyle.store.backup.folder import Backup, chunk_bytes, read_chunk
from deepstyle.store.base import Entry, ImageSource, Progress, Store, VectorBatch
from deepstyle.store.keys import KEYS
from deepstyle.store.open import RESTORING
from deepstyle.store.url import without_password

RANGES_AT_ONCE: Final = 8
PICTURE_BYTES_AT_ONCE: Final = 32_000_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored store holds, as the backup does; ``resumed`` says whether an earlier try was finished."""

    name: str
    items: int
    images: int
    vectors: int
    mappings: int
    looks: int
    facts: int
    sha256: str
    resumed: bool


def progress_of(store: Store) -> Mapping[str, Any]:
    """How far an unfinished restore into ``store`` came; empty where there is none."""
    found: Mapping[str, Any] = json.loads(store.meta(RESTORING) or "{}")
    return found


def fill(store: Store, folder: Path, backup: Backup, *, on_progress: Progress | None = None, **noted: Any) -> Restored:
    """Write a backup into ``store``, which is empty or has a part of it, and compare it with the backup.

    Killed at any moment, the same call goes on. ``noted`` is kept beside the progress. Raises ``UsageError`` where the
    store has anything else, ``DataError`` for a damaged backup, ``StoreError`` where what is read back differs.
    """
    report = on_progress or (lambda _step, _done, _total: None)
    content, started = backup.content, progress_of(store)
    if started.get("sha256", content.sha256) != content.sha256 or (not started and not is_empty(store)):
        raise UsageError(
            f"{without_password(store.url)} has other content than a part of the backup {backup.name}.",
            remedy="Restore into a new store, or the same backup as before.",
        )
    ranges = int(started.get("ranges", 0))
    _note(store, content.sha256, ranges, noted)
    done = ranges
    for group in _groups(content.ranges[ranges:]):
        suggestions = _fill_ranges(store, folder, group)
        done += len(group)
        _note(store, content.sha256, done, noted, suggestions)
        report("restoring", done, len(content.ranges))
    for chunk in content.looks:
        store.put_looks(read_looks(read_chunk(folder, chunk)))
    for key, chunk in content.facts.items():
        store.set_meta(key, read_fact_chunk(read_chunk(folder, chunk)))
    if content.keys:
        store.set_meta(KEYS, read_fact_chunk(read_chunk(folder, content.keys)))
    _verify(store, backup, report)
    store.set_meta(RESTORING, "")
    counted = {name: content.counts[name] for name in ("items", "images", "vectors", "mappings", "looks", "facts")}
    return Restored(backup.name, **counted, sha256=content.sha256, resumed=bool(ranges))


def is_empty(store: Store) -> bool:
    """Whether the store has no content."""
    return not (store.count() or store.facts() or store.browse_looks(limit=1).looks or store.meta(KEYS))


def _note(
    store: Store,
    sha256: str,
    ranges: int,
    noted: Mapping[str, Any],
    suggestions: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Write how far the restore came, and a range's suggestions, in one write."""
    store.publish({RESTORING: json.dumps({"sha256": sha256, "ranges": ranges, **noted})}, suggestions, given={})


def _groups(ranges: Sequence[Range]) -> Iterator[list[Range]]:
    """Ranges that are written together: a few at once, and no more pictures than memory easily holds."""
    group: list[Range] = []
    size = 0
    for one in ranges:
        more = sum(map(chunk_bytes, one.pictures))
        if group and (len(group) == RANGES_AT_ONCE or size + more > PICTURE_BYTES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(one)
        size += more
    if group:
        yield group


def _fill_ranges(store: Store, folder: Path, ranges: Sequence[Range]) -> Mapping[str, Sequence[str]]:
    """Write the items of ranges with their pictures and vectors; return their suggestions."""
    entries: list[Entry] = []
    suggestions: dict[str, Sequence[str]] = {}
    for one in ranges:
        images = {
            _source_of(image): image for chunk in one.pictures for image in read_pictures(read_chunk(folder, chunk))
        }
        for item, (first, *more), suggested in read_items(read_chunk(folder, one.items)):
            further = tuple(images[source] for source in more if source is not None)
            entries.append(Entry(item, images[first] if first else None, further))
            if suggested:
                suggestions[item.item_id] = suggested
    store.put(entries)
    for space in sorted({space for one in ranges for space in one.vectors}):
        batches = [read_vectors(read_chunk(folder, one.vectors[space])) for one in ranges if space in one.vectors]
        store.put_vectors(space, _joined(batches))
    return suggestions


def _source_of(image: ItemImage) -> ImageSource:
    return ImageSource(image.sha256, image.source_sha256, image.normalisation)


def _joined(batches: Sequence[VectorBatch]) -> VectorBatch:
    return VectorBatch(
        tuple(item_id for batch in batches for item_id in batch.item_ids),
        tuple(sha256 for batch in batches for sha256 in batch.image_sha256s),
        np.concatenate([batch.vectors for batch in batches]),
    )


def _verify(store: Store, backup: Backup, report: Progress) -> None:
    with store.pinned() as moment:
        got = read_content(moment, Comparing(), lambda done, total: report("reading back", done, total))
    if got.sha256 != backup.content.sha256:
        raise StoreError(
            f"{without_password(store.url)} differs from the backup {backup.name} after it was restored.",
            remedy="Restore into a new store, with nobody writing to it meanwhile.",
        )
