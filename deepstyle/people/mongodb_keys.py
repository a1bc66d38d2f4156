"""The keys of people in MongoDB, for several servers: a database of its own, best on a server of its own."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from pymongo.errors import DuplicateKeyError

from deepstyle.errors import StoreError
from deepstyle.people.keys import KEY_BYTES
from deepstyle.people.mongodb_database import compact
from deepstyle.store.mongodb_connect import connect, translated
from deepstyle.store.url import without_password

DATABASE: Final = "deepstyle_people_keys"
KEYS: Final = "people_keys"
SCHEMA: Final = "schema"
VERSION: Final = 1


class MongoKeys:
    """See ``Keys``."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._client, db = connect(url, DATABASE)
        self._keys = db[KEYS]
        try:
            self._prepare(without_password(url), create=create)
        except BaseException:
            self._client.close()
            raise

    @translated
    def get(self, name: str) -> bytes | None:
        """See ``Keys``."""
        found = self._keys.find_one({"_id": name})
        return None if found is None or found["key"] is None else bytes(found["key"])

    @translated
    def create(self, name: str, key: bytes) -> bytes | None:
        """See ``Keys``."""
        if self._keys.find_one({"_id": name}) is None:
            with suppress(DuplicateKeyError):  # another process was first
                self._keys.insert_one({"_id": name, "key": key})
        return self.get(name)

    @translated
    def destroy(self, name: str) -> None:
        """See ``Keys``."""
        self._keys.update_one({"_id": name}, {"$set": {"key": None}}, upsert=True)

    @translated
    def destroyed(self) -> Iterator[str]:
        """See ``Keys``."""
        return iter([str(found["_id"]) for found in self._keys.find({"key": {"$type": "null"}}).sort("_id", 1)])

    @translated
    def check(self) -> Sequence[str]:
        """See ``Keys``."""
        size = {"$binarySize": "$key"}
        is_wrong = {"$and": [{"$eq": [{"$type": "$key"}, "binData"]}, {"$ne": [size, KEY_BYTES]}]}
        wrong = self._keys.count_documents({"$expr": is_wrong})
        return [f"the keys: {wrong} are too short or long"] if wrong else []

    def purge(self) -> None:
        """See ``Keys``; docs/people.md says what a server's oplog holds, and for how long."""
        compact(self._keys)

    def close(self) -> None:
        """See ``Keys``."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @translated
    def _prepare(self, shown: str, *, create: bool) -> None:
        names = set(self._keys.database.list_collection_names())
        if others := sorted(names - {KEYS}):
            raise StoreError(f"{shown} holds something else ({others[0]}).", remedy="Give the keys a database.")
        if not create and KEYS not in names:
            raise StoreError(f"{shown}: there are no keys of people.", remedy="Check DEEPSTYLE_PEOPLE_KEYS.")
        if self._keys.find_one({"_id": SCHEMA}) is None:
            with suppress(DuplicateKeyError):  # another process was first
                self._keys.insert_one({"_id": SCHEMA, "version": VERSION})
