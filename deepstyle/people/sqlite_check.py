"""What is damaged in a store of people in SQLite."""

import sqlite3
from collections.abc import Iterator

from deepstyle.people.records import fault_of


def check_file(db: sqlite3.Connection) -> list[str]:
    """See ``PeopleStore.check``: the file's structure, then each record and what it is found by."""
    return [*_structure(db), *_records(db)]


def _structure(db: sqlite3.Connection) -> Iterator[str]:
    for (said,) in db.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"the file: {said}"
    for table, *_ in db.execute("PRAGMA foreign_key_check"):
        yield f"the file: a row of {table} belongs to no record"


def _records(db: sqlite3.Connection) -> Iterator[str]:
    for table, key, fields in db.execute('SELECT "table", key, fields FROM record ORDER BY "table", key'):
        stored = db.execute('SELECT name, value FROM found_by WHERE "table" = ? AND key = ?', (table, key)).fetchall()
        if fault := fault_of(table, key, fields, sorted(stored)):
            yield f"{table}, record {key[:80]!r}: {fault}"
