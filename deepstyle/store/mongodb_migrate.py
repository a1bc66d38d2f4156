"""Bring an older database up to date by numbered steps, document by document.

``STEPS[n]`` takes a database from version n - 1 to n, and its version is written last, so that nothing is passed over:
killed between two documents, the next open goes on. Readers of the current version read the older forms too.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from bson.min_key import MinKey
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from deepstyle.catalogue.item import FIELDS
from deepstyle.errors import StoreError
from deepstyle.store.mongodb_connect import Document, pages
from deepstyle.store.mongodb_schema import (
    MATCH_FIELDS,
    as_current,
    create_indexes,
    document_item,
    embedding_digest,
    fact_digest,
    fact_key,
    item_digest,
    mapping_digest,
    match_document,
)
from deepstyle.store.mongodb_search import ensure_filters
from deepstyle.store.url import without_password

AT_ONCE: Final = 1000


def checked_version(value: str, url: str) -> int:
    """The schema version of the store at ``url``. Raises ``StoreError`` for one that this version does not read."""
    version = int(value) if value.isdecimal() else 0
    if not 1 <= version <= VERSION:
        raise StoreError(
            f"{without_password(url)} has schema version {value}; this deepstyle reads versions 1 to {VERSION}.",
            remedy="Use the deepstyle that wrote it, or a newer one.",
        )
    return version


def migrate(db: Database[Document], since: int) -> None:
    """Take the steps after the version ``since``."""
    for version in sorted(step for step in STEPS if step > since):
        STEPS[version](db)
        db["meta"].update_one({"_id": "schema"}, {"$set": {"value": str(version)}})
    create_indexes(db)
    ensure_filters(db["embeddings"])


def _to_version_2(db: Database[Document]) -> None:
    """Give every document its digest, and every item's image its source."""
    _update(db["items"], _without_digest, _item_fields)
    _update(db["embeddings"], _without_digest, lambda document: {"digest": embedding_digest(document)})
    _update(db["compatible"], _without_digest, lambda document: {"digest": mapping_digest(document)})
    facts = db["meta"].find({"_id": {"$regex": f"^{fact_key('')}"}, "digest": {"$exists": False}})
    for fact in facts:
        db["meta"].update_one({"_id": fact["_id"], "value": fact["value"]}, {"$set": {"digest": fact_digest(fact)}})


def _without_digest(document: Document) -> Document | None:
    return None if "digest" in document else {"digest": {"$exists": False}}


def _item_fields(document: Document) -> Document:
    new = as_current(document)
    return {"attributes": new["attributes"], "image": new["image"], "digest": item_digest(new)}


def _add_fields(version: int, db: Database[Document]) -> None:
    """Give every document the fields that ``version`` brought, empty; no digest changes."""
    new = {field.name: field.empty for field in FIELDS if field.since == version}
    matched = {field.name: field.empty for field in MATCH_FIELDS if field.since == version}

    def lacking(document: Document) -> Document | None:
        return {"match": document["match"]} if matched.keys() - document["match"].keys() else None

    def match(document: Document) -> Document:
        return {"match": {**matched, **document["match"]}}  # whole: change streams are read for it

    _update(db["items"], lambda document: _lacking(document, new), lambda _: new, dict.fromkeys(new, 1))
    _update(db["items"], lacking, match, {"match": 1})
    _update(db["embeddings"], lacking, match, {"match": 1})


def _match_again(db: Database[Document]) -> None:
    """Write ``match`` anew where it differs: products, currencies and the states of stock came to it."""
    for page in pages(db["items"], {"$gte": MinKey()}, None, AT_ONCE):
        current = {document["_id"]: match_document(document_item(document)) for document in page}
        _set_match(db["items"], ((document, current[document["_id"]]) for document in page))
        copies = list(db["embeddings"].find({"item_id": {"$in": [*current]}}, {"item_id": 1, "match": 1}))
        _set_match(db["embeddings"], ((copy, current[copy["item_id"]]) for copy in copies))


def _set_match(collection: Collection[Document], matched: Iterable[tuple[Document, Document]]) -> None:
    """Set each document's ``match``, whole, because change streams are read for it, where it is not as it should be."""
    updates = [
        UpdateOne({"_id": document["_id"], "match": document["match"]}, {"$set": {"match": match}})
        for document, match in matched
        if document["match"] != match
    ]
    if updates:
        collection.bulk_write(updates, ordered=False)


def _lacking(document: Document, fields: Document) -> Document | None:
    missing = fields.keys() - document.keys()
    return {name: {"$exists": False} for name in missing} if missing else None


def _update(
    collection: Collection[Document],
    older: Callable[[Document], Document | None],
    fields: Callable[[Document], Document],
    read: Document | None = None,
) -> None:
    """Set ``fields`` of each document for which ``older`` gives a condition, where that condition still holds.

    ``read`` is the projection that both need, by default everything.
    """
    for page in pages(collection, {"$gte": MinKey()}, read, AT_ONCE):
        conditions = ((document, older(document)) for document in page)
        updates = [
            UpdateOne({"_id": document["_id"], **condition}, {"$set": fields(document)})
            for document, condition in conditions
            if condition is not None
        ]
        if updates:
            collection.bulk_write(updates, ordered=False)


# Version 11 brought further pictures: fields that an item without any does not have, and an index. Version 12 brought
# the text index, 13 a collection of looks, which its index creates.
_CHANGES: Final = {2: _to_version_2, 10: _match_again}
STEPS: Final[dict[int, Callable[[Database[Document]], None]]] = {
    version: _CHANGES.get(version, partial(_add_fields, version))
    for version in range(2, max(13, *(field.since for field in FIELDS)) + 1)
}
VERSION: Final = max(STEPS)
