"""A catalogue that a program gives instead of a path."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deepstyle.catalogue.feeds.given_items import GivenItems, is_item
from deepstyle.catalogue.feeds.given_rows import GivenTable, Replayed, frame_table
from deepstyle.catalogue.feeds.raw import Table
from deepstyle.catalogue.feeds.table import TableSource
from deepstyle.errors import UsageError


def open_given(catalogue: Any, folder: Path) -> Table | GivenItems:
    """The table or the items in ``catalogue``: a data frame, or an iterable of mappings, items or items with photos.

    Relative paths of pictures start from ``folder``. Raises ``UsageError`` for anything else.
    """
    table = frame_table(catalogue, folder)
    if table is not None:
        return table
    if not isinstance(catalogue, Iterable) or isinstance(catalogue, Mapping | bytes):
        raise UsageError(
            f"a catalogue cannot be of the type {type(catalogue).__name__}.",
            remedy="Give a path, rows as dicts, items, or a data frame of pandas or Polars.",
        )
    rows = Replayed(catalogue)
    return GivenItems(rows, folder) if is_item(next(iter(rows), None)) else GivenTable(rows, folder)


def given_source(catalogue: Any, *, columns: Mapping[str, str] | None = None, folder: Path) -> TableSource | GivenItems:
    """The source of ``open_given``'s table or items; ``columns`` (field → column name) concern tables."""
    given = open_given(catalogue, folder)
    return given if isinstance(given, GivenItems) else TableSource.of(given, folder, columns)
