"""What is damaged in a store of people in SQLite."""

import sqlite3
from collections.abc import Iterator

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.records import found_by, parsed, written
from deepstyle.people.tables import TABLES


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


def fault_of(table: str, key: str, text: str, stored: list[tuple[str, str]]) -> str:
    """What is wrong with a stored record, "" where nothing is; ``stored`` is what it is found by."""
    if table not in TABLES:
        return "there is no such table"
    try:
        fields = parsed(text)
        written(table, key, fields)
        return "" if sorted(found_by(table, fields)) == stored else "it is not found by its fields"
    except (StoreError, UsageError) as error:
        return error.message
