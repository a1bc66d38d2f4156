"""The tables of the SQLite file, created and updated by numbered steps.

``STEPS[n]`` takes a file from version n - 1 to n; a new file goes through all of them. A version brings either a change
of structure, written out here, or the fields that ``deepstyle.catalogue.item`` declares ``since`` it.
"""

import sqlite3
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from deepstyle.catalogue.item import FIELDS
from deepstyle.store.digests import row_digest
from deepstyle.store.embedded_words import create_words, show_no_words
from deepstyle.store.item_values import ITEM_FIELDS
from deepstyle.store.schema import DIGESTED, IMAGE_COLUMNS, transaction, version_of

APPLICATION_ID: Final = 0x64737479  # "dsty"
BUSY_TIMEOUT_S: Final = 60.0

# An item's key is never used twice, so what is remembered of a deleted item cannot be taken for a later one. A vector
# that is replaced gets a new key too: keys ascend with revisions.
_VERSION_1: Final = """
CREATE TABLE revision (value INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES (0);
CREATE TABLE items (
  item_key INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL, description TEXT NOT NULL, semantic_category TEXT NOT NULL, category TEXT NOT NULL,
  brand TEXT NOT NULL, colour TEXT NOT NULL, pattern TEXT NOT NULL, price REAL, currency TEXT NOT NULL,
  url TEXT NOT NULL, model_id TEXT NOT NULL, attributes TEXT NOT NULL,
  sha256 TEXT, media_type TEXT, width_px INTEGER, height_px INTEGER
) STRICT;
CREATE INDEX items_by_revision ON items (revision);
CREATE INDEX items_with_image ON items (item_id, sha256) WHERE sha256 IS NOT NULL;
CREATE TABLE image_bytes (
  item_key INTEGER PRIMARY KEY REFERENCES items ON DELETE CASCADE,
  data BLOB NOT NULL
) STRICT;
CREATE TABLE compatible (
  item_key INTEGER PRIMARY KEY REFERENCES items ON DELETE CASCADE,
  item_ids TEXT NOT NULL
) STRICT;
CREATE TABLE spaces (
  space_key INTEGER PRIMARY KEY AUTOINCREMENT,
  space TEXT NOT NULL UNIQUE,
  dimension INTEGER NOT NULL
) STRICT;
CREATE TABLE vectors (
  vector_key INTEGER PRIMARY KEY AUTOINCREMENT,
  space_key INTEGER NOT NULL REFERENCES spaces ON DELETE CASCADE,
  item_key INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  vector BLOB NOT NULL,
  UNIQUE (space_key, item_key)
) STRICT;
CREATE INDEX vectors_by_item ON vectors (item_key);
CREATE INDEX vectors_by_revision ON vectors (space_key, revision);
-- Items whose vectors of an earlier revision are void: the item was deleted, or its image changed.
CREATE TABLE voided (item_key INTEGER PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
CREATE INDEX voided_by_revision ON voided (revision);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
# Where a picture came from, and a digest of every row that no index repeats.
_VERSION_2: Final = """
ALTER TABLE items ADD COLUMN source_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN normalisation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE vectors ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE compatible ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE spaces ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE meta ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE revision ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
"""

# An item's further pictures; ``data`` is last, so that the rest is read without it.
_VERSION_11: Final = """
CREATE TABLE pictures (
  picture_key INTEGER PRIMARY KEY,
  item_key INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
  position INTEGER NOT NULL,
  sha256 TEXT NOT NULL, media_type TEXT NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
  source_sha256 TEXT NOT NULL, normalisation INTEGER NOT NULL,
  digest BLOB NOT NULL, data BLOB NOT NULL,
  UNIQUE (position, item_key)
) STRICT;
CREATE INDEX pictures_by_item ON pictures (item_key, position, sha256);
-- Pictures whose vectors of an earlier revision are void: the picture was replaced or removed.
CREATE TABLE voided_pictures (
  item_key INTEGER NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (item_key, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX voided_pictures_by_revision ON voided_pictures (revision);
"""

# Looks; ``look_items`` repeats their ``item_ids``, by which they are found. An item may be one that does not exist.
_VERSION_13: Final = """
CREATE TABLE looks (
  look_key INTEGER PRIMARY KEY,
  look_id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL, source TEXT NOT NULL, item_ids TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE TABLE look_items (
  item_id TEXT NOT NULL, look_key INTEGER NOT NULL REFERENCES looks ON DELETE CASCADE, PRIMARY KEY (item_id, look_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_items_by_look ON look_items (look_key);
"""

# Version 1 kept the digest of a reduced picture's original among the item's attributes.
_SOURCE_PATH: Final = "'$.image_source_sha256'"
_HAS_SOURCE: Final = f"iif(json_valid(attributes), json_type(attributes, {_SOURCE_PATH}), '') = 'text'"
_MOVE_SOURCE: Final = f"""
UPDATE items SET source_sha256 = json_extract(attributes, {_SOURCE_PATH}),
attributes = json_remove(attributes, {_SOURCE_PATH})
WHERE {_HAS_SOURCE}
"""  # noqa: S608 - constants only
_FIRST_FIELDS: Final = ", ".join(
    name for name in ITEM_FIELDS if name not in {field.name for field in FIELDS if field.since > 1}
)
_DIGESTED_IN_2: Final = {
    **{table: columns for table, columns in DIGESTED.items() if table not in ("pictures", "looks")},
    "items": f"revision, {_FIRST_FIELDS}, {IMAGE_COLUMNS}",
}

# How a file of version 1 that may only be read shows what version 2 moved.
_SHOWN_IN_1: Final = {
    "attributes": f"iif({_HAS_SOURCE}, json_remove(attributes, {_SOURCE_PATH}), attributes)",
    "source_sha256": f"iif({_HAS_SOURCE}, json_extract(attributes, {_SOURCE_PATH}), '')",
    "normalisation": "0",
}

_EMPTY: Final = {"text": "''", "number": "NULL"}


# What a file that has no further pictures and may only be read is shown with.
_NO_PICTURES: Final = f"""
CREATE TEMP TABLE pictures (item_key, position, {IMAGE_COLUMNS}, data);
CREATE TEMP TABLE voided_pictures (item_key, position, revision);
"""


# What a file that has no looks and may only be read is shown with.
_NO_LOOKS: Final = """
CREATE TEMP TABLE looks (look_key, look_id, title, source, item_ids);
CREATE TEMP TABLE look_items (look_key, item_id);
"""


def _to_version_2(connection: sqlite3.Connection) -> None:
    _run(connection, _VERSION_2)
    connection.execute(_MOVE_SOURCE)
    connection.create_function("row_digest", -1, row_digest, deterministic=True)
    for table, columns in _DIGESTED_IN_2.items():
        connection.execute(f"UPDATE {table} SET digest = row_digest({columns})")  # noqa: S608 - constants only


def _add_fields(version: int, connection: sqlite3.Connection) -> None:
    """Add the columns of the fields that ``version`` brought, empty: no row is rewritten and no digest changes."""
    for field in FIELDS:
        if field.since == version:
            column = "TEXT NOT NULL DEFAULT ''" if field.kind == "text" else "REAL"
            connection.execute(f"ALTER TABLE items ADD COLUMN {field.name} {column}")


def _to_version_11(connection: sqlite3.Connection) -> None:
    _add_fields(11, connection)
    _run(connection, _VERSION_11)


def _to_version_12(connection: sqlite3.Connection) -> None:
    _add_fields(12, connection)
    create_words(connection)


def _to_version_13(connection: sqlite3.Connection) -> None:
    _add_fields(13, connection)
    _run(connection, _VERSION_13)


# Version 10 changed nothing here: only MongoDB repeats what filters read.
_STRUCTURES: Final = {2: _to_version_2, 11: _to_version_11, 12: _to_version_12, 13: _to_version_13}
STEPS: Final[dict[int, Callable[[sqlite3.Connection], None]]] = {
    version: _STRUCTURES.get(version, partial(_add_fields, version))
    for version in range(2, max(13, *(field.since for field in FIELDS)) + 1)
}
SCHEMA_VERSION: Final = max(STEPS)


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file; the second of two processes finds them created."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return
    connection.execute("PRAGMA page_size = 8192")  # holds three 512-D vectors; the default 4096 would hold one
    use_write_ahead_log(connection)
    with transaction(connection, "BEGIN IMMEDIATE"):
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return
        _run(connection, _VERSION_1)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _take_steps(connection, since=1)


def migrate(connection: sqlite3.Connection) -> None:
    """Update an older file in one transaction; the second of two processes finds it updated."""
    with transaction(connection, "BEGIN IMMEDIATE"):
        _take_steps(connection, since=version_of(connection))


def _take_steps(connection: sqlite3.Connection, since: int) -> None:
    for version in sorted(step for step in STEPS if step > since):
        STEPS[version](connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def show_as_current(connection: sqlite3.Connection) -> None:
    """Let a connection that only reads see an older file as one of the current version, but for the digests."""
    version = version_of(connection)
    shown = {field.name: _EMPTY[field.kind] for field in FIELDS if field.since > version}
    if version == 1:
        shown |= _SHOWN_IN_1
    names = ("item_key", "revision", *ITEM_FIELDS, *IMAGE_COLUMNS.split(", "))
    columns = ", ".join(f"{shown[name]} AS {name}" if name in shown else name for name in names)
    connection.execute("PRAGMA temp_store = MEMORY")
    if version < 11:
        _run(connection, _NO_PICTURES)
    if version < 12:
        show_no_words(connection)
    if version < 13:
        _run(connection, _NO_LOOKS)
    connection.execute(f"CREATE TEMP VIEW items AS SELECT {columns} FROM main.items")  # noqa: S608 - constants only


def _run(connection: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        connection.execute(statement)


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Readers beside a writer need the log; SQLite does not wait for a lock here, so two creators take turns."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
