"""Import a catalogue into a store: resumable, and never stopped by one bad row or image.

Each batch is durable once it is reported. A second run compares digests and decodes nothing that the store holds, so
a run that was killed goes on where it stopped, and a finished one changes nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.picture import NORMALISATION, normalise_picture
from deepstyle.catalogue.source import Record, Rejection, RowError, Source
from deepstyle.errors import DataError, UsageError
from deepstyle.store.base import Entry, ImageSource, Store

BATCH: Final = 64
WORKERS: Final = 2
MAX_KEPT_REJECTIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: ``accepted + rejected`` rows were read, ``added + changed + unchanged == accepted``.

    ``codes`` counts the rejections by code; ``rejections`` holds the first 1000 of them.
    """

    accepted: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pruned: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Where an import is after a batch that is durable: the counts so far and the batch's accepted ids."""

    accepted: int
    rejected: int
    item_ids: tuple[str, ...]


def import_catalogue(
    source: Source,
    store: Store,
    *,
    limit: int | None = None,
    prune: bool = False,
    on_progress: Callable[[ImportProgress], None] | None = None,
    on_rejection: Callable[[Rejection], None] | None = None,
) -> ImportReport:
    """Write ``source``'s items and pictures into ``store``, batch by batch, and count what happened.

    ``limit`` reads that many rows only. ``prune`` then deletes the stored items that the source no longer names
    (a row that was rejected still names its item). ``on_rejection`` is called with every rejection.
    Raises ``DataError`` where a file cannot be read on (what came before is stored, nothing is pruned), ``StoreError``.
    """
    if prune and limit is not None:
        raise UsageError("A limited import cannot prune.", remedy="Leave out --limit or --prune.")
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    kept: list[Rejection] = []
    named: set[str] = set()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="import") as pool:
        for rows in _batches(islice(source.records(), limit)):
            entries, rejections = _prepare(rows, source, store, pool)
            done = store.put(entries)
            counts.update(accepted=len(entries), rejected=len(rejections))
            counts.update(added=done.added, changed=done.changed, unchanged=done.unchanged)
            for rejection in rejections:
                codes[rejection.code] += 1
                if on_rejection:
                    on_rejection(rejection)
            kept.extend(rejections[: MAX_KEPT_REJECTIONS - len(kept)])
            if prune:
                named.update(row.item.item_id if isinstance(row, Record) else row.item_id for row in rows)
            if on_progress:
                ids = tuple(entry.item.item_id for entry in entries)
                on_progress(ImportProgress(counts["accepted"], counts["rejected"], ids))
    pruned = _prune(store, named, counts["accepted"]) if prune else 0
    told = {name: counts[name] for name in ("accepted", "rejected", "added", "changed", "unchanged")}
    return ImportReport(**told, pruned=pruned, codes=dict(codes), rejections=tuple(kept))


def _batches(rows: Iterator[Record | Rejection]) -> Iterator[list[Record | Rejection]]:
    """Batches of ``rows``; what was read before a file broke off comes first, then its ``DataError``."""
    batch: list[Record | Rejection] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except DataError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _prepare(
    rows: list[Record | Rejection], source: Source, store: Store, pool: ThreadPoolExecutor
) -> tuple[list[Entry], list[Rejection]]:
    """What to write and what to reject; the pictures are read and decoded by ``pool``, in order."""
    ids = [row.item.item_id for row in rows if isinstance(row, Record)]
    sources = store.image_sources(ids)

    def prepare(row: Record | Rejection) -> Entry | Rejection:
        if isinstance(row, Rejection):
            return row
        item_id = row.item.item_id
        try:
            return _entry(row, source, sources.get(item_id))
        except RowError as error:
            return error.at(row.file, row.line, item_id)

    done = list(pool.map(prepare, rows))
    return [row for row in done if isinstance(row, Entry)], [row for row in done if isinstance(row, Rejection)]


def make_entry(item: Item, data: bytes) -> Entry:
    """``item`` with the picture ``data``, checked and made fit to store. Raises ``RowError``."""
    return Entry(item, normalise_picture(data))


def _entry(record: Record, source: Source, stored: ImageSource | None) -> Entry:
    """The record with its picture, or without where the store already holds it: then nothing is decoded."""
    data = source.read_bytes(record)
    if stored is not None and stored.normalisation >= NORMALISATION:
        digest = hashlib.sha256(data).hexdigest()
        if digest in (stored.sha256, stored.source_sha256):
            return Entry(record.item)
    return make_entry(record.item, data)


def _prune(store: Store, named: Iterable[str], accepted: int) -> int:
    if not accepted:
        raise DataError("The catalogue gave no usable item, so nothing was pruned.", remedy="Check its path.")
    keep = frozenset(named)
    gone = [item.item_id for item in store.iter_items() if item.item_id not in keep]
    return sum(store.delete(gone[at : at + BATCH]) for at in range(0, len(gone), BATCH))
