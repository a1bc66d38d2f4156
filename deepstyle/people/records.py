"""What both stores of people check and write: a record as JSON, and the fields that it is found by."""

import json
from collections.abc import Mapping
from typing import Any, Final

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.base import MAX_KEY_BYTES, MAX_RECORD_BYTES, Table
from deepstyle.people.tables import TABLES

SHOWN_CHARS: Final = 40
CHECK_REMEDY: Final = "Run `deepstyle people check`, and restore a backup with `deepstyle people restore`."


def known(table: str) -> Table:
    """The table of this name; raises ``UsageError`` where there is none."""
    if table not in TABLES:
        raise UsageError(f"the store of people has no table {table[:SHOWN_CHARS]!r}.")
    return TABLES[table]


def known_index(table: str, name: str) -> str:
    """``name``, where records of the table are found by it."""
    if name not in known(table).indexed:
        raise UsageError(f"{table!r} has no indexed field {name[:SHOWN_CHARS]!r}.")
    return name


def checked_key(key: str) -> str:
    """A key that can be stored: not empty, valid Unicode and at most ``MAX_KEY_BYTES`` long."""
    if not key:
        raise UsageError("the key of a record is empty.")
    return checked_text(key)


def checked_text(text: str) -> str:
    """A key, owner or value that can be compared in every store."""
    if len(_encoded(text)) > MAX_KEY_BYTES:
        raise UsageError(f"{text[:SHOWN_CHARS]!r}… is longer than {MAX_KEY_BYTES} bytes.")
    return text


def written(table: str, key: str, fields: Mapping[str, Any]) -> str:
    """A record's fields as they are stored; raises ``UsageError`` for what is no JSON object or too long."""
    checked_key(key)
    found_by(table, fields)
    try:
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"{table}: a record cannot be written as JSON ({error}).") from error
    if len(_encoded(text)) > MAX_RECORD_BYTES:
        raise UsageError(f"{table}: a record is longer than {MAX_RECORD_BYTES} bytes.")
    return text


def found_by(table: str, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The indexed fields that a record has, with their values; an empty value is not found."""
    pairs = [(name, fields.get(name)) for name in known(table).indexed]
    if wrong := [name for name, value in pairs if not isinstance(value, str | None)]:
        raise UsageError(f"{table}: the indexed field {wrong[0]!r} is not a string.")
    return [(name, checked_text(value)) for name, value in pairs if value]


def parsed(text: str) -> Mapping[str, Any]:
    """The fields of a stored record; raises ``StoreError`` where they cannot be read."""
    try:
        fields = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError("the store of people holds a record that is not JSON.", remedy=CHECK_REMEDY) from error
    if not isinstance(fields, dict):
        raise StoreError("the store of people holds a record that is no JSON object.", remedy=CHECK_REMEDY)
    return fields


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


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("a text holds half of a surrogate pair, and is no valid Unicode.") from error
