"""Bring a database of version 1 up to date, document by document; killed between two, the next open goes on.

Readers of either version read both forms. The version is written last, so that nothing is passed over.
"""

from collections.abc import Callable
from typing import Final

from bson.min_key import MinKey
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from deepstyle.store.mongodb_connect import Document, pages
from deepstyle.store.mongodb_schema import (
    VERSION,
    as_version_2,
    embedding_digest,
    fact_digest,
    fact_key,
    item_digest,
    mapping_digest,
)

AT_ONCE: Final = 1000


def migrate(db: Database[Document]) -> None:
    """Give every document its digest, and every item's image the fields of version 2."""
    _update(db["items"], _item_fields)
    _update(db["embeddings"], lambda document: {"digest": embedding_digest(document)})
    _update(db["compatible"], lambda document: {"digest": mapping_digest(document)})
    facts = db["meta"].find({"_id": {"$regex": f"^{fact_key('')}"}, "digest": {"$exists": False}})
    for fact in facts:
        db["meta"].update_one({"_id": fact["_id"], "value": fact["value"]}, {"$set": {"digest": fact_digest(fact)}})
    db["meta"].update_one({"_id": "schema"}, {"$set": {"value": VERSION}})


def _item_fields(document: Document) -> Document:
    new = as_version_2(document)
    return {"attributes": new["attributes"], "image": new["image"], "digest": item_digest(new)}


def _update(collection: Collection[Document], fields: Callable[[Document], Document]) -> None:
    """Set ``fields`` of each document without a digest, unless it is replaced meanwhile."""
    for page in pages(collection, {"$gte": MinKey()}, None, AT_ONCE):
        old = [document for document in page if "digest" not in document]
        updates = [
            UpdateOne({"_id": document["_id"], "digest": {"$exists": False}}, {"$set": fields(document)})
            for document in old
        ]
        if updates:
            collection.bulk_write(updates, ordered=False)
