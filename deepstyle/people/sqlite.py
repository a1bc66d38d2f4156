"""The store of people in SQLite: one table of records, one of the fields that they are found by."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.base import MAX_RECORD_BYTES, Record
from deepstyle.people.tables import TABLES

BUSY_S: Final = 10.0
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (
  "table" TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, fields TEXT NOT NULL,
  version INTEGER NOT NULL, created_s REAL NOT NULL, expires_s REAL, PRIMARY KEY ("table", key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_owner ON record (owner, "table", key) WHERE owner <> '';
CREATE INDEX IF NOT EXISTS record_expires ON record (expires_s) WHERE expires_s IS NOT NULL;
CREATE TABLE IF NOT EXISTS found_by (
  "table" TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL,
  PRIMARY KEY ("table", name, value, key),
  FOREIGN KEY ("table", key) REFERENCES record ("table", key) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS found_by_record ON found_by ("table", key);
"""
_READ: Final = "SELECT record.key, fields, owner, version, created_s, expires_s FROM record"
_IS_ALIVE: Final = "(expires_s IS NULL OR expires_s > ?)"


class SqlitePeople:
    """See ``PeopleStore``."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.url = f"sqlite:///{path}"
        self._lock = threading.RLock()
        if not create and not path.is_file():
            raise StoreError(f"{path}: there is no such store of people.", remedy="Check DEEPSTYLE_PEOPLE_STORE.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with _translated(str(path)):
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(SCHEMA)

    def get(self, table: str, key: str) -> Record | None:
        """See ``PeopleStore``."""
        found = self._read(f'WHERE "table" = ? AND key = ? AND {_IS_ALIVE}', _known(table), key, time.time())
        return found[0] if found else None

    def find(self, table: str, name: str, value: str, *, after: str = "", limit: int = 100) -> Sequence[Record]:
        """See ``PeopleStore``."""
        if name not in TABLES[_known(table)].indexed:
            raise UsageError(f"{table!r} has no indexed field {name!r}.")
        where = (
            'JOIN found_by USING ("table", key) WHERE record."table" = ? AND name = ? AND value = ? '
            f"AND record.key > ? AND {_IS_ALIVE} ORDER BY record.key LIMIT ?"
        )
        return self._read(where, table, name, value, after, time.time(), limit)

    def owned(
        self, table: str, owner: str, *, after: str = "", limit: int = 100, descending: bool = False
    ) -> Sequence[Record]:
        """See ``PeopleStore``."""
        order, before = ("DESC", "<") if descending else ("ASC", ">")
        is_later = f"AND key {before} ?" if after or not descending else "AND ? = ''"
        where = f'WHERE owner = ? AND "table" = ? {is_later} AND {_IS_ALIVE} ORDER BY key {order} LIMIT ?'
        return self._read(where, owner, _known(table), after, time.time(), limit) if owner else []

    def scan(self, table: str, *, after: str = "", limit: int = 1000) -> Sequence[Record]:
        """See ``PeopleStore``."""
        where = f'WHERE "table" = ? AND key > ? AND {_IS_ALIVE} ORDER BY key LIMIT ?'
        return self._read(where, _known(table), after, time.time(), limit)

    def add(
        self, table: str, key: str, fields: Mapping[str, Any], *, owner: str = "", expires_s: float | None = None
    ) -> bool:
        """See ``PeopleStore``."""
        return self.put(table, key, fields, owner=owner, expires_s=expires_s, version=0)

    def put(
        self,
        table: str,
        key: str,
        fields: Mapping[str, Any],
        *,
        owner: str = "",
        expires_s: float | None = None,
        version: int | None = None,
    ) -> bool:
        """See ``PeopleStore``; version 0 is that of a record which is not there."""
        text = _written(_known(table), key, fields)
        with self._transaction():
            stored = self.get(table, key)
            at = stored.version if stored else 0
            if version is not None and version != at:
                return False
            created_s = stored.created_s if stored else time.time()
            self._delete('"table" = ? AND key = ?', table, key)
            self._insert(table, Record(key, fields, owner, at + 1, created_s, expires_s), text)
        return True

    def remove(self, table: str, key: str, *, version: int | None = None) -> bool:
        """See ``PeopleStore``."""
        with self._transaction():
            stored = self.get(table, key)
            if stored is None or version not in (None, stored.version):
                return False
            self._delete('"table" = ? AND key = ?', table, key)
        return True

    def increment(self, table: str, key: str, by: int = 1, *, expires_s: float | None = None) -> int:
        """See ``PeopleStore``."""
        with self._transaction():
            stored = self.get(table, key)
            fields = dict(stored.fields) if stored else {}
            fields["count"] = total = int(fields.get("count", 0)) + by
            until_s = stored.expires_s if stored else expires_s
            self.put(table, key, fields, owner=stored.owner if stored else "", expires_s=until_s)
        return total

    def remove_owned(self, owner: str, *, table: str = "") -> Mapping[str, int]:
        """See ``PeopleStore``."""
        if not owner:
            raise UsageError("no owner was given.")
        tables = [_known(table)] if table else list(TABLES)
        with self._transaction():
            deleted = {name: self._delete('owner = ? AND "table" = ?', owner, name) for name in tables}
        return {name: count for name, count in deleted.items() if count}

    def remove_expired(self, now_s: float) -> int:
        """See ``PeopleStore``."""
        with self._transaction():
            return self._delete("expires_s <= ?", now_s)

    def count(self, table: str) -> int:
        """See ``PeopleStore``."""
        with self._lock, _translated(self.url):
            row = self._db.execute('SELECT count(*) FROM record WHERE "table" = ?', (_known(table),)).fetchone()
        return int(row[0])

    def close(self) -> None:
        """See ``PeopleStore``."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _insert(self, table: str, record: Record, text: str) -> None:
        values = (table, record.key, record.owner, text, record.version, record.created_s, record.expires_s)
        self._db.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        found_by = [(table, name, record.fields.get(name), record.key) for name in TABLES[table].indexed]
        self._db.executemany("INSERT INTO found_by VALUES (?, ?, ?, ?)", [row for row in found_by if row[2]])

    def _delete(self, where: str, *values: object) -> int:
        return self._db.execute(f"DELETE FROM record WHERE {where}", values).rowcount  # noqa: S608

    def _read(self, where: str, *values: object) -> list[Record]:
        with self._lock, _translated(self.url):
            rows = self._db.execute(f"{_READ} {where}", values).fetchall()
        return [Record(key, json.loads(fields), *rest) for key, fields, *rest in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One transaction; one within another is part of it."""
        with self._lock, _translated(self.url):
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _known(table: str) -> str:
    if table not in TABLES:
        raise UsageError(f"the store of people has no table {table!r}.")
    return table


def _written(table: str, key: str, fields: Mapping[str, Any]) -> str:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text.encode()) > MAX_RECORD_BYTES:
        raise UsageError(f"{table}: the record {key!r} is longer than {MAX_RECORD_BYTES} bytes.")
    return text


@contextmanager
def _translated(url: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"{url}: {error}.", remedy="Check that the file is a store of people and can be written."
        ) from error
