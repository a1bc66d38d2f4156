"""The store of people in MongoDB: one collection of records, each changed by one operation on one document.

The fields are JSON text, so that any name and number comes back as it was; ``count`` and what a record is found by
are repeated beside it. A replica set is needed, of one node at least.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.base import Record
from deepstyle.people.mongodb_database import PeopleDatabase, compact
from deepstyle.people.mongodb_documents import (
    counted,
    document_of,
    expired,
    fault_of_document,
    is_alive,
    key_of,
    record_of,
    replacement,
)
from deepstyle.people.records import checked_key, checked_text, known, known_index, written
from deepstyle.store.mongodb_connect import Document, translated


class MongoPeople:
    """See ``PeopleStore``."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        self.url = url
        self._at = PeopleDatabase.open(url, create=create)

    def get(self, table: str, key: str) -> Record | None:
        """See ``PeopleStore``."""
        found = self._found({"_id": key_of(known(table).name, checked_text(key)), **is_alive()}, limit=1)
        return found[0] if found else None

    def find(self, table: str, name: str, value: str, *, after: str = "", limit: int = 100) -> Sequence[Record]:
        """See ``PeopleStore``."""
        pair = {"table": table, "name": known_index(table, name), "value": checked_text(value)}
        return self._found({"found_by": pair, "key": {"$gt": checked_text(after)}, **is_alive()}, limit=limit)

    def owned(
        self, table: str, owner: str, *, after: str = "", limit: int = 100, descending: bool = False
    ) -> Sequence[Record]:
        """See ``PeopleStore``."""
        where: Document = {"owner": checked_text(owner), "table": known(table).name, **is_alive()}
        if checked_text(after):
            where["key"] = {"$lt" if descending else "$gt": after}
        return self._found(where, limit=limit, order=-1 if descending else 1) if owner else []

    def scan(self, table: str, *, after: str = "", limit: int = 1000) -> Sequence[Record]:
        """See ``PeopleStore``."""
        return self._found({"table": known(table).name, "key": {"$gt": checked_text(after)}, **is_alive()}, limit=limit)

    def add(
        self, table: str, key: str, fields: Mapping[str, Any], *, owner: str = "", expires_s: float | None = None
    ) -> bool:
        """See ``PeopleStore``."""
        return self.put(table, key, fields, owner=owner, expires_s=expires_s, version=0)

    @translated
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
        written(table, key, fields)
        record = Record(key, fields, checked_text(owner), expires_s=expires_s)
        where: Document = {"_id": key_of(table, key)}
        if version == 0:
            where |= expired()  # a document that lives is a duplicate of the one that would be inserted
        elif version is not None:
            where |= {"version": version, **is_alive()}
        change = [{"$replaceWith": replacement(table, record)}]
        for _ in range(2):  # two inserts at once: the second finds the first's document
            try:
                done = self._at.records.update_one(where, change, upsert=not version)
            except DuplicateKeyError:
                if version == 0:
                    return False
                continue
            return bool(done.matched_count or done.upserted_id is not None)
        raise StoreError("a record is written by too many at once.", remedy="Try again.")

    @translated
    def remove(self, table: str, key: str, *, version: int | None = None) -> bool:
        """See ``PeopleStore``."""
        where: Document = {"_id": key_of(known(table).name, checked_text(key)), **is_alive()}
        if version is not None:
            where["version"] = version
        return bool(self._at.records.delete_one(where).deleted_count)

    @translated
    def increment(self, table: str, key: str, by: int = 1, *, expires_s: float | None = None) -> int:
        """See ``PeopleStore``."""
        where = {"_id": key_of(known(table).name, checked_key(key))}
        change = [{"$replaceWith": counted(table, Record(key, {}, expires_s=expires_s), by)}]
        for _ in range(2):
            try:
                after = ReturnDocument.AFTER
                found = self._at.records.find_one_and_update(where, change, upsert=True, return_document=after)
            except DuplicateKeyError:
                continue
            return int(found["count"]) if found else by
        raise StoreError("a record is written by too many at once.", remedy="Try again.")

    @translated
    def remove_owned(self, owner: str, *, table: str = "") -> Mapping[str, int]:
        """See ``PeopleStore``."""
        if not checked_text(owner):
            raise UsageError("no owner was given.")
        where = {"owner": owner, **({"table": known(table).name} if table else {})}
        counted = self._at.records.aggregate([{"$match": where}, {"$group": {"_id": "$table", "count": {"$sum": 1}}}])
        deleted = {str(group["_id"]): int(group["count"]) for group in counted}
        self._at.records.delete_many(where)
        return deleted

    @translated
    def remove_expired(self, now_s: float) -> int:
        """See ``PeopleStore``."""
        return self._at.records.delete_many({"expires_s": {"$lte": now_s}}).deleted_count

    @translated
    def count(self, table: str) -> int:
        """See ``PeopleStore``."""
        return self._at.records.count_documents({"table": known(table).name})

    def snapshot(self) -> Iterator[tuple[str, Record]]:
        """See ``PeopleStore``; a server keeps a moment for five minutes (``minSnapshotHistoryWindowInSeconds``)."""
        with self._at.moment() as documents:
            for document in documents(is_alive()):
                yield document["table"], record_of(document)

    def replace(self, records: Iterable[tuple[str, Record]]) -> int:
        """See ``PeopleStore``; the new collection takes the place of the old one at the end."""
        return self._at.replace_records(document_of(table, record) for table, record in records)

    def check(self) -> Sequence[str]:
        """See ``PeopleStore``."""
        with self._at.moment() as documents:
            faults = [fault for document in documents({}) if (fault := fault_of_document(document))]
        return [*self._at.missing_indexes(), *faults]

    @translated
    def purge(self, *, rewrite: bool = False) -> None:
        """See ``PeopleStore``; docs/people.md says what a server's oplog holds, and for how long."""
        if rewrite:
            compact(self._at.records)

    def close(self) -> None:
        """See ``PeopleStore``."""
        self._at.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @translated
    def _found(self, where: Document, *, limit: int, order: int = 1) -> list[Record]:
        if limit < 1:
            return []  # to MongoDB 0 is no limit
        documents = self._at.records.find(where).sort([("table", order), ("key", order)]).limit(limit)
        return [record_of(document) for document in documents]
