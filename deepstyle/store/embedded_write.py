"""Write rows of the embedded store's file, inside the one write transaction."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from deepstyle.store.base import Entry, Measured
from deepstyle.store.digests import row_digest
from deepstyle.store.embedded_pictures import image_values, put_pictures, read_sources, void_picture
from deepstyle.store.item_values import (
    MEASURED_AT,
    allowed_values,
    item_values,
    item_version,
    kept_values,
    stored_item,
)
from deepstyle.store.schema import IMAGE_COLUMNS, ITEM_COLUMNS, item_digest

# Lists of ids go to SQLite as one JSON text: no limit on their number, and nothing to escape.
AMONG_IDS: Final = "item_id IN (SELECT value FROM json_each(?))"

_COLUMN_NAMES: Final = f"{ITEM_COLUMNS}, {IMAGE_COLUMNS}".split(", ")
_NO_IMAGE: Final = (None, None, None, None, "", 0)
_ITEM_ROW: Final = f"SELECT item_key, {ITEM_COLUMNS}, {IMAGE_COLUMNS} FROM items WHERE item_id = ?"  # noqa: S608
_INSERT_ITEM: Final = f"""
INSERT INTO items (digest, revision, {", ".join(_COLUMN_NAMES)}) VALUES (?, ?{", ?" * len(_COLUMN_NAMES)})
"""  # noqa: S608 - constants only
_UPDATE_ITEM: Final = f"""
UPDATE items SET digest = ?, revision = ?, {", ".join(f"{name} = ?" for name in _COLUMN_NAMES)} WHERE item_key = ?
"""  # noqa: S608 - constants only
_PUT_IMAGE: Final = """
INSERT INTO image_bytes (item_key, data) VALUES (?, ?) ON CONFLICT (item_key) DO UPDATE SET data = excluded.data
"""
VOID_ITEM: Final = """
INSERT INTO voided (item_key, revision) VALUES (?, ?)
ON CONFLICT (item_key) DO UPDATE SET revision = excluded.revision
"""
_SUGGESTIONS_PAGE: Final = 10_000
_PUT_COMPATIBLE: Final = """
INSERT INTO compatible (item_key, item_ids, digest) VALUES (?, ?, ?)
ON CONFLICT (item_key) DO UPDATE SET item_ids = excluded.item_ids, digest = excluded.digest
"""


def as_json(item_ids: Iterable[str]) -> str:
    """Ids as the parameter of ``AMONG_IDS``; SQLite would cut one at a NUL, which no id has."""
    return json.dumps([item_id for item_id in item_ids if "\0" not in item_id])


def put_suggestions(connection: sqlite3.Connection, mapping: Mapping[str, Sequence[str]]) -> None:
    """Write the suggestions of the items that exist, replacing those of the same items, in bounded memory."""
    query = f"SELECT item_id, item_key FROM items WHERE {AMONG_IDS}"  # noqa: S608 - constants only
    names = iter(mapping)
    while page := list(islice(names, _SUGGESTIONS_PAGE)):
        keys = connection.execute(query, (as_json(page),)).fetchall()
        values = [(key, as_json(mapping[item_id])) for item_id, key in keys]
        connection.executemany(_PUT_COMPATIBLE, [(*value, row_digest(*value)) for value in values])


def put_fact(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Write a fact, replacing what it was."""
    query = "INSERT OR REPLACE INTO meta (key, value, digest) VALUES (?, ?, ?)"
    connection.execute(query, (key, value, row_digest(key, value)))


def read_fact(connection: sqlite3.Connection, key: str) -> str | None:
    """A fact, ``None`` where it does not exist."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def read_versions(connection: sqlite3.Connection, item_ids: Sequence[str]) -> dict[str, str]:
    """The version of each of ``item_ids`` that exists."""
    if not item_ids:
        return {}
    query = f"SELECT {ITEM_COLUMNS}, sha256 FROM items WHERE {AMONG_IDS}"  # noqa: S608 - constants only
    rows = connection.execute(query, (as_json(item_ids),))
    more = read_sources(connection, as_json(item_ids))

    def version(row: Sequence[Any]) -> str:
        shas = [row[-1] or "", *(source.sha256 for source in more.get(row[0], ()))]
        return item_version(stored_item(row[:-1]), shas)

    return {row[0]: version(row) for row in rows}


def put_entry(connection: sqlite3.Connection, entry: Entry, revision: int) -> str:
    """Write one entry; return which of added, changed and unchanged it was."""
    kind, item_key = _put_item(connection, entry, revision)
    images = entry.more_images
    if images is None or (kind == "added" and not images):
        return kind
    changed = put_pictures(connection, item_key, images, revision, is_new=kind == "added")
    return "changed" if changed and kind == "unchanged" else kind


def _put_item(connection: sqlite3.Connection, entry: Entry, revision: int) -> tuple[str, int]:
    """Write an item with its first image; return what ``put_entry`` returns, and the item's key."""
    stored = connection.execute(_ITEM_ROW, (entry.item.item_id,)).fetchone()
    image = entry.image
    stored_image = _NO_IMAGE if stored is None else stored[-len(_NO_IMAGE) :]
    values = (*item_values(entry.item), *(image_values(image) if image else stored_image))
    if stored_image[0] is not None and (image is None or image.sha256 == stored_image[0]):
        values = _with_measured(values, stored[1:])
    if stored is not None and stored[1:] == values:
        return "unchanged", stored[0]
    row = (item_digest(revision, *values), revision, *values)
    if stored is None:
        item_key = connection.execute(_INSERT_ITEM, row).lastrowid or 0
    else:
        item_key = stored[0]
        connection.execute(_UPDATE_ITEM, (*row, item_key))
    if image is not None and stored_image[0] != image.sha256:
        connection.execute(_PUT_IMAGE, (item_key, image.data))
        if stored is not None:
            void_picture(connection, item_key, 0, revision)
    return "added" if stored is None else "changed", item_key


def _with_measured(values: tuple[Any, ...], stored: Sequence[Any]) -> tuple[Any, ...]:
    """``values`` with what they keep of the ``stored`` ones."""
    return _replaced(values, kept_values(_measured_of(values), _measured_of(stored)))


def _measured_of(values: Sequence[Any]) -> dict[str, Any]:
    return {name: values[at] for name, at in MEASURED_AT.items()}


def _replaced(values: Sequence[Any], given: Mapping[str, Any]) -> tuple[Any, ...]:
    at_places = {MEASURED_AT[name]: value for name, value in given.items()}
    return tuple(at_places.get(at, value) for at, value in enumerate(values))


def put_measured_item(connection: sqlite3.Connection, measured: Measured, revision: int) -> bool:
    """Write the measured fields of an item that still has the image; return whether it has."""
    stored = connection.execute(_ITEM_ROW, (measured.item_id,)).fetchone()
    if stored is None or stored[-len(_NO_IMAGE)] != measured.image_sha256:
        return False
    values = _replaced(stored[1:], allowed_values(measured.values, _measured_of(stored[1:])))
    if values != stored[1:]:
        connection.execute(_UPDATE_ITEM, (item_digest(revision, *values), revision, *values, stored[0]))
    return True
