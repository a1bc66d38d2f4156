"""Recognise a catalogue by its layout and read it row by row."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from deepstyle.catalogue.feeds.folder import FolderSource
from deepstyle.catalogue.feeds.hub import HubSource
from deepstyle.catalogue.feeds.polyvore import PolyvoreSource
from deepstyle.catalogue.feeds.table import TableSource, find_table
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.errors import DataError


class Source(Protocol):
    """A catalogue that can be read again and again, in bounded memory and in the same order."""

    @property
    def path(self) -> Path:
        """The folder or table."""
        ...

    @property
    def layout(self) -> str:
        """``polyvore``, ``hub``, ``table`` or ``folder``."""
        ...

    def total(self) -> int:
        """How many records and rejections ``records`` will yield."""
        ...

    def records(self) -> Iterator[Record | Rejection]:
        """Each row in turn. Raises ``DataError`` where a file cannot be read on."""
        ...

    def read_bytes(self, record: Record) -> bytes:
        """The record's picture, at most one byte over the 10 MiB cap. Raises ``RowError`` where it has none."""
        ...


def open_source(
    path: Path | str,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    downloads: Path | None = None,
) -> Source:
    """Recognise the layout of the catalogue at ``path``.

    ``columns`` (field → column name), ``encoding`` and ``downloads`` (the folder of pictures that were downloaded)
    concern tables only. Raises ``DataError`` where nothing at
    ``path`` looks like a catalogue.
    """
    root = Path(path)
    if not root.exists():
        raise DataError(f"{root} does not exist.", remedy="Give a catalogue's folder or table, or 'demo'.")
    nested = root / "polyvore_outfits"
    if not PolyvoreSource.recognises(root) and PolyvoreSource.recognises(nested):
        root = nested
    if HubSource.recognises(root):
        return HubSource(root)
    if PolyvoreSource.recognises(root):
        return PolyvoreSource(root)
    table = find_table(root)
    if table is not None:
        return TableSource(table, columns or {}, encoding, downloads=downloads)
    if FolderSource.recognises(root):
        return FolderSource(root)
    raise DataError(
        f"{root} contains no catalogue that deepstyle recognises.",
        remedy="Give a folder in the Polyvore Outfits layout, a .csv, .tsv or .jsonl table beside its images, "
        "or a folder of images.",
    )
