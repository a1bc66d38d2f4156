"""The tables of the SQLite file behind the embedded store, and how an older file gets them.

Every write transaction takes the next *revision*, a clock in microseconds that never stands still or goes back, and
marks what it writes with it. Whoever holds a copy of revision R in memory follows by reading what is marked later.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from typing import Final

from deepstyle.store.digests import row_digest

SCHEMA_VERSION: Final = 2
APPLICATION_ID: Final = 0x64737479  # "dsty"
BUSY_TIMEOUT_S: Final = 60.0

# An item's key is never used twice, so what is remembered of a deleted item cannot be taken for a later one. A vector
# that is replaced gets a new key too: keys ascend with revisions.
VERSION_1: Final = """
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
VERSION_2: Final = """
ALTER TABLE items ADD COLUMN source_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN normalisation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE vectors ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE compatible ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE spaces ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE meta ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE revision ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
"""
ITEM_COLUMNS: Final = (
    "item_id, title, description, semantic_category, category, brand, colour, pattern, price, currency, url, model_id, "
    "attributes"
)
IMAGE_COLUMNS: Final = "sha256, media_type, width_px, height_px, source_sha256, normalisation"
DIGESTED: Final = {
    "items": f"revision, {ITEM_COLUMNS}, {IMAGE_COLUMNS}",
    "vectors": "space_key, item_key, revision, vector",
    "compatible": "item_key, item_ids",
    "spaces": "space, dimension",
    "meta": "key, value",
    "revision": "value",
}
"""What each table's ``digest`` is of, in this order; a row's integer key is repeated in an index or is among these."""

# Version 1 kept the digest of a reduced picture's original among the item's attributes.
_SOURCE_PATH: Final = "'$.image_source_sha256'"
_HAS_SOURCE: Final = f"iif(json_valid(attributes), json_type(attributes, {_SOURCE_PATH}), '') = 'text'"
_MOVE_SOURCE: Final = f"""
UPDATE items SET source_sha256 = json_extract(attributes, {_SOURCE_PATH}),
attributes = json_remove(attributes, {_SOURCE_PATH})
WHERE {_HAS_SOURCE}
"""  # noqa: S608 - constants only
# A file of version 1 that may only be read is shown as version 2, but for the digests.
VERSION_1_SHOWN: Final = f"""
CREATE TEMP VIEW items AS
SELECT item_key, revision, {ITEM_COLUMNS.removesuffix(", attributes")},
  iif({_HAS_SOURCE}, json_remove(attributes, {_SOURCE_PATH}), attributes) AS attributes,
  {IMAGE_COLUMNS.removesuffix(", source_sha256, normalisation")},
  iif({_HAS_SOURCE}, json_extract(attributes, {_SOURCE_PATH}), '') AS source_sha256, 0 AS normalisation
FROM main.items
"""  # noqa: S608 - constants only


def next_revision(connection: sqlite3.Connection) -> int:
    """Take the next revision, inside a write transaction.

    It is the clock's microseconds, so that a store restored from a backup does not give a revision out twice.
    """
    revision = max(read_revision(connection) + 1, time.time_ns() // 1000)
    connection.execute("UPDATE revision SET value = ?, digest = ?", (revision, row_digest(revision)))
    return revision


def read_revision(connection: sqlite3.Connection) -> int:
    """The revision of the last finished write."""
    return int(connection.execute("SELECT value FROM revision").fetchone()[0])


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, begin: str, end: str = "COMMIT") -> Iterator[None]:
    """A transaction that ``begin`` opens: ``end`` finishes it when the block ends, undone when it raises."""
    connection.execute(begin)
    try:
        yield
        connection.execute(end)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty file a store; whichever of two processes comes second finds it made."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return
    connection.execute("PRAGMA page_size = 8192")  # holds three 512-D vectors; the default 4096 would hold one
    _use_write_ahead_log(connection)
    with transaction(connection, "BEGIN IMMEDIATE"):
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return
        _run(connection, VERSION_1)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _to_version_2(connection)


def migrate(connection: sqlite3.Connection) -> None:
    """Update a file of version 1 in one transaction; whichever of two processes comes second finds it done."""
    with transaction(connection, "BEGIN IMMEDIATE"):
        if version_of(connection) == 1:
            _to_version_2(connection)


def _to_version_2(connection: sqlite3.Connection) -> None:
    _run(connection, VERSION_2)
    connection.execute(_MOVE_SOURCE)
    connection.create_function("row_digest", -1, row_digest, deterministic=True)
    for table, columns in DIGESTED.items():
        connection.execute(f"UPDATE {table} SET digest = row_digest({columns})")  # noqa: S608 - constants only
    connection.execute("PRAGMA user_version = 2")


def _run(connection: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        connection.execute(statement)


def version_of(connection: sqlite3.Connection) -> int:
    """The file's schema version."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
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
