"""Looks from a feed: a table in any format that is read for items, or the outfits of a Polyvore layout.

A row is a look: ``look_id`` (or ``id``), ``items`` (a list of item ids, or a text with ``|``, ``;`` or ``,`` between
them), and optionally ``title`` and ``source``.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.feeds.raw import RawRow
from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.catalogue.looks import Look, checked_look
from deepstyle.catalogue.rows import Rejection, RowError
from deepstyle.errors import DataError

_COLUMNS: Final = {
    "look_id": ("look_id", "look", "set_id", "outfit_id", "id"),
    "items": ("items", "item_ids", "products", "product_ids", "skus"),
    "title": ("title", "name", "look_title", "look_name"),
    "source": ("source",),
}
_SEPARATORS: Final = ("|", ";", ",")
_SPACES: Final = re.compile(r"\s+")


def scan_looks(path: Path, *, encoding: str = "utf-8") -> Iterator[Look | Rejection]:
    """Each look of the tables at ``path``, or why it cannot be used; raises ``DataError`` where there is no table."""
    tables = open_tables(path, encoding=encoding)
    if not tables:
        raise DataError(f"{path} contains no table.", remedy="Give a CSV or a JSON Lines file of looks.")
    seen: set[str] = set()
    for table in tables:
        for row in table.rows():
            yield _read(row, table.name, seen)


def _read(row: RawRow, file: str, seen: set[str]) -> Look | Rejection:
    values = _values(row.values)
    look_id = _text(values.get("look_id"))
    try:
        if row.fault:
            raise row.fault
        look = checked_look(
            look_id, _item_ids(values.get("items")), values.get("title") or "", values.get("source") or "editorial"
        )
        if look.look_id in seen:
            raise RowError("duplicate-look", f"The look {look_id} is there twice.", "Give each look an id of its own.")
    except RowError as error:
        return error.at(file, row.line, look_id)
    seen.add(look.look_id)
    return look


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the columns that are known."""
    named = {_SPACES.sub("_", name.strip().casefold()): value for name, value in row.items()}
    return {
        field: next((named[name] for name in names if named.get(name) not in (None, "")), None)
        for field, names in _COLUMNS.items()
    }


def _item_ids(value: Any) -> list[str]:
    if isinstance(value, list):
        return [_text(one.get("item_id", one.get("id")) if isinstance(one, dict) else one) for one in value]
    text = _text(value)
    separator = next((mark for mark in _SEPARATORS if mark in text), ",")
    return [part.strip() for part in text.split(separator) if part.strip()]


def _text(value: Any) -> str:
    """A value as text: an id may be written as a number."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
