"""Recognise a catalogue by its layout and read it row by row."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from deepstyle.catalogue.feeds.folder import FolderSource
from deepstyle.catalogue.feeds.hub import HubSource
from deepstyle.catalogue.feeds.layouts.generic import GENERIC, PARENTED
from deepstyle.catalogue.feeds.layouts.layout import Layout
from deepstyle.catalogue.feeds.layouts.registry import column_names, layout_of
from deepstyle.catalogue.feeds.lists import open_lists
from deepstyle.catalogue.feeds.polyvore import PolyvoreSource
from deepstyle.catalogue.feeds.promoted import promoted
from deepstyle.catalogue.feeds.raw import Table
from deepstyle.catalogue.feeds.split import SplitSource
from deepstyle.catalogue.feeds.table import TableSource
from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.catalogue.rows import Omission, Record, Rejection
from deepstyle.errors import DataError, UsageError

# Names tried first where a folder holds several tables.
_USUAL_NAMES: Final = ("catalogue", "catalog", "items", "products", "feed")


class Source(Protocol):
    """A catalogue that can be read again and again, in bounded memory and in the same order."""

    @property
    def path(self) -> Path:
        """The folder or table."""
        ...

    @property
    def layout(self) -> str:
        """``polyvore``, ``hub``, ``folder`` or the name of a layout of tables."""
        ...

    def total(self) -> int:
        """How many records, rejections and omissions ``records`` will yield."""
        ...

    def records(self) -> Iterator[Record | Rejection | Omission]:
        """Each row in turn. Raises ``DataError`` where a file cannot be read on."""
        ...


def open_source(
    path: Path | str,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    variant: str = "",
    split: str = "",
    downloads: Path | None = None,
) -> Source:
    """Recognise the layout of the catalogue at ``path``.

    ``columns`` (field → column name), ``encoding`` and ``downloads`` (a folder with pictures of URLs) concern tables
    only, ``variant`` and ``split`` a folder in the Polyvore Outfits layout. Raises ``DataError`` where nothing at
    ``path`` looks like a catalogue, ``UsageError`` for a split of something else.
    """
    root = Path(path)
    if not root.exists():
        raise DataError(f"{root} does not exist.", remedy="Give a catalogue's folder or table, or 'demo'.")
    polyvore = _open_polyvore(root)
    if variant or split:
        if polyvore is None:
            raise UsageError(
                f"{root} has no splits.", remedy="Leave out --variant and --split: only Polyvore Outfits has them."
            )
        return SplitSource.of(polyvore, variant, split)
    if polyvore:
        return polyvore
    table = open_lists(root) or choose_table([promoted(table) for table in open_tables(root, encoding=encoding)], root)
    if table is not None:
        return TableSource.of(table, root, columns, downloads)
    if FolderSource.recognises(root):
        return FolderSource(root)
    raise DataError(
        f"{root} contains no catalogue that deepstyle recognises.",
        remedy="Give a shop's product feed, a table beside its images, a folder in the Polyvore Outfits layout, "
        "or a folder of images; `deepstyle feeds` lists all layouts.",
    )


def _open_polyvore(root: Path) -> PolyvoreSource | HubSource | None:
    nested = root / "polyvore_outfits"
    if not PolyvoreSource.recognises(root) and PolyvoreSource.recognises(nested):
        root = nested
    if HubSource.recognises(root):
        return HubSource(root)
    return PolyvoreSource(root) if PolyvoreSource.recognises(root) else None


def choose_table(tables: Sequence[Table], root: Path) -> Table | None:
    """The table with the items: the one with a shop's layout, else with a usual name, else the only one with ids.

    Raises ``DataError`` where several could be it.
    """
    found = [(table, layout) for table in tables if (layout := _layout(table, only=len(tables) == 1))]
    for candidates in (
        [table for table, layout in found if layout not in (GENERIC, PARENTED)],
        [table for name in _USUAL_NAMES for table, _ in found if Path(table.name).name.lower().split(".")[0] == name][
            :1
        ],
        [table for table, _ in found],
    ):
        if len(candidates) == 1:
            return candidates[0]
    if len(found) > 1:
        raise DataError(
            f"{root} has several tables: {', '.join(table.name for table, _ in found)}.",
            remedy="Give the path of the one with the items.",
        )
    return None


def _layout(table: Table, *, only: bool) -> Layout | None:
    """The layout of ``table``, ``None`` where it is a text and no table of items."""
    is_text = table.name.lower().endswith(".txt")
    if only and not is_text:
        return layout_of(table)
    try:
        layout = layout_of(table)
        has_items = layout is not GENERIC or ("item_id" in layout.choose(column_names(table)) and table.delimiter != "")
    except DataError:
        return None if is_text else GENERIC
    return layout if has_items or not is_text else None
