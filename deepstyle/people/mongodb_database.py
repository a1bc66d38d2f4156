"""The database of people on a MongoDB server: its schema, its collection of records, and reads of one moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final, Self

from pymongo import ASCENDING, IndexModel, MongoClient, timeout
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from deepstyle.errors import StoreError
from deepstyle.store.mongodb_connect import Document, connect, store_error, translated
from deepstyle.store.url import without_password

DATABASE: Final = "deepstyle_people"
"""The database's name where the URL has none."""
RECORDS: Final = "people_records"
SCHEMA: Final = "people_schema"
VERSION: Final = 1
STEPS: Final[Mapping[int, Callable[[Database[Document]], None]]] = {}
"""``STEPS[n]`` takes a database from version n - 1 to n, and may run again where it was killed."""
PAGE: Final = 500
MAINTENANCE_S: Final = 3600.0
"""How long a collection may take to be written anew."""
INDEXES: Final = {
    "by_key": [("table", ASCENDING), ("key", ASCENDING)],
    "by_owner": [("owner", ASCENDING), ("table", ASCENDING), ("key", ASCENDING)],
    "by_field": [("found_by", ASCENDING), ("table", ASCENDING), ("key", ASCENDING)],
    "by_expiry": [("expires_s", ASCENDING)],
}
Read = Callable[[Document], Iterator[Document]]


@dataclass(frozen=True, slots=True)
class PeopleDatabase:
    """A database that holds people and nothing else."""

    client: MongoClient[Document]
    db: Database[Document]

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Connect, and create or update the schema; raises ``StoreError`` for a catalogue's database."""
        client, db = connect(url, DATABASE)
        database = cls(client, db)
        try:
            database._prepare(without_password(url), create=create)
        except BaseException:
            client.close()
            raise
        return database

    @property
    def records(self) -> Collection[Document]:
        """All records of all tables."""
        return self.db[RECORDS]

    @contextmanager
    def moment(self) -> Iterator[Read]:
        """Read documents by condition, in the order of ``_id``; all reads see the same moment."""
        try:
            with self.client.start_session(snapshot=True) as session:

                def read(where: Document) -> Iterator[Document]:
                    after = ""
                    while True:
                        paged = {"$and": [where, {"_id": {"$gt": after}}]}
                        found = self.records.find(paged, session=session).sort("_id", 1).limit(PAGE)
                        page = list(found)
                        yield from page
                        if len(page) < PAGE:
                            return
                        after = page[-1]["_id"]

                yield read
        except PyMongoError as error:
            raise store_error("read people", error) from error

    @translated
    def replace_records(self, documents: Iterable[Document]) -> int:
        """Insert into a new collection, which then takes the place of the old one; return how many."""
        fresh, rest, count = self.db[f"{RECORDS}_new"], iter(documents), 0
        fresh.drop()
        create_indexes(fresh)
        while page := list(islice(rest, PAGE)):
            fresh.insert_many(page)
            count += len(page)
        fresh.rename(RECORDS, dropTarget=True)
        return count

    @translated
    def missing_indexes(self) -> list[str]:
        """One sentence for each index that is not there."""
        found = self.records.index_information()
        return [f"the index {name} is missing" for name in INDEXES if name not in found]

    @translated
    def _prepare(self, shown: str, *, create: bool) -> None:
        found = self.db[SCHEMA].find_one({"_id": "schema"})
        if found is None:
            self._create(shown, create=create)
            return
        version = int(found["version"])
        if not 1 <= version <= VERSION:
            raise StoreError(
                f"{shown} has schema version {version}; this deepstyle reads versions 1 to {VERSION}.",
                remedy="Install the deepstyle that wrote it, or a newer one.",
            )
        for step in range(version + 1, VERSION + 1):
            STEPS[step](self.db)
            self.db[SCHEMA].update_one({"_id": "schema"}, {"$set": {"version": step}})

    def _create(self, shown: str, *, create: bool) -> None:
        if not create:
            raise StoreError(f"there is no store of people at {shown}.", remedy="Check DEEPSTYLE_PEOPLE_STORE.")
        if names := sorted(set(self.db.list_collection_names()) - {RECORDS, SCHEMA}):
            raise StoreError(
                f"{shown} holds something else ({names[0]}).", remedy="Give the people a database of their own."
            )
        create_indexes(self.records)
        self.db[SCHEMA].update_one({"_id": "schema"}, {"$setOnInsert": {"version": VERSION}}, upsert=True)


def create_indexes(collection: Collection[Document]) -> None:
    """Create the collection with its indexes; nothing happens where they are there."""
    collection.create_indexes([IndexModel(keys, name=name) for name, keys in INDEXES.items()])


@translated
def compact(collection: Collection[Document]) -> None:
    """Write a collection's file anew and force a checkpoint, after which the journal before it is deleted.

    Only the primary does so; docs/people.md says what the other members and the oplog need.
    """
    with timeout(MAINTENANCE_S):
        collection.database.command("compact", collection.name, force=True)
        with suppress(OperationFailure):  # a user without the right waits for the checkpoint of every minute
            collection.database.client.admin.command("fsync")


def oplog_since_s(url: str) -> float | None:
    """The time of the oldest change in the server's oplog, in seconds since 1970; ``None`` where it cannot be read."""
    client, _ = connect(url, DATABASE)
    try:
        oldest = client["local"]["oplog.rs"].find_one(sort=[("$natural", ASCENDING)])
        return float(oldest["ts"].time) if oldest else None
    except PyMongoError:
        return None
    finally:
        client.close()
