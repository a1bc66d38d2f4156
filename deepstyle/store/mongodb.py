"""The MongoDB adapter: ``mongodb://`` and ``mongodb+srv://``.

Search is ``$vectorSearch`` where the server has it (Atlas, or a local Atlas deployment) and exact search in memory
where it has not (``mongodb_memory``). A replica set is needed, of one node at least: writes are transactions.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy, Variants
from deepstyle.errors import StoreError
from deepstyle.images.item_image import ItemImage
from deepstyle.store import mongodb_browse, mongodb_pictures, mongodb_search, mongodb_vectors, mongodb_write
from deepstyle.store.base import (
    ANY_VERSION,
    INSTANCE_FACTS,
    CheckReport,
    Entry,
    Hit,
    ImageSource,
    ItemFilter,
    Measured,
    Page,
    Progress,
    PutReport,
    Summary,
    VectorBatch,
)
from deepstyle.store.check import check_k, direction_of
from deepstyle.store.external.entries import filled, sent_out
from deepstyle.store.external.pictures import ExternalPictures
from deepstyle.store.mongodb_blobs import MongoBlobs
from deepstyle.store.mongodb_check import check_database
from deepstyle.store.mongodb_connect import Document, call_timeout_s, connect, refuse_people, translated
from deepstyle.store.mongodb_looks import MongoLooks
from deepstyle.store.mongodb_memory import SpaceMemory
from deepstyle.store.mongodb_migrate import VERSION, checked_version, migrate
from deepstyle.store.mongodb_pinned import MongoPinned
from deepstyle.store.mongodb_schema import (
    SOURCE_FIELDS,
    create_collections,
    document_item,
    document_suggestions,
    fact_key,
    image_source,
)
from deepstyle.store.mongodb_sorting import SortedBy
from deepstyle.store.mongodb_words import WORDS_TTL_S, MongoWords
from deepstyle.store.remembered import Remembered
from deepstyle.store.sorting import Sort
from deepstyle.store.url import without_password

ITEMS_AT_ONCE: Final = 1_000
SUMMARY_TTL_S: Final = 5.0
CATEGORIES_TTL_S: Final = 60.0
EVERYTHING: Final = ItemFilter()


class MongoStore(MongoLooks, MongoWords, MongoPinned):
    """See ``Store``; a handle may be shared by threads, and not by a fork."""

    def __init__(self, url: str, client: MongoClient[Document], db: Database[Document], *, read_only: bool) -> None:
        self.url = url
        self._client = client
        self._database = db
        self._read_only = read_only
        self._closed = False
        self._guard = threading.Lock()
        self._memories: dict[str, SpaceMemory] = {}
        self._queryable: set[int] = set()
        self._summary = Remembered(SUMMARY_TTL_S, lambda: Summary(self.count(), self.spaces()))
        self._categories = Remembered(CATEGORIES_TTL_S, lambda: mongodb_browse.count_categories(self._db["items"]))
        self._currency = Remembered(CATEGORIES_TTL_S, lambda: mongodb_browse.usual_currency(self._db["items"]))
        self._most_images = Remembered(SUMMARY_TTL_S, lambda: mongodb_pictures.most_images(self._db))
        self._word_counts = Remembered(WORDS_TTL_S, self._count_words)
        self._has_vector_search: bool | None = None
        self.external = ExternalPictures(MongoBlobs(lambda: self._db, lambda: self._writable), self)

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Connect, and create what is missing of collections and indexes unless ``read_only``."""
        client, db = connect(url)
        store = cls(url, client, db, read_only=read_only)
        try:
            store._prepare()
        except BaseException:
            client.close()
            raise
        return store

    @translated
    def _prepare(self) -> None:
        found = self._database["meta"].find_one({"_id": "schema"})
        if found is None:
            if self._read_only:
                raise StoreError(
                    f"there is no store at {without_password(self.url)}.", remedy="Import a catalogue first."
                )
            refuse_people(self._database, self.url)
            create_collections(self._database, VERSION)
            return
        version = checked_version(str(found["value"]), self.url)
        if version < VERSION and not self._read_only:
            migrate(self._database, version)

    @property
    def _db(self) -> Database[Document]:
        if self._closed:
            raise StoreError(f"the store {without_password(self.url)} is closed.", remedy="Open it again.")
        return self._database

    @property
    def _writable(self) -> Database[Document]:
        if self._read_only:
            raise StoreError(
                f"{without_password(self.url)} was opened read-only.", remedy="Open it without read_only to write."
            )
        return self._db

    # -- items and images ------------------------------------------------------------------------------------------
    @translated
    def put(self, entries: Sequence[Entry], *, given: Mapping[str, str] = ANY_VERSION) -> PutReport:
        """See ``Store.put``."""
        self._currency.forget()
        with sent_out(self.external, entries) as written:
            report = mongodb_write.put(self._writable, written, given)
        self._most_images.forget()
        return report

    @translated
    def put_measured(self, measured: Sequence[Measured]) -> int:
        """See ``Store.put_measured``."""
        return mongodb_write.put_measured(self._writable, measured)

    @translated
    def delete(self, item_ids: Sequence[str], *, given: Mapping[str, str] = ANY_VERSION) -> int:
        """See ``Store.delete``."""
        self._currency.forget()
        self._most_images.forget()
        return mongodb_write.delete(self._writable, item_ids, given)

    @translated
    def versions(self, item_ids: Sequence[str]) -> dict[str, str]:
        """See ``Store.versions``."""
        return mongodb_write.read_versions(self._db, item_ids)

    @translated
    def count(self) -> int:
        """See ``Store.count``; counted, because the server's own estimate is off after a crash."""
        return self._db["items"].count_documents({}, hint="_id_")

    def summary(self) -> Summary:
        """See ``Store.summary``; counted every ``SUMMARY_TTL_S`` at most."""
        return self._summary.get()

    @translated
    def category_counts(self) -> Mapping[str, int]:
        """See ``Store.category_counts``; read from an index every ``CATEGORIES_TTL_S`` at most."""
        return self._categories.get()

    @translated
    def currency(self) -> str:
        """See ``Store.currency``; counted every ``CATEGORIES_TTL_S`` at most."""
        return self._currency.get()

    @translated
    def get(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """See ``Store.get``."""
        found = self._db["items"].find({"_id": {"$in": list(item_ids)}})
        return {document["_id"]: document_item(document) for document in found}

    @translated
    def variants(self, items: Sequence[Item], group_by: GroupBy = "product") -> dict[str, Variants]:
        """See ``Store.variants``."""
        return mongodb_browse.variants(self._db["items"], items, group_by)

    @translated
    def image(self, item_id: str, position: int = 0) -> ItemImage | None:
        """See ``Store.image``."""
        return filled(self.external, item_id, mongodb_pictures.read_picture(self._db, item_id, position))

    @translated
    def image_sha256s(self, item_ids: Sequence[str]) -> dict[str, str]:
        """See ``Store.image_sha256s``."""
        query = {"_id": {"$in": list(item_ids)}, "image": {"$ne": None}}
        return {found["_id"]: found["image"]["sha256"] for found in self._db["items"].find(query, {"image.sha256": 1})}

    @translated
    def image_sources(self, item_ids: Sequence[str]) -> dict[str, ImageSource]:
        """See ``Store.image_sources``."""
        query = {"_id": {"$in": list(item_ids)}, "image": {"$ne": None}}
        return {found["_id"]: image_source(found) for found in self._db["items"].find(query, SOURCE_FIELDS)}

    @translated
    def more_image_sources(self, item_ids: Sequence[str]) -> dict[str, tuple[ImageSource, ...]]:
        """See ``Store.more_image_sources``."""
        return mongodb_pictures.read_sources(self._db, item_ids)

    @translated
    def most_images(self) -> int:
        """See ``Store.most_images``; read every ``SUMMARY_TTL_S`` at most."""
        return self._most_images.get()

    @translated
    def count_more_images(self) -> int:
        """See ``Store.count_more_images``."""
        return mongodb_pictures.count_more_images(self._db)

    def iter_items(self, *, after: str = "") -> Iterator[Item]:
        """See ``Store.iter_items``."""
        while page := self._items_after(after):
            yield from page
            after = page[-1].item_id

    @translated
    def _items_after(self, after: str) -> list[Item]:
        found = self._db["items"].find({"_id": {"$gt": after}}).sort("_id", 1).limit(ITEMS_AT_ONCE)
        return [document_item(document) for document in found]

    @translated
    def browse(
        self,
        where: ItemFilter = EVERYTHING,
        *,
        limit: int = 50,
        after: str = "",
        group_by: GroupBy = "none",
        sort: Sort = "id",
        among: Sequence[str] | None = None,
    ) -> Page:
        """See ``Store.browse``."""
        items, by = self._db["items"], SortedBy(sort, where, self.currency())
        return mongodb_browse.browse(items, where, limit=limit, after=after, group_by=group_by, by=by, among=among)

    # -- vectors -----------------------------------------------------------------------------------------------------
    @translated
    def missing_vectors(self, space: str, *, after: str = "", limit: int = 1024) -> list[tuple[str, str]]:
        """See ``Store.missing_vectors``."""
        return mongodb_vectors.missing(self._db, space, after, limit)

    @translated
    def put_vectors(self, space: str, batch: VectorBatch) -> int:
        """See ``Store.put_vectors``."""
        written = mongodb_write.put_vectors(self._writable, space, batch)
        if written and self._has_vector_search is not False:
            self._ensure_index(batch.vectors.shape[1])
        return written

    @translated
    def vectors(self, space: str, item_ids: Sequence[str] | None = None) -> VectorBatch:
        """See ``Store.vectors``."""
        return mongodb_vectors.read(self._db, space, item_ids)

    @translated
    def spaces(self) -> dict[str, int]:
        """See ``Store.spaces``."""
        counted = self._db["embeddings"].aggregate([{"$group": {"_id": "$space", "n": {"$sum": 1}}}])
        return {row["_id"]: row["n"] for row in counted}

    @translated
    def drop_space(self, space: str) -> int:
        """See ``Store.drop_space``; a large space goes in several transactions."""
        return mongodb_write.drop_space(self._writable, space)

    @translated
    def search(
        self,
        space: str,
        query: NDArray[np.float32],
        *,
        k: int = 10,
        where: ItemFilter = EVERYTHING,
        exclude: Sequence[str] = (),
        group_by: GroupBy = "none",
    ) -> list[Hit]:
        """See ``Store.search``; by ``$vectorSearch``, ``numCandidates`` of 20 k, or exactly where there is none."""
        check_k(k)
        unit = direction_of(query)
        if self._has_vector_search is not False:
            try:
                return self._search_on_server(space, unit, k, where, exclude, group_by)
            except OperationFailure as error:
                if not mongodb_search.is_unsupported(error):
                    raise
                self._has_vector_search = False
        return self._memory(space).search(unit, k, where, exclude, group_by)

    def _search_on_server(
        self,
        space: str,
        unit: NDArray[np.float64],
        k: int,
        where: ItemFilter,
        exclude: Sequence[str],
        group_by: GroupBy,
    ) -> list[Hit]:
        items, embeddings = self._db["items"], self._db["embeddings"]
        currency = self.currency() if where.has_price_bound else ""
        conditions = mongodb_search.conditions(items, where, exclude, currency=currency, group_by=group_by)
        if conditions is None:
            return []
        search = partial(mongodb_search.nearest, embeddings, space, unit, k, conditions, group_by)
        hits = search()
        if not hits and len(unit) not in self._queryable:
            # Nothing may mean that nothing matches, or that the index is not built yet.
            mongodb_search.wait_queryable(embeddings, len(unit), call_timeout_s(embeddings) / 2)
            hits = search()
        self._queryable.add(len(unit))
        return hits

    def _ensure_index(self, dimension: int) -> None:
        if dimension in self._queryable:
            return
        try:
            mongodb_search.ensure_index(self._db["embeddings"], dimension)
        except OperationFailure as error:
            if not mongodb_search.is_unsupported(error):
                raise
            self._has_vector_search = False

    def _memory(self, space: str) -> SpaceMemory:
        embeddings = self._db["embeddings"]
        with self._guard:
            if space not in self._memories:
                self._memories[space] = SpaceMemory(embeddings, space)
            return self._memories[space]

    # -- the compatibility mapping -------------------------------------------------------------------------------------
    @translated
    def put_compatible(self, mapping: Mapping[str, Sequence[str]]) -> None:
        """See ``Store.put_compatible``."""
        mongodb_write.put_compatible(self._writable, mapping)

    @translated
    def publish(
        self, facts: Mapping[str, str], mapping: Mapping[str, Sequence[str]], *, given: Mapping[str, str | None]
    ) -> bool:
        """See ``Store.publish``."""
        return mongodb_write.publish(self._writable, facts, mapping, given)

    @translated
    def compatible(self, item_id: str) -> tuple[str, ...]:
        """See ``Store.compatible``."""
        found = self._db["compatible"].find_one({"_id": item_id})
        if found is None:
            return ()
        suggested = document_suggestions(found)
        there = {document["_id"] for document in self._db["items"].find({"_id": {"$in": suggested}}, {"_id": 1})}
        return tuple(item_id for item_id in suggested if item_id in there)

    # -- small facts and life cycle -----------------------------------------------------------------------------------
    @translated
    def set_meta(self, key: str, value: str) -> None:
        """See ``Store.set_meta``."""
        mongodb_write.put_facts(self._writable, {key: value})

    @translated
    def meta(self, key: str) -> str | None:
        """See ``Store.meta``."""
        return mongodb_write.read_fact(self._db, key)

    @translated
    def facts(self) -> dict[str, str]:
        """See ``Store.facts``."""
        found = self._db["meta"].find({"_id": {"$regex": f"^{fact_key('')}"}})
        facts = sorted((document["_id"].removeprefix(fact_key("")), document["value"]) for document in found)
        return {key: value for key, value in facts if not key.startswith(INSTANCE_FACTS)}

    @translated
    def check(self, *, repair: bool = False, on_progress: Progress | None = None) -> CheckReport:
        """See ``Store.check``."""
        db = self._writable if repair else self._db
        return check_database(db, self.external.read, repair=repair, on_progress=on_progress)

    def close(self) -> None:
        """See ``Store.close``."""
        self._closed = True
        for memory in self._memories.values():
            memory.close()
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
