"""Import a catalogue into a store: resumable, and never stopped by one bad row or image.

Each batch is durable once it is reported. A second run compares digests and decodes no picture that is already stored:
a run that was killed continues where it stopped, and a second run after a complete one changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final

from deepstyle.catalogue.category_map import NO_MAP, CategoryMap
from deepstyle.catalogue.feeds.split import SplitSource
from deepstyle.catalogue.rows import Omission, Record, Rejection, RowWarning
from deepstyle.catalogue.source import Source
from deepstyle.download.folder import DownloadReport
from deepstyle.errors import DataError, UsageError
from deepstyle.store.base import Entry, ImageSource, Store
from deepstyle.store.ingest_pictures import NO_PICTURE, Job, Prepared, stored_images
from deepstyle.store.ingest_workers import Workers

BATCH: Final = 64
BATCH_PICTURES: Final = 128
"""A batch ends with the row that brings it to so many pictures; at 2 MiB each, an import holds two such batches."""
MAX_KEPT_REJECTIONS: Final = 1000
"""So many rejections, and so many warnings, does a report hold."""
PRUNE_LIMIT_PERCENT: Final = 10.0
SPLIT_META: Final = "catalogue_split"
"""The store's meta key for the split that was imported last, as ``disjoint/valid``; empty for a whole catalogue."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: ``accepted + rejected`` rows were read, ``added + changed + unchanged == accepted``.

    ``omitted`` counts, by code, the further rows that are no items of their own (``catalogue.rows.Omission``).
    ``codes`` counts the rejections by code; ``rejections`` contains the first 1000 of them. ``warning_codes`` and
    ``warnings`` do so for what could not be used of accepted rows. ``prune_refused`` is the reason why a requested
    prune deleted nothing. ``download`` is what was fetched before, where pictures were. ``looks`` counts the looks that
    the catalogue's outfits are kept as.
    """

    accepted: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pruned: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    rejections: tuple[Rejection, ...] = ()
    warning_codes: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[RowWarning, ...] = ()
    prune_refused: str = ""
    omitted: Mapping[str, int] = field(default_factory=dict)
    download: DownloadReport | None = None
    looks: int = 0


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
    prune_limit_percent: float = PRUNE_LIMIT_PERCENT,
    category_map: CategoryMap = NO_MAP,
    on_progress: Callable[[ImportProgress], None] | None = None,
    on_rejection: Callable[[Rejection], None] | None = None,
    on_accepted: Callable[[Record], None] | None = None,
    processes: int = 0,
) -> ImportReport:
    """Write ``source``'s items and pictures into ``store``, batch by batch, and count what happened.

    ``limit`` reads that many rows only. ``prune`` then deletes the stored items that the source no longer names
    (a row that was rejected still names its item), but none where a rejected row may name any item, where no row was
    accepted, or where they are over ``prune_limit_percent`` of what the store contained before.
    ``category_map`` overrides the items' semantic categories. ``on_rejection`` is called with every rejection,
    ``on_accepted`` with every record that is stored.
    More than one of ``processes`` decode the pictures of a large catalogue, which only a main module that is guarded by
    ``if __name__ == "__main__"`` may ask for.
    Raises ``StoreError``, and ``DataError`` where a file cannot be read further: earlier rows are stored, none pruned.
    """
    if prune and limit is not None:
        raise UsageError("A limited import cannot prune.", remedy="Leave out --limit or --prune.")
    tally = _Tally()
    pruning = _Pruning(store.count(), prune_limit_percent) if prune else None
    with Workers(processes) as workers:
        batches = _batches(category_map.applied(tally.without_omitted(islice(source.records(), limit))))
        for batch in _one_ahead(batches, partial(_begin, store=store, workers=workers)):
            rows = batch.rows
            entries, rejections, warnings = _taken_apart(batch, store)
            done = store.put(entries)
            accepted = {entry.item.item_id for entry in entries}
            records = [row for row in rows if isinstance(row, Record) and row.item.item_id in accepted]
            tally.counts.update(accepted=len(entries), added=done.added, changed=done.changed, unchanged=done.unchanged)
            tally.note(records, rejections, warnings)
            for record in records:
                if on_accepted:
                    on_accepted(record)
            for rejection in rejections:
                if on_rejection:
                    on_rejection(rejection)
            if pruning:
                pruning.note(accepted, rejections)
            if on_progress:
                ids = tuple(entry.item.item_id for entry in entries)
                on_progress(ImportProgress(tally.counts["accepted"], tally.counts["rejected"], ids))
    _record_split(source, store)
    pruned, refused = pruning.prune(store, tally.counts["accepted"]) if pruning else (0, "")
    return tally.report(pruned, refused)


def _record_split(source: Source, store: Store) -> None:
    """Remember of which split the catalogue is, or that it is no longer of one."""
    split = f"{source.variant}/{source.split}" if isinstance(source, SplitSource) else ""
    if split != (store.meta(SPLIT_META) or ""):
        store.set_meta(SPLIT_META, split)


@dataclass(slots=True)
class _Tally:
    """What has been counted so far."""

    counts: Counter[str] = field(default_factory=Counter)
    omitted: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    warning_codes: Counter[str] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)

    def without_omitted(self, rows: Iterator[Record | Rejection | Omission]) -> Iterator[Record | Rejection]:
        """The rows that are items; the others are counted."""
        for row in rows:
            if isinstance(row, Omission):
                self.omitted[row.code] += 1
            else:
                yield row

    def note(self, records: list[Record], rejections: list[Rejection], of_pictures: list[RowWarning]) -> None:
        """Count a batch: its accepted ``records``, its ``rejections`` and the warnings ``of_pictures``."""
        warnings = [warning for record in records for warning in record.warnings] + of_pictures
        self.counts["rejected"] += len(rejections)
        self.codes.update(rejection.code for rejection in rejections)
        self.warning_codes.update(warning.code for warning in warnings)
        self.rejections.extend(rejections[: MAX_KEPT_REJECTIONS - len(self.rejections)])
        self.warnings.extend(warnings[: MAX_KEPT_REJECTIONS - len(self.warnings)])

    def report(self, pruned: int, prune_refused: str) -> ImportReport:
        """The counts as a report."""
        return ImportReport(
            accepted=self.counts["accepted"],
            rejected=self.counts["rejected"],
            added=self.counts["added"],
            changed=self.counts["changed"],
            unchanged=self.counts["unchanged"],
            pruned=pruned,
            codes=dict(self.codes),
            rejections=tuple(self.rejections),
            warning_codes=dict(self.warning_codes),
            warnings=tuple(self.warnings),
            prune_refused=prune_refused,
            omitted=dict(self.omitted),
        )


@dataclass(slots=True)
class _Pruning:
    """Which stored items a catalogue still names, and whether the others may be deleted.

    ``held`` counts the items that the store contained before the import.
    """

    held: int
    limit_percent: float
    named: set[str] = field(default_factory=set)
    nameless: int = 0
    first_nameless: str = ""

    def note(self, accepted: set[str], rejections: list[Rejection]) -> None:
        """Remember what a batch names."""
        self.named |= accepted
        for rejection in rejections:
            self.named.update(rejection.may_name)
            if not rejection.may_name:
                self.nameless += 1
                self.first_nameless = self.first_nameless or f"{rejection.file}, line {rejection.line}"

    def prune(self, store: Store, accepted: int) -> tuple[int, str]:
        """Delete what is no longer named; return how many, and why none."""
        if not accepted:
            return 0, "The catalogue gave no usable item."
        if self.nameless:
            rows = "1 rejected row has" if self.nameless == 1 else f"{self.nameless:,} rejected rows have"
            return 0, f"{rows} no certain id and may name any item ({self.first_nameless}). Correct it and run again."
        gone = [item.item_id for item in store.iter_items() if item.item_id not in self.named]
        if len(gone) * 100 > self.held * self.limit_percent:
            return 0, (
                f"The catalogue lacks {len(gone):,} of {self.held:,} stored items, over {self.limit_percent:g} %. "
                f"Where that is right, allow it with --prune-limit {_percent(len(gone), self.held)}."
            )
        return sum(store.delete(gone[at : at + BATCH]) for at in range(0, len(gone), BATCH)), ""


def _percent(part: int, whole: int) -> int:
    """``part`` of ``whole`` as the next whole percentage."""
    return -(-part * 100 // max(whole, 1))


def _batches(rows: Iterator[Record | Rejection]) -> Iterator[list[Record | Rejection]]:
    """Batches of ``rows``; what was read before a file broke off comes first, then its ``DataError``."""
    batch: list[Record | Rejection] = []
    pictures = 0
    try:
        for row in rows:
            batch.append(row)
            pictures += 1 + len(row.more_images) if isinstance(row, Record) else 0
            if len(batch) == BATCH or pictures >= BATCH_PICTURES:
                yield batch
                batch, pictures = [], 0
    except DataError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows, and what becomes of each, which is still being worked on."""

    rows: list[Record | Rejection]
    prepared: Iterator[Prepared | Rejection]

    @property
    def item_ids(self) -> set[str]:
        return _ids(self.rows)


def _one_ahead(
    batches: Iterator[list[Record | Rejection]], begin: Callable[[list[Record | Rejection]], _Batch]
) -> Iterator[_Batch]:
    """Each batch, while the next has begun: so pictures are decoded while rows are read and written.

    A batch with an item of the one before begins only after that one was written.
    """
    waiting: _Batch | None = None
    try:
        for rows in batches:
            if waiting and waiting.item_ids & _ids(rows):
                yield waiting
                waiting = None
            begun = begin(rows)
            if waiting:
                yield waiting
            waiting = begun
    except DataError:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def _ids(rows: list[Record | Rejection]) -> set[str]:
    return {row.item.item_id for row in rows if isinstance(row, Record)}


def _begin(rows: list[Record | Rejection], *, store: Store, workers: Workers) -> _Batch:
    """Begin to read and decode the pictures of ``rows``."""
    ids = sorted(_ids(rows))
    stored = stored_sources(store, ids)
    jobs = [Job(row) if isinstance(row, Rejection) else Job(row, stored[row.item.item_id]) for row in rows]
    return _Batch(rows, workers.prepare(jobs))


def _taken_apart(batch: _Batch, store: Store) -> tuple[list[Entry], list[Rejection], list[RowWarning]]:
    """What to write, what to reject and what to warn of."""
    entries, rejections, warnings = list[Entry](), list[Rejection](), list[RowWarning]()
    for row, prepared in zip(batch.rows, batch.prepared, strict=True):
        if isinstance(prepared, Rejection):
            rejections.append(prepared)
        elif isinstance(row, Record):
            entries.append(Entry(row.item, prepared.image, stored_images(row.item.item_id, prepared.more, store)))
            warnings += prepared.warnings
    return entries, rejections, warnings


def stored_sources(store: Store, item_ids: Sequence[str]) -> dict[str, tuple[ImageSource, ...]]:
    """Where the pictures of each item came from, ``NO_PICTURE`` first where it has none, or is not stored."""
    first, more = store.image_sources(item_ids), store.more_image_sources(item_ids)
    return {item_id: (first.get(item_id, NO_PICTURE), *more.get(item_id, ())) for item_id in item_ids}
