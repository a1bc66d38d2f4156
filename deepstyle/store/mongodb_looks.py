"""Looks in MongoDB: the collection ``looks``, whose ``_id`` is the look's id, indexed by the items."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from deepstyle.catalogue.looks import Look, LookPage
from deepstyle.store.check import sound_look
from deepstyle.store.digests import row_digest
from deepstyle.store.mongodb_connect import Document, translated
from deepstyle.store.mongodb_write import in_transaction

LOOKS: Final = "looks"


class MongoLooks:
    """See ``LookStore``."""

    @property
    @abstractmethod
    def _db(self) -> Database[Document]: ...

    @property
    @abstractmethod
    def _writable(self) -> Database[Document]: ...

    @translated
    def put_looks(self, looks: Sequence[Look]) -> int:
        """See ``LookStore.put_looks``."""
        db, wanted = self._writable, {look.look_id: look_document(look) for look in looks}

        def write(session: ClientSession) -> int:
            there = {found["_id"]: found for found in db[LOOKS].find({"_id": {"$in": [*wanted]}}, session=session)}
            changed = [document for look_id, document in wanted.items() if there.get(look_id) != document]
            if changed:
                upserts = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in changed]
                db[LOOKS].bulk_write(upserts, ordered=False, session=session)
            return len(changed)

        return in_transaction(db, write) if wanted else 0

    @translated
    def delete_looks(self, look_ids: Sequence[str]) -> int:
        """See ``LookStore.delete_looks``."""
        db, gone = self._writable, {"_id": {"$in": list(look_ids)}}
        return in_transaction(db, lambda session: db[LOOKS].delete_many(gone, session=session).deleted_count)

    @translated
    def looks(self, look_ids: Sequence[str]) -> dict[str, Look]:
        """See ``LookStore.looks``."""
        return {found["_id"]: document_look(found) for found in self._db[LOOKS].find({"_id": {"$in": list(look_ids)}})}

    @translated
    def looks_with(self, item_ids: Sequence[str], *, limit: int) -> list[Look]:
        """See ``LookStore.looks_with``."""
        found = self._db[LOOKS].find({"item_ids": {"$in": list(item_ids)}}).sort("_id", 1).limit(limit)
        return [document_look(document) for document in found]

    @translated
    def browse_looks(self, *, item_id: str = "", source: str = "", limit: int = 50, after: str = "") -> LookPage:
        """See ``LookStore.browse_looks``."""
        where: Document = {"item_ids": item_id} if item_id else {}
        where |= {"source": source} if source else {}
        total = self._db[LOOKS].count_documents(where)
        found = list(self._db[LOOKS].find({**where, "_id": {"$gt": after}}).sort("_id", 1).limit(limit + 1))
        page = tuple(document_look(document) for document in found[:limit])
        return LookPage(page, total, page[-1].look_id if len(found) > limit else "")

    @translated
    def count_looks(self) -> int:
        """See ``LookStore.count_looks``."""
        return self._db[LOOKS].count_documents({})


def look_document(look: Look) -> Document:
    """The document of ``look``."""
    document = {"_id": look.look_id, "title": look.title, "source": look.source, "item_ids": list(look.item_ids)}
    return {**document, "digest": look_digest(document)}


def document_look(document: Document) -> Look:
    """The look that ``look_document`` was given; raises ``StoreError`` where it is damaged."""
    return sound_look(document["_id"], document.get("title"), document.get("source"), document.get("item_ids"))


def look_digest(document: Document) -> bytes:
    """The digest of a look's document."""
    return row_digest(*(document[name] for name in ("_id", "title", "source", "item_ids")))
