"""The columns of the SQLite file behind the embedded store, the digest of each row, and the revision.

Every write transaction takes the next *revision*, a clock in microseconds that never stands still or goes back, and
marks what it writes with it. Whoever holds a copy of revision R in memory follows by reading what is marked later.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from itertools import compress
from typing import Any, Final

from deepstyle.catalogue.item import FIELDS
from deepstyle.store.digests import row_digest
from deepstyle.store.item_values import ITEM_FIELDS

ITEM_COLUMNS: Final = ", ".join(ITEM_FIELDS)
IMAGE_COLUMNS: Final = "sha256, media_type, width_px, height_px, source_sha256, normalisation"
DIGESTED: Final = {
    "items": f"revision, {ITEM_COLUMNS}, {IMAGE_COLUMNS}",
    "pictures": f"item_key, position, {IMAGE_COLUMNS}",
    "vectors": "space_key, item_key, revision, vector",
    "compatible": "item_key, item_ids",
    "spaces": "space, dimension",
    "meta": "key, value",
    "looks": "look_id, title, source, item_ids",
    "revision": "value",
}
"""What each table's ``digest`` is of, in this order; a row's integer key is repeated in an index or is among these."""

_LATER: Final = frozenset(field.name for field in FIELDS if field.since > 1)
_IS_FIRST: Final = [name not in _LATER for name in DIGESTED["items"].split(", ")]
_LATER_AT: Final = [(name, at) for at, name in enumerate(DIGESTED["items"].split(", ")) if name in _LATER]


def item_digest(*values: Any) -> bytes:
    """The digest of an item's row, whose ``values`` are in the order of ``DIGESTED``.

    A field that a later schema version brought is a part of it only where it has a value, so no migration that adds a
    field changes a digest.
    """
    digested = list(compress(values, _IS_FIRST))
    for name, at in _LATER_AT:
        if values[at] != "" and values[at] is not None:
            digested += (name, values[at])
    return row_digest(*digested)


def digest_of_row(table: str, values: list[Any]) -> bytes:
    """The digest of a row of ``table``, whose ``values`` are in the order of ``DIGESTED``."""
    return item_digest(*values) if table == "items" else row_digest(*values)


def next_revision(connection: sqlite3.Connection) -> int:
    """Take the next revision, inside a write transaction."""
    revision = later_revision(connection)
    take_revision(connection, revision)
    return revision


def later_revision(connection: sqlite3.Connection) -> int:
    """The revision that a write transaction may take.

    It is the clock's microseconds, so that a store restored from a backup does not give a revision out twice.
    """
    return max(read_revision(connection) + 1, time.time_ns() // 1000)


def take_revision(connection: sqlite3.Connection, revision: int) -> None:
    """Take ``revision``, inside the write transaction that marked rows with it."""
    connection.execute("UPDATE revision SET value = ?, digest = ?", (revision, row_digest(revision)))


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


def version_of(connection: sqlite3.Connection) -> int:
    """The file's schema version."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
