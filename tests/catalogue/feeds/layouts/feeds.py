"""Small feeds in the shape of a shop's export, written for these tests, with empty picture files beside them."""

import csv
from collections.abc import Sequence
from pathlib import Path

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Omission, Record, Rejection
from deepstyle.catalogue.source import Source, open_source

Row = dict[str, str]


def write_feed(
    folder: Path, name: str, rows: Sequence[Row], images: Sequence[str] = (), delimiter: str = ","
) -> Source:
    """A feed of ``rows`` (column → cell, in the first row's order) in ``folder``, opened as a catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    for image in images:
        path = folder / "images" / image
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
    return open_source(folder)


def items(source: Source) -> dict[str, Item]:
    """The items by id."""
    return {entry.item.item_id: entry.item for entry in source.records() if isinstance(entry, Record)}


def pictures(source: Source) -> dict[str, list[str]]:
    """The names of each item's pictures, in order."""
    records = [entry for entry in source.records() if isinstance(entry, Record)]
    return {
        one.item.item_id: [path.name for path in (one.image_path, *one.more_images) if path is not None]
        for one in records
    }


def kinds(source: Source) -> list[str]:
    """What became of each row, in order: the item's id, or the code of the rejection or omission."""
    return [
        entry.item.item_id if isinstance(entry, Record) else f"{type(entry).__name__}: {entry.code}"
        for entry in source.records()
        if isinstance(entry, Record | Rejection | Omission)
    ]
