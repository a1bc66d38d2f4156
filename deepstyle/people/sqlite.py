"""The store of people in SQLite: one table of records, one of the fields that they are found by."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from deepstyle.errors import UsageError
from deepstyle.people.base import Record
from deepstyle.people.records import checked_key, checked_text, found_by, known, known_index, parsed, written
from deepstyle.people.sqlite_check import check_file
from deepstyle.people.sqlite_file import open_file, purge_file, translated
from deepstyle.store.schema import transaction

APPLICATION_ID: Final = 0x64737470  # "dstp"
WHAT: Final = "store of people"
_VERSION_1: Final = """
CREATE TABLE record (
  "table" TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, fields TEXT NOT NULL,
  version INTEGER NOT NULL, created_s REAL NOT NULL, expires_s REAL, PRIMARY KEY ("table", key)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_owner ON record (owner, "table", key) WHERE owner <> '';
CREATE INDEX record_expires ON record (expires_s) WHERE expires_s IS NOT NULL;
CREATE TABLE found_by (
  "table" TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL,
  PRIMARY KEY ("table", name, value, key),
  FOREIGN KEY ("table", key) REFERENCES record ("table", key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX found_by_record ON found_by ("table", key)
"""
STEPS: Final = (_VERSION_1,)
_COLUMNS: Final = "record.key, fields, owner, version, created_s, expires_s"
_READ: Final = f"SELECT {_COLUMNS} FROM record"  # noqa: S608
_IS_ALIVE: Final = "(expires_s IS NULL OR expires_s > ?)"
_SNAPSHOT: Final = f'SELECT "table", {_COLUMNS} FROM record WHERE {_IS_ALIVE} ORDER BY "table", key'  # noqa: S608


class SqlitePeople:
    """See ``PeopleStore``."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path
        self._lock = threading.RLock()
        self._db = open_file(path, STEPS, application_id=APPLICATION_ID, what=WHAT, create=create)

    def get(self, table: str, key: str) -> Record | None:
        """See ``PeopleStore``."""
        found = self._read(
            f'WHERE "table" = ? AND key = ? AND {_IS_ALIVE}', known(table).name, checked_text(key), time.time()
        )
        return found[0] if found else None

    def find(self, table: str, name: str, value: str, *, after: str = "", limit: int = 100) -> Sequence[Record]:
        """See ``PeopleStore``."""
        where = (
            'JOIN found_by USING ("table", key) WHERE record."table" = ? AND name = ? AND value = ? '
            f"AND record.key > ? AND {_IS_ALIVE} ORDER BY record.key LIMIT ?"
        )
        values = (table, known_index(table, name), checked_text(value), checked_text(after))
        return self._read(where, *values, time.time(), limit)

    def owned(
        self, table: str, owner: str, *, after: str = "", limit: int = 100, descending: bool = False
    ) -> Sequence[Record]:
        """See ``PeopleStore``."""
        order, before = ("DESC", "<") if descending else ("ASC", ">")
        is_later = f"AND key {before} ?" if after or not descending else "AND ? = ''"
        where = f'WHERE owner = ? AND "table" = ? {is_later} AND {_IS_ALIVE} ORDER BY key {order} LIMIT ?'
        values = (checked_text(owner), known(table).name, checked_text(after))
        return self._read(where, *values, time.time(), limit) if owner else []

    def scan(self, table: str, *, after: str = "", limit: int = 1000) -> Sequence[Record]:
        """See ``PeopleStore``."""
        where = f'WHERE "table" = ? AND key > ? AND {_IS_ALIVE} ORDER BY key LIMIT ?'
        return self._read(where, known(table).name, checked_text(after), time.time(), limit)

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
        """See ``PeopleStore``."""
        text = written(table, key, fields)
        checked_text(owner)
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
        checked_key(key)
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
        where, values = "owner = ?", [checked_text(owner)]
        if table:
            where, values = f'{where} AND "table" = ?', [*values, known(table).name]
        with self._transaction():
            counts = f'SELECT "table", count(*) FROM record WHERE {where} GROUP BY "table"'  # noqa: S608
            deleted = dict(self._db.execute(counts, values).fetchall())
            self._delete(where, *values)
        return deleted

    def remove_expired(self, now_s: float) -> int:
        """See ``PeopleStore``."""
        with self._transaction():
            return self._delete("expires_s <= ?", now_s)

    def count(self, table: str) -> int:
        """See ``PeopleStore``."""
        with self._lock, translated(self._path, WHAT):
            row = self._db.execute('SELECT count(*) FROM record WHERE "table" = ?', (known(table).name,)).fetchone()
        return int(row[0])

    def snapshot(self) -> Iterator[tuple[str, Record]]:
        """See ``PeopleStore``; a connection of its own, whose transaction sees one moment."""
        with translated(self._path, WHAT):
            db = open_file(self._path, STEPS, application_id=APPLICATION_ID, what=WHAT, create=False)
            try:
                with transaction(db, "BEGIN", "ROLLBACK"):
                    for table, *values in db.execute(_SNAPSHOT, (time.time(),)):
                        yield table, _record(values)
            finally:
                db.close()

    def replace(self, records: Iterable[tuple[str, Record]]) -> int:
        """See ``PeopleStore``."""
        count = 0
        with self._transaction():
            self._delete("true")
            for table, record in records:
                self._insert(table, record, written(table, record.key, record.fields))
                count += 1
        return count

    def check(self) -> Sequence[str]:
        """See ``PeopleStore``."""
        with self._lock, translated(self._path, WHAT):
            return check_file(self._db)

    def purge(self, *, rewrite: bool = False) -> None:
        """See ``PeopleStore``."""
        with translated(self._path, WHAT):
            purge_file(self._path, rewrite=rewrite)

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
        rows = [(table, name, value, record.key) for name, value in found_by(table, record.fields)]
        self._db.executemany("INSERT INTO found_by VALUES (?, ?, ?, ?)", rows)

    def _delete(self, where: str, *values: object) -> int:
        return self._db.execute(f"DELETE FROM record WHERE {where}", values).rowcount  # noqa: S608

    def _read(self, where: str, *values: object) -> list[Record]:
        with self._lock, translated(self._path, WHAT):
            rows = self._db.execute(f"{_READ} {where}", values).fetchall()
        return [_record(row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One transaction; one within another is part of it."""
        with self._lock, translated(self._path, WHAT):
            if self._db.in_transaction:
                yield
                return
            with transaction(self._db, "BEGIN IMMEDIATE"):
                yield


def _record(row: Sequence[Any]) -> Record:
    key, fields, owner, version, created_s, expires_s = row
    return Record(key, parsed(fields), owner, version, created_s, expires_s)
