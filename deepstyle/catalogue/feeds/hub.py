"""The hub's copy of Polyvore Outfits: the same JSON, with the images in ``data/<variant>/<split>.parquet``.

Each parquet row is ``{item_id, image: {bytes, path}}``. Reading it needs the extra ``parquet``.
"""

import dataclasses
import importlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.feeds.jsonstream import iter_pairs
from deepstyle.catalogue.feeds.polyvore import METADATA_FILE, read_items
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record, Rejection, RowError, RowWarning, check_item_id
from deepstyle.errors import DataError, MissingDependencyError

_ROWS_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class HubSource:
    """Items of a hub's copy; an item that several splits hold is read once."""

    path: Path
    layout: str = "hub"

    @staticmethod
    def recognises(path: Path) -> bool:
        """Whether ``path`` has metadata and parquet files of images."""
        return (path / METADATA_FILE).is_file() and bool(_parquet_files(path))

    def total(self) -> int:
        """Number of items in the metadata; pictures without metadata are extra."""
        return sum(1 for _ in iter_pairs(self.path / METADATA_FILE))

    def records(self) -> Iterator[Record | Rejection]:
        """Each picture with its item, then the items without a picture.

        The metadata is stored in a temporary database on disk, since the pictures have another order.
        """
        with closing(sqlite3.connect("")) as waiting:
            waiting.execute("CREATE TABLE item (item_id TEXT PRIMARY KEY, line INTEGER, record TEXT, seen INTEGER)")
            for entry in read_items(self.path, with_images=False):
                if isinstance(entry, Rejection):
                    yield entry
                else:
                    record = json.dumps(dataclasses.asdict(entry))
                    waiting.execute("INSERT INTO item VALUES (?, ?, ?, 0)", (entry.item.item_id, entry.line, record))
            for path in _parquet_files(self.path):
                yield from _pictured(waiting, path, str(path.relative_to(self.path)))
            for (record,) in waiting.execute("SELECT record FROM item WHERE NOT seen ORDER BY line"):
                yield _record(record)


def _pictured(waiting: sqlite3.Connection, path: Path, name: str) -> Iterator[Record | Rejection]:
    for row, (item_id, image) in enumerate(_rows(path), 1):
        try:
            check_item_id(item_id)
            found = waiting.execute("SELECT record, seen FROM item WHERE item_id = ?", (item_id,)).fetchone()
            if found is None:
                raise RowError(
                    "unknown-item", f"The picture's item {item_id} has no metadata.", f"Add it to {METADATA_FILE}."
                )
        except RowError as error:
            may_name = (item_id,) if error.code == "unknown-item" else ()
            yield error.at(name, row, str(item_id or ""), may_name)
            continue
        record, seen = found
        if not seen:
            waiting.execute("UPDATE item SET seen = 1 WHERE item_id = ?", (item_id,))
            data = image.get("bytes") if isinstance(image, dict) else None
            picture = data if isinstance(data, bytes) and data else None
            yield dataclasses.replace(_record(record), file=name, line=row, image_bytes=picture)


def _record(text: str) -> Record:
    """The record that was stored as JSON, without its picture."""
    fields = json.loads(text)
    item, warnings = Item(**fields.pop("item")), tuple(RowWarning(**one) for one in fields.pop("warnings"))
    return Record(**{**fields, "image_path": None}, item=item, warnings=warnings)


def _rows(path: Path) -> Iterator[tuple[Any, Any]]:
    """(item_id, image) of each row. Raises ``DataError`` and ``MissingDependencyError``."""
    try:
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingDependencyError(
            f"{path} is a parquet file, which needs pyarrow.", remedy="Run: pip install 'deepstyle[parquet]'."
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=["item_id", "image"]):
                for row in batch.to_pylist():
                    yield row["item_id"], row["image"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} cannot be read: {str(error)[:200]}.", remedy="Fetch the file again.") from error


def _parquet_files(path: Path) -> list[Path]:
    return sorted((path / "data").glob("*/*.parquet"))
