"""Check a catalogue before it is imported or used for training: counts, leaks, duplicates, broken references."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from deepstyle.catalogue.category_map import NO_MAP, CategoryMap
from deepstyle.catalogue.check_outfits import Leak, SplitCount, check_outfits
from deepstyle.catalogue.feeds.table import ColumnUse, TableSource
from deepstyle.catalogue.findings import Finding, Findings
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.catalogue.picture import check_picture
from deepstyle.catalogue.rows import Omission, Record, Rejection, RowError, read_picture
from deepstyle.catalogue.source import Source
from deepstyle.errors import DataError
from deepstyle.images.pixels import decode

MISSING: Final = ("category", "price", "picture")
_BATCH: Final = 64
_WORKERS: Final = 2
_BLANK_SIDE_PX: Final = 256
_BLANK_RANGE: Final = 3  # of 255, in each channel


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a catalogue holds and what is wrong with it.

    ``items`` counts rows that can be read, ``images`` those of them with a picture: one that decodes, or where
    ``decoded`` is False one that is there. ``title`` is the layout's name for people, ``columns`` says how each column
    of a table was understood. ``missing`` counts the items without a category, a price or a picture, ``omitted``, by
    code, the rows that are no items of their own.
    """

    path: str
    layout: str
    items: int
    images: int
    decoded: bool
    splits: tuple[SplitCount, ...]
    leaks: tuple[Leak, ...]
    findings: tuple[Finding, ...]
    title: str = ""
    columns: tuple[ColumnUse, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    omitted: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)


def check_catalogue(
    source: Source,
    *,
    fast: bool = False,
    category_map: CategoryMap = NO_MAP,
    on_progress: Callable[[int], None] | None = None,
) -> CheckReport:
    """Read all of ``source``, and unless ``fast`` decode each picture in full; bad rows become findings.

    ``on_progress`` is called with the number of rows read so far. A file that cannot be read on is a finding too,
    code ``unreadable``.
    """
    findings = Findings()
    counts = _Counts()
    known, images = _check_items(source, category_map, findings, counts, fast, on_progress)
    splits, leaks = check_outfits(source.path, known, findings)
    return CheckReport(
        path=str(source.path),
        layout=source.layout,
        items=len(known),
        images=images,
        decoded=not fast,
        splits=splits,
        leaks=leaks,
        findings=findings.sorted(),
        title=source.format.title if isinstance(source, TableSource) else "",
        columns=_column_uses(source),
        missing={name: counts.missing[name] for name in MISSING},
        omitted=dict(counts.omitted),
    )


@dataclass(slots=True)
class _Counts:
    """What is counted beside findings."""

    missing: Counter[str] = field(default_factory=Counter)
    omitted: Counter[str] = field(default_factory=Counter)

    def note(self, record: Record) -> None:
        """Count what an item lacks."""
        lacks = (
            not (record.item.category or record.item.semantic_category),
            record.item.price is None,
            record.image_path is None and record.image_bytes is None,
        )
        self.missing.update(name for name, is_missing in zip(MISSING, lacks, strict=True) if is_missing)


def _column_uses(source: Source) -> tuple[ColumnUse, ...]:
    try:
        return source.column_uses() if isinstance(source, TableSource) else ()
    except DataError:
        return ()  # a finding says why


def _check_items(
    source: Source,
    category_map: CategoryMap,
    findings: Findings,
    counts: _Counts,
    fast: bool,
    on_progress: Callable[[int], None] | None,
) -> tuple[set[str], int]:
    """The readable items' ids, and how many of them have a usable picture."""
    known: set[str] = set()
    first_with: dict[bytes, str] = {}
    images = done = 0
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="check") as pool:
        rows = category_map.applied(_without_omitted(source.records(), counts))
        for batch in _batches(rows, findings):
            for row, picture in zip(batch, pool.map(lambda row: _look(row, fast), batch), strict=True):
                if isinstance(row, Record):
                    known.add(row.item.item_id)
                    _note_item(row, findings)
                    counts.note(row)
                if isinstance(picture, Rejection):
                    findings.reject(picture)
                elif isinstance(row, Record):
                    images += 1
                    _note_picture(row.item.item_id, picture, first_with, findings)
            done += len(batch)
            if on_progress:
                on_progress(done)
    if not known:
        findings.add("error", "no-items", "No row can be used.", "Check the path and the columns' names.", [])
    return known, images


def _note_item(row: Record, findings: Findings) -> None:
    """What is missing of a row that can be used."""
    for warning in row.warnings:
        findings.warn(warning)
    if not row.item.semantic_category:
        message = "Items without a semantic category: no outfit can contain them."
        remedy = f"Add a column semantic_category: {', '.join(SEMANTIC_CATEGORIES)}."
        findings.add("warning", "no-category", message, remedy, [row.item.item_id])


def _batches(rows: Iterator[Record | Rejection], findings: Findings) -> Iterator[list[Record | Rejection]]:
    """The source's ``rows`` up to where it cannot be read on, which is noted."""
    while True:
        batch: list[Record | Rejection] = []
        try:
            batch.extend(islice(rows, _BATCH))
        except DataError as error:
            findings.add("error", "unreadable", error.message, error.remedy, [])
        if not batch:
            return
        yield batch


def _without_omitted(rows: Iterator[Record | Rejection | Omission], counts: _Counts) -> Iterator[Record | Rejection]:
    for row in rows:
        if isinstance(row, Omission):
            counts.omitted[row.code] += 1
        else:
            yield row


@dataclass(frozen=True, slots=True)
class _Picture:
    """What was seen of a usable picture; its SHA-256 is ``b""`` where it was not decoded."""

    sha256: bytes = b""
    blank: bool = False


def _look(row: Record | Rejection, fast: bool) -> _Picture | Rejection:
    """The row's picture, else why the row or its picture cannot be used."""
    if isinstance(row, Rejection):
        return row
    try:
        if fast and (row.image_path or row.image_bytes):
            return _Picture()
        data = read_picture(row)
        check_picture(data)
        return _Picture(hashlib.sha256(data).digest(), _is_blank(data))
    except RowError as error:
        return error.at(row.file, row.line, row.item.item_id)


def _is_blank(data: bytes) -> bool:
    """Whether a picture that decodes is of one colour, but for what JPEG adds."""
    rgb = decode(data, min_side_px=_BLANK_SIDE_PX)
    return int((rgb.max(axis=(0, 1)) - rgb.min(axis=(0, 1))).max()) <= _BLANK_RANGE


def _note_picture(item_id: str, picture: _Picture, first_with: dict[bytes, str], findings: Findings) -> None:
    if picture.blank:
        message = "Pictures of a single colour, which show no product."
        findings.add("warning", "blank-image", message, "Replace them.", [item_id])
    first = first_with.setdefault(picture.sha256, item_id) if picture.sha256 else item_id
    if first != item_id:
        message = "Items with the same picture, which no search can distinguish."
        findings.add("warning", "same-image", message, "Merge them where they are one.", [f"{first} = {item_id}"])
