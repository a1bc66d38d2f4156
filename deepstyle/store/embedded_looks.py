"""Looks in the embedded store's file."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from deepstyle.catalogue.looks import Look, LookPage
from deepstyle.store.check import sound_look
from deepstyle.store.database import Database
from deepstyle.store.digests import row_digest
from deepstyle.store.embedded_write import as_json

_COLUMNS: Final = "look_id, title, source, item_ids"
_AMONG: Final = "look_id IN (SELECT value FROM json_each(?))"
_WITH: Final = "look_key IN (SELECT look_key FROM look_items WHERE item_id IN (SELECT value FROM json_each(?)))"
_PUT: Final = """
INSERT INTO looks (look_id, title, source, item_ids, digest) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (look_id) DO UPDATE
SET title = excluded.title, source = excluded.source, item_ids = excluded.item_ids, digest = excluded.digest
RETURNING look_key
"""


class EmbeddedLooks:
    """See ``LookStore``."""

    _database: Database

    def put_looks(self, looks: Sequence[Look]) -> int:
        """Add or replace looks; return how many were new or changed."""
        wanted = {look.look_id: look for look in looks}
        if not wanted:
            return 0
        with self._database.writing() as connection:
            there = _read(connection, f"WHERE {_AMONG}", (as_json(wanted),))
            changed = [look for look in wanted.values() if there.get(look.look_id) != look]
            for look in changed:
                _put(connection, look)
        return len(changed)

    def delete_looks(self, look_ids: Sequence[str]) -> int:
        """Delete looks; return how many were there."""
        with self._database.writing() as connection:
            query = f"DELETE FROM looks WHERE {_AMONG}"  # noqa: S608 - constants only
            return connection.execute(query, (as_json(look_ids),)).rowcount

    def looks(self, look_ids: Sequence[str]) -> dict[str, Look]:
        """The looks that exist among ``look_ids``, by id."""
        with self._database.reading() as connection:
            return _read(connection, f"WHERE {_AMONG}", (as_json(look_ids),))

    def looks_with(self, item_ids: Sequence[str], *, limit: int) -> list[Look]:
        """Up to ``limit`` looks, by id, with any of the items."""
        with self._database.reading() as connection:
            query = f"WHERE {_WITH} ORDER BY look_id LIMIT ?"
            return [*_read(connection, query, (as_json(item_ids), limit)).values()]

    def browse_looks(self, *, item_id: str = "", source: str = "", limit: int = 50, after: str = "") -> LookPage:
        """One page of the looks by id, of those with ``item_id`` and from ``source`` where these are given."""
        conditions: dict[str, str] = {_WITH: as_json([item_id])} if item_id else {}
        conditions |= {"source = ?": source} if source else {}
        with self._database.reading() as connection:
            where, values = _joined(conditions)
            total = connection.execute(f"SELECT count(*) FROM looks {where}", values).fetchone()[0]  # noqa: S608
            where, values = _joined({**conditions, "look_id > ?": after})
            found = [*_read(connection, f"{where} ORDER BY look_id LIMIT ?", (*values, limit + 1)).values()]
        page = tuple(found[:limit])
        return LookPage(page, total, page[-1].look_id if len(found) > limit else "")

    def count_looks(self) -> int:
        """Number of looks."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM looks").fetchone()[0])


def index_look(connection: sqlite3.Connection, look_key: int, item_ids: Iterable[str]) -> None:
    """Write which items a look has, as looks are found by them."""
    connection.execute("DELETE FROM look_items WHERE look_key = ?", (look_key,))
    rows = [(look_key, item_id) for item_id in dict.fromkeys(item_ids)]
    connection.executemany("INSERT INTO look_items (look_key, item_id) VALUES (?, ?)", rows)


def _put(connection: sqlite3.Connection, look: Look) -> None:
    values = (look.look_id, look.title, look.source, as_json(look.item_ids))
    (look_key,) = connection.execute(_PUT, (*values, row_digest(*values))).fetchone()
    index_look(connection, look_key, look.item_ids)


def _read(connection: sqlite3.Connection, rest: str, values: Sequence[str | int]) -> dict[str, Look]:
    found = connection.execute(f"SELECT {_COLUMNS} FROM looks {rest}", values)  # noqa: S608 - constants only
    return {row[0]: sound_look(*row) for row in found}


def _joined(conditions: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", tuple(conditions.values())
