"""A record as a document of MongoDB, and the expressions that change one in place."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from deepstyle.people.base import Record
from deepstyle.people.records import fault_of, found_by, parsed, written
from deepstyle.store.mongodb_connect import Document

COUNT: Final = "count"
_MAX_INT: Final = 2**63 - 1


def key_of(table: str, key: str) -> str:
    """The ``_id`` of a record; no table's name holds a NUL."""
    return f"{table}\0{key}"


def is_alive() -> Document:
    """The condition of a record that has not expired."""
    return {"$or": [{"expires_s": None}, {"expires_s": {"$gt": time.time()}}]}


def expired() -> Document:
    """The condition of a record that has expired."""
    return {"expires_s": {"$lte": time.time()}}


def document_of(table: str, record: Record) -> Document:
    """A record as it is inserted; ``count`` is apart from the other fields, so that it can be added to in place."""
    written(table, record.key, record.fields)
    count = _count_of(record.fields)
    rest = {name: value for name, value in record.fields.items() if count is None or name != COUNT}
    return {
        "_id": key_of(table, record.key),
        "table": table,
        "key": record.key,
        "owner": record.owner,
        "fields": json.dumps(rest, ensure_ascii=False, separators=(",", ":")),
        COUNT: count,
        "found_by": [{"table": table, "name": name, "value": value} for name, value in found_by(table, record.fields)],
        "version": record.version,
        "created_s": record.created_s,
        "expires_s": record.expires_s,
    }


def record_of(document: Document) -> Record:
    """The record of a document; raises ``LookupError`` or ``StoreError`` where it is damaged."""
    return Record(
        document["key"],
        _fields_of(document),
        document["owner"],
        document["version"],
        document["created_s"],
        document["expires_s"],
    )


def replacement(table: str, record: Record) -> Document:
    """The expression of a document that takes the place of the stored one and continues its version and creation."""
    literal = {name: {"$literal": value} for name, value in document_of(table, record).items()}
    return {**literal, **_continued()}


def counted(table: str, record: Record, by: int) -> Document:
    """The expression of the stored document with ``by`` added to its count, or of a new one."""
    is_stored = _is_stored()
    sum_ = {"$toLong": {"$cond": [is_stored, {"$add": [{"$ifNull": ["$count", 0]}, by]}, by]}}
    fresh = replacement(table, record) | {COUNT: sum_}
    return {"$mergeObjects": [fresh, {"$cond": [is_stored, "$$ROOT", {}]}, {COUNT: sum_, **_continued_version()}]}


def fault_of_document(document: Document) -> str:
    """What is wrong with a stored document, "" where nothing is."""
    try:
        table, key = str(document["table"]), str(document["key"])
        found = sorted((str(pair["name"]), str(pair["value"])) for pair in document["found_by"])
        text = json.dumps(_fields_of(document), ensure_ascii=False)
        fault = "" if document["_id"] == key_of(table, key) else "it has another key"
        fault = fault or fault_of(table, key, text, found)
        return f"{table}, record {key[:80]!r}: {fault}" if fault else ""
    except Exception as error:
        return f"record {str(document.get('_id'))[:80]!r}: it cannot be read ({type(error).__name__})"


def _fields_of(document: Document) -> Mapping[str, Any]:
    fields = dict(parsed(document["fields"]))
    return fields if document[COUNT] is None else {**fields, COUNT: int(document[COUNT])}


def _count_of(fields: Mapping[str, Any]) -> int | None:
    count = fields.get(COUNT)
    return count if type(count) is int and abs(count) <= _MAX_INT else None


def _is_stored() -> Document:
    """The expression of whether there is a document, and it has not expired."""
    lives = {"$or": [{"$eq": ["$expires_s", None]}, {"$gt": ["$expires_s", time.time()]}]}
    return {"$and": [{"$eq": [{"$type": "$version"}, "int"]}, lives]}


def _continued() -> Document:
    return {
        **_continued_version(),
        "created_s": {"$cond": [_is_stored(), "$created_s", time.time()]},
    }


def _continued_version() -> Document:
    return {"version": {"$toInt": {"$cond": [_is_stored(), {"$add": ["$version", 1]}, 1]}}}
