"""Look a catalogue over before it is imported or trained on: counts, leaks, duplicates, broken references."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final

from deepstyle.catalogue.check_outfits import Leak, SplitCount, check_outfits
from deepstyle.catalogue.findings import Finding, Findings
from deepstyle.catalogue.picture import check_picture
from deepstyle.catalogue.source import Record, Rejection, RowError, Source
from deepstyle.errors import DataError

_BATCH: Final = 64
_WORKERS: Final = 2


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a catalogue holds and what is wrong with it.

    ``items`` counts rows that can be read, ``images`` those of them with a picture: one that decodes, or where
    ``decoded`` is False one that is there.
    """

    path: str
    layout: str
    items: int
    images: int
    decoded: bool
    splits: tuple[SplitCount, ...]
    leaks: tuple[Leak, ...]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)


def check_catalogue(
    source: Source, *, fast: bool = False, on_progress: Callable[[int], None] | None = None
) -> CheckReport:
    """Read all of ``source``, and unless ``fast`` decode each picture in full; bad rows become findings.

    ``on_progress`` is called with the number of rows read so far. A file that cannot be read on is a finding too,
    code ``unreadable``.
    """
    findings = Findings()
    known, images = _check_items(source, findings, fast, on_progress)
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
    )


def _check_items(
    source: Source, findings: Findings, fast: bool, on_progress: Callable[[int], None] | None
) -> tuple[set[str], int]:
    """The readable items' ids, and how many of them have a usable picture."""
    known: set[str] = set()
    first_with: dict[bytes, str] = {}
    images = done = 0
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="check") as pool:
        for rows in _batches(source, findings):
            for row, digest in zip(rows, pool.map(lambda row: _digest(source, row, fast), rows), strict=True):
                if isinstance(row, Record):
                    known.add(row.item.item_id)
                if isinstance(digest, Rejection):
                    findings.reject(digest)
                elif isinstance(row, Record):
                    images += 1
                    _note_twin(row.item.item_id, digest, first_with, findings)
            done += len(rows)
            if on_progress:
                on_progress(done)
    return known, images


def _batches(source: Source, findings: Findings) -> Iterator[list[Record | Rejection]]:
    """The source's rows up to where it cannot be read on, which is noted."""
    rows = source.records()
    while True:
        batch: list[Record | Rejection] = []
        try:
            batch.extend(islice(rows, _BATCH))
        except DataError as error:
            findings.add("error", "unreadable", error.message, error.remedy, [])
        if not batch:
            return
        yield batch


def _digest(source: Source, row: Record | Rejection, fast: bool) -> bytes | Rejection:
    """The picture's SHA-256, ``b""`` where ``fast``, else why the row or its picture cannot be used."""
    if isinstance(row, Rejection):
        return row
    try:
        if fast and (row.image_path or row.image_bytes):
            return b""
        data = source.read_bytes(row)
        check_picture(data)
        return hashlib.sha256(data).digest()
    except RowError as error:
        return error.at(row.file, row.line, row.item.item_id)


def _note_twin(item_id: str, digest: bytes, first_with: dict[bytes, str], findings: Findings) -> None:
    first = first_with.setdefault(digest, item_id) if digest else item_id
    if first != item_id:
        message = "Items with the very same picture, which no search can tell apart."
        findings.add("warning", "same-image", message, "Merge them where they are one.", [f"{first} = {item_id}"])
