"""Remove what a check found damaged from the embedded store's file, in one transaction or not at all."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deepstyle.errors import StoreError
from deepstyle.store.base import CheckReport, Progress
from deepstyle.store.database import Database
from deepstyle.store.digests import row_digest
from deepstyle.store.embedded_check import Damage, Outside, read_damage, report_of
from deepstyle.store.embedded_looks import index_look
from deepstyle.store.embedded_words import rebuild_words
from deepstyle.store.external.place import PLACE
from deepstyle.store.index import remove_derived
from deepstyle.store.migrations import SCHEMA_VERSION
from deepstyle.store.schema import DIGESTED, item_digest, next_revision, version_of

MALFORMED_REMEDY: Final = "Restore the file from a backup, or import the catalogue into a new store."

_VOID: Final = "INSERT OR REPLACE INTO voided (item_key, revision) VALUES (:item_key, :revision)"
# Readers that follow the file learn of lost vectors by the item, so all vectors of the item go.
_NO_VECTORS: Final = "DELETE FROM vectors WHERE item_key = :item_key"
_REMOVE: Final = {
    "item": (_VOID, "DELETE FROM items WHERE item_key = :item_key"),
    "picture": (
        _VOID,
        _NO_VECTORS,
        "DELETE FROM image_bytes WHERE item_key = :item_key",
        "DELETE FROM pictures WHERE item_key = :item_key",
        """UPDATE items SET revision = :revision, sha256 = NULL, media_type = NULL, width_px = NULL, height_px = NULL,
        source_sha256 = '', normalisation = 0 WHERE item_key = :item_key""",
        f"UPDATE items SET digest = item_digest({DIGESTED['items']}) WHERE item_key = :item_key",  # noqa: S608
    ),
    # Without a gap: those after it are imported again with it.
    "more pictures": (
        _VOID,
        _NO_VECTORS,
        "DELETE FROM pictures WHERE item_key = :item_key AND position >= :position",
    ),
    "vector": (_VOID, _NO_VECTORS, "DELETE FROM vectors WHERE vector_key = :vector_key"),
    "mapping": ("DELETE FROM compatible WHERE item_key = :item_key",),
    "space": (
        "DELETE FROM vectors WHERE space_key = :space_key",
        "DELETE FROM spaces WHERE space_key = :space_key",
    ),
    # Without the place of its pictures, a store would take them all for lost.
    "fact": (f"DELETE FROM meta WHERE key = :key AND key != '{PLACE}'",),  # noqa: S608
    "look": ("DELETE FROM looks WHERE look_key = :look_key",),
}
"""What removes a finding of each kind, or the further pictures from a position on, by the keys of its ``Damage``."""


def check_file(database: Database, outside: Outside, *, repair: bool, on_progress: Progress | None) -> CheckReport:
    """See ``Store.check``; ``outside`` reads the pictures that are not in the file."""
    report = on_progress or (lambda _step, _done, _total: None)
    if not repair:
        with database.reading() as connection:
            _require_current(database.path, connection)
            content, found = read_damage(database, connection, report, outside)
        return report_of(content, found, repaired=False)
    with database.writing() as connection:
        content, found = read_damage(database, connection, report, outside)
        if found:
            _remove(connection, database.path, found)
    for path in (one.keys["path"] for one in found if "path" in one.keys):
        remove_derived(path)
    return report_of(content, found, repaired=bool(found))


def _require_current(path: Path, connection: sqlite3.Connection) -> None:
    version = version_of(connection)
    if version < SCHEMA_VERSION:
        raise StoreError(
            f"{path} has schema version {version}; a check needs version {SCHEMA_VERSION}.",
            remedy="Run `deepstyle check` where the store can be written: that migrates it first.",
        )


def _remove(connection: sqlite3.Connection, path: Path, found: Sequence[Damage]) -> None:
    """Remove all that was found; raises ``StoreError`` where the file's structure is still damaged after that."""
    try:
        connection.create_function("item_digest", -1, item_digest)
        connection.execute("REINDEX")
        _mend_counters(connection, found)
        rebuild_words(connection)  # first: its triggers read what is removed below
        revision = next_revision(connection)
        for one in found:
            if "items" in one.keys:
                index_look(connection, one.keys["look_key"], one.keys["items"])
                continue
            kind = "more pictures" if "position" in one.keys else one.finding.kind
            for statement in _REMOVE.get(kind, ()):
                connection.execute(statement, {**one.keys, "revision": revision})
        left = [message for (message,) in connection.execute("PRAGMA integrity_check(1)") if message != "ok"]
        left += [f"a row of {table} has no parent" for table, *_ in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} cannot be repaired: {error}.", remedy=MALFORMED_REMEDY) from error
    if left:
        raise StoreError(f"{path} cannot be repaired: {left[0]}.", remedy=MALFORMED_REMEDY)


def _mend_counters(connection: sqlite3.Connection, found: Sequence[Damage]) -> None:
    """Correct the revision and the last assigned keys, from the existing rows."""
    for last in (one.keys["revision"] for one in found if "revision" in one.keys):
        connection.execute("DELETE FROM revision")
        connection.execute("INSERT INTO revision (value, digest) VALUES (?, ?)", (last, row_digest(last)))
    for table, key in (("items", "item_key"), ("spaces", "space_key"), ("vectors", "vector_key")):
        query = (
            f"UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max({key}), 0) FROM {table})) WHERE name = ?"  # noqa: S608
        )
        connection.execute(query, (table,))
