"""Read and write the further pictures of items in the embedded store's file."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import ImageSource
from deepstyle.store.digests import row_digest
from deepstyle.store.pictures import picture_position
from deepstyle.store.schema import IMAGE_COLUMNS

_NAMES: Final = IMAGE_COLUMNS.split(", ")
_PUT_PICTURE: Final = f"""
INSERT INTO pictures (item_key, position, {IMAGE_COLUMNS}, digest, data) VALUES (?, ?{", ?" * len(_NAMES)}, ?, ?)
ON CONFLICT (position, item_key) DO UPDATE SET
{", ".join(f"{name} = excluded.{name}" for name in (*_NAMES, "digest", "data"))}
"""  # noqa: S608 - constants only
_VOID_PICTURE: Final = """
INSERT INTO voided_pictures (item_key, position, revision) VALUES (?, ?, ?)
ON CONFLICT (item_key, position) DO UPDATE SET revision = excluded.revision
"""
_AMONG_IDS: Final = "item_id IN (SELECT value FROM json_each(?1))"
_FIRST: Final = f"""
SELECT data, {IMAGE_COLUMNS} FROM items JOIN image_bytes USING (item_key) WHERE {_AMONG_IDS} AND ?2 = 0
"""  # noqa: S608 - constants only
_PICTURE: Final = f"""
SELECT data, {", ".join(f"pictures.{name}" for name in _NAMES)}
FROM items CROSS JOIN pictures USING (item_key) WHERE {_AMONG_IDS} AND position = ?2
"""  # noqa: S608 - constants only
_SOURCES: Final = f"""
SELECT item_id, pictures.sha256, pictures.source_sha256, pictures.normalisation
FROM items CROSS JOIN pictures USING (item_key) WHERE {_AMONG_IDS} ORDER BY item_id, position
"""  # noqa: S608 - constants only


def pictured(position: int) -> str:
    """SQL for a table of ``item_key``, ``item_id`` and ``sha256`` of the items with a picture at ``position``."""
    if not position:
        return "(SELECT item_key, item_id, sha256 FROM items WHERE sha256 IS NOT NULL)"
    return (
        "(SELECT items.item_key, items.item_id, pictures.sha256 FROM items CROSS JOIN pictures USING (item_key) "  # noqa: S608
        f"WHERE position = {position:d})"
    )


def image_values(image: ItemImage) -> tuple[Any, ...]:
    """The image as IMAGE_COLUMNS."""
    size = (image.width_px, image.height_px)
    return (image.sha256, image.media_type, *size, image.source_sha256, image.normalisation)


def put_pictures(
    connection: sqlite3.Connection, item_key: int, images: Sequence[ItemImage], revision: int, *, is_new: bool = False
) -> bool:
    """Make ``images`` all the further pictures of an item; return whether anything changed. One ``is_new`` has none."""
    query = f"SELECT position, {IMAGE_COLUMNS} FROM pictures WHERE item_key = ?"  # noqa: S608 - constants only
    rows = [] if is_new else connection.execute(query, (item_key,)).fetchall()
    stored = {position: tuple(values) for position, *values in rows}
    wanted = dict(enumerate(images, start=1))
    for position, image in wanted.items():
        values = image_values(image)
        if stored.get(position) != values:
            digest = row_digest(item_key, position, *values)
            connection.execute(_PUT_PICTURE, (item_key, position, *values, digest, image.data))
    shas = {position: image.sha256 for position, image in wanted.items()}
    for position, values in stored.items():
        if shas.get(position) != values[0]:
            void_picture(connection, item_key, position, revision)
    if len(stored) > len(wanted):
        connection.execute("DELETE FROM pictures WHERE item_key = ? AND position > ?", (item_key, len(wanted)))
    return stored != {position: image_values(image) for position, image in wanted.items()}


def void_picture(connection: sqlite3.Connection, item_key: int, position: int, revision: int) -> None:
    """Delete the vectors of the picture at ``position``, and let readers that follow the file know."""
    spaces = connection.execute("SELECT space_key, space FROM spaces").fetchall()
    keys = [(space_key, item_key) for space_key, space in spaces if picture_position(space) == position]
    connection.executemany("DELETE FROM vectors WHERE space_key = ? AND item_key = ?", keys)
    connection.execute(_VOID_PICTURE, (item_key, position, revision))


def voided_since(connection: sqlite3.Connection, revision: int) -> dict[int, list[int]]:
    """The keys of the items whose picture was replaced or removed after ``revision``, by position."""
    voided = defaultdict(list)
    query = "SELECT position, item_key FROM voided_pictures WHERE revision > ?"
    for position, item_key in connection.execute(query, (revision,)):
        voided[position].append(item_key)
    return voided


def read_picture(connection: sqlite3.Connection, item_id: str, position: int) -> ItemImage | None:
    """The picture of the item at ``position`` as it was written."""
    row = connection.execute(_PICTURE if position else _FIRST, (json.dumps([item_id]), position)).fetchone()
    return None if row is None else ItemImage(*row)


def read_sources(connection: sqlite3.Connection, item_ids_json: str) -> dict[str, tuple[ImageSource, ...]]:
    """Where the further pictures came from; see ``Store.more_image_sources``."""
    sources: dict[str, tuple[ImageSource, ...]] = {}
    for item_id, *source in connection.execute(_SOURCES, (item_ids_json,)):
        sources[item_id] = (*sources.get(item_id, ()), ImageSource(*source))
    return sources
