"""Writes to MongoDB, each atomic as a whole, durable and idempotent.

Every write is one transaction over small documents, retried by the driver where the server asks for it. Images are
sent *before* the transaction, under a key that holds their SHA-256 and that nothing points to yet: a transaction full
of pictures would be slow and could outgrow the server's cache, and a picture that nothing points to is invisible. A
``put`` that is killed in between leaves such pictures behind; the same ``put`` again finds and uses them.

Two writers on the same item cannot leave a part of each: both replace its document (a vector's writer too, in
``encoded``), so one of the two transactions is aborted by the server and run again on what the other has left.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import pymongo
from bson.binary import Binary
from pymongo import ReplaceOne, UpdateMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from deepstyle.errors import StoreError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import ANY_VERSION, Entry, Measured, PutReport, VectorBatch
from deepstyle.store.check import checked_vectors
from deepstyle.store.item_values import allowed_values, check_entry, check_given, item_version, kept_values
from deepstyle.store.mongodb_connect import WRITE_TIMEOUT_S, Document
from deepstyle.store.mongodb_schema import (
    document_item,
    embedding_document,
    embedding_key,
    fact_document,
    fact_key,
    from_binary,
    image_key,
    image_reference,
    images_of,
    item_document,
    mapping_document,
    of_position,
    space_range,
    with_measured,
)
from deepstyle.store.pictures import picture_position

IMAGE_BYTES_PER_CALL: Final = 8 * 2**20
"""What one bulk write of images carries: well within a call's timeout on a slow network."""
DROP_AT_ONCE: Final = 10_000
IDS_AT_ONCE: Final = 10_000
"""A request that names many more items is larger than the server accepts (16 MB)."""

T = TypeVar("T")


class _ImageGoneError(Exception):
    """Another writer removed an image between its upload and the transaction that points to it."""


@dataclass
class _Changes:
    """What one ``put`` comes to, compared with what is there."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    replaced: list[Document] = field(default_factory=list)
    images: list[Document] = field(default_factory=list)
    images_gone: list[Document] = field(default_factory=list)
    voided: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By position, the ids of the items whose image there was replaced or removed."""
    rematched: list[Document] = field(default_factory=list)


def put(db: Database[Document], entries: Sequence[Entry], given: Mapping[str, str] = ANY_VERSION) -> PutReport:
    """Add or replace items; see ``Store.put``."""
    wanted = {entry.item.item_id: entry for entry in entries}
    for entry in wanted.values():
        check_entry(entry)
    if not wanted:
        return PutReport()

    def write(session: ClientSession) -> _Changes:
        check_given(given, read_versions(db, list(given), session))
        changes = _compare(wanted, _documents(db, list(wanted), session))
        _require_images(db, changes.images, session)
        _apply(db, changes, session)
        return changes

    for _ in range(5):
        _upload_images(db, wanted.values())
        try:
            changes = in_transaction(db, write)
        except _ImageGoneError:
            continue
        return PutReport(changes.added, changes.changed, changes.unchanged)
    raise StoreError("other writers keep replacing the same images.", remedy="Run one import of an item at a time.")


def in_transaction(db: Database[Document], write: Callable[[ClientSession], T]) -> T:
    """Run ``write`` in one transaction, again where the server asks for it, for ``WRITE_TIMEOUT_S`` at most."""
    with pymongo.timeout(WRITE_TIMEOUT_S), db.client.start_session() as session:
        return session.with_transaction(write)


def _documents(db: Database[Document], item_ids: Sequence[str], session: ClientSession | None) -> dict[str, Document]:
    found = db["items"].find({"_id": {"$in": list(item_ids)}}, session=session)
    return {document["_id"]: document for document in found}


def read_versions(
    db: Database[Document], item_ids: Sequence[str], session: ClientSession | None = None
) -> dict[str, str]:
    """The version of each of ``item_ids`` that exists; see ``Store.versions``."""
    found = _documents(db, item_ids, session) if item_ids else {}
    return {item_id: item_version(document_item(old), _all_shas(old)) for item_id, old in found.items()}


def _all_shas(document: Document) -> list[str]:
    """The SHA-256 of all images of an item's document, ``""`` in place of a first one that is missing."""
    return [*({0: ""} | _shas(document)).values()]


def _compare(wanted: Mapping[str, Entry], current: Mapping[str, Document]) -> _Changes:
    """What ``wanted`` changes of the ``current`` item documents."""
    changes = _Changes()
    for item_id, entry in wanted.items():
        old = current.get(item_id)
        new = _document(entry, old)
        was, now = _shas(old), _shas(new)
        voided = [position for position, sha256 in was.items() if now.get(position) != sha256]
        new["encoded"] = [space for space in new["encoded"] if picture_position(space) not in voided]
        if old and 0 in was and 0 not in voided and (kept := kept_values(new, old)):
            new = with_measured(new, kept)
        if new == old:
            changes.unchanged += 1
            continue
        changes.replaced.append(new)
        changes.added += old is None
        changes.changed += old is not None
        there, wanted_there = set(was.values()), set(now.values())
        changes.images += [image_key(item_id, sha256) for sha256 in wanted_there - there]
        changes.images_gone += [image_key(item_id, sha256) for sha256 in there - wanted_there]
        for position in voided:
            changes.voided[position].append(item_id)
        if old and new["encoded"] and new["match"] != old["match"]:
            changes.rematched.append(new)
    return changes


def _document(entry: Entry, old: Document | None) -> Document:
    """The document of ``entry``, with those images of ``old`` that it leaves unchanged."""
    image = image_reference(entry.image) if entry.image else old["image"] if old else None
    more = old.get("more_images", []) if old else []
    if entry.more_images is not None:
        more = [*map(image_reference, entry.more_images)]
    return item_document(entry.item, image, old["encoded"] if old else [], more)


def _shas(document: Document | None) -> dict[int, str]:
    """The SHA-256 of each image of an item's document, by position."""
    return {position: image["sha256"] for position, image in images_of(document).items()} if document else {}


def put_measured(db: Database[Document], measured: Sequence[Measured]) -> int:
    """Write measured fields of items whose image is still the one they were read from; see ``Store.put_measured``."""
    wanted = {one.item_id: one for one in measured}

    def write(session: ClientSession) -> int:
        found = _documents(db, list(wanted), session)
        shas = {item_id: old["image"]["sha256"] for item_id, old in found.items() if old["image"]}
        current = [item_id for item_id, sha in shas.items() if sha == wanted[item_id].image_sha256]
        pairs = [(found[item_id], wanted[item_id].values) for item_id in current]
        renewed = [(old, with_measured(old, allowed_values(values, old))) for old, values in pairs]
        changed = [new for old, new in renewed if new != old]
        _apply(db, _Changes(replaced=changed, rematched=changed), session)
        return len(current)

    return in_transaction(db, write) if wanted else 0


def _require_images(db: Database[Document], keys: Sequence[Document], session: ClientSession) -> None:
    """Raise ``_ImageGoneError`` unless every image is there (the query reads the ``_id`` index alone)."""
    if keys:
        found = db["images"].find({"_id": {"$in": list(keys)}}, {"_id": 1}, session=session)
        if sum(1 for _ in found) < len(keys):
            raise _ImageGoneError


def _apply(db: Database[Document], changes: _Changes, session: ClientSession) -> None:
    if changes.replaced:
        upserts = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in changes.replaced]
        db["items"].bulk_write(upserts, ordered=False, session=session)
    if changes.images_gone:
        db["images"].delete_many({"_id": {"$in": changes.images_gone}}, session=session)
    for position, item_ids in changes.voided.items():
        query = {"item_id": {"$in": item_ids}, "space": of_position(position)}
        db["embeddings"].delete_many(query, session=session)
    if changes.rematched:
        copies = [UpdateMany({"item_id": new["_id"]}, {"$set": {"match": new["match"]}}) for new in changes.rematched]
        db["embeddings"].bulk_write(copies, ordered=False, session=session)


def _upload_images(db: Database[Document], entries: Iterable[Entry]) -> None:
    """Send the images that are not there yet, a few megabytes a call."""
    images = [(e.item.item_id, image) for e in entries for image in (e.image, *(e.more_images or ())) if image]
    pictures = {(item_id, image.sha256): image for item_id, image in images}
    if not pictures:
        return
    keys = [image_key(*pair) for pair in pictures]
    there = {(d["_id"]["item_id"], d["_id"]["sha256"]) for d in db["images"].find({"_id": {"$in": keys}}, {"_id": 1})}
    for chunk in _chunks({pair: image for pair, image in pictures.items() if pair not in there}):
        upserts = [
            UpdateOne({"_id": image_key(*pair)}, {"$setOnInsert": {"data": Binary(image.data)}}, upsert=True)
            for pair, image in chunk
        ]
        with pymongo.timeout(WRITE_TIMEOUT_S):
            db["images"].bulk_write(upserts, ordered=False)


def _chunks(pictures: Mapping[tuple[str, str], ItemImage]) -> Iterable[list[tuple[tuple[str, str], ItemImage]]]:
    chunk: list[tuple[tuple[str, str], ItemImage]] = []
    size = 0
    for pair, image in pictures.items():
        if chunk and size + len(image.data) > IMAGE_BYTES_PER_CALL:
            yield chunk
            chunk, size = [], 0
        chunk.append((pair, image))
        size += len(image.data)
    if chunk:
        yield chunk


def delete(db: Database[Document], item_ids: Sequence[str], given: Mapping[str, str] = ANY_VERSION) -> int:
    """Delete items with all that belongs to them; see ``Store.delete``."""

    def write(session: ClientSession) -> int:
        check_given(given, read_versions(db, list(given), session))
        found = _documents(db, item_ids, session)
        present = list(found)
        if not present:
            return 0
        keys = [image_key(item_id, sha256) for item_id, old in found.items() for sha256 in _shas(old).values()]
        db["images"].delete_many({"_id": {"$in": keys}}, session=session)
        db["embeddings"].delete_many({"item_id": {"$in": present}}, session=session)
        db["compatible"].delete_many({"_id": {"$in": present}}, session=session)
        return db["items"].delete_many({"_id": {"$in": present}}, session=session).deleted_count

    return in_transaction(db, write)


def put_vectors(db: Database[Document], space: str, batch: VectorBatch) -> int:
    """Write vectors of items whose image is still the one they were made from; see ``Store.put_vectors``."""
    vectors = checked_vectors(batch)
    rows = {item_id: row for row, item_id in enumerate(batch.item_ids)}
    position = picture_position(space)

    def write(session: ClientSession) -> int:
        _require_dimension(db, space, vectors.shape[1], session)
        items = _documents(db, list(rows), session)
        current = [
            item_id for item_id, old in items.items() if _shas(old).get(position) == batch.image_sha256s[rows[item_id]]
        ]
        if not current:
            return 0
        db["items"].update_many({"_id": {"$in": current}}, {"$addToSet": {"encoded": space}}, session=session)
        documents = (
            embedding_document(
                space,
                item_id,
                batch.image_sha256s[rows[item_id]],
                vectors[rows[item_id]],
                items[item_id]["match"],
            )
            for item_id in current
        )
        upserts = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
        db["embeddings"].bulk_write(upserts, ordered=False, session=session)
        return len(current)

    return in_transaction(db, write) if rows else 0


def _require_dimension(db: Database[Document], space: str, dimension: int, session: ClientSession) -> None:
    one = db["embeddings"].find_one({"_id": space_range(space)}, session=session)
    if one is not None and len(from_binary(one["vector"])) != dimension:
        raise StoreError(
            f"space {space!r} holds vectors of {len(from_binary(one['vector']))} numbers, not {dimension}."
        )


def drop_space(db: Database[Document], space: str) -> int:
    """Delete every vector of ``space``, ``DROP_AT_ONCE`` a transaction: a space may outgrow one transaction.

    This is the one write that is atomic in parts only; killed between two, the same call again finishes it.
    """
    dropped = 0
    while True:
        found = db["embeddings"].find({"_id": space_range(space)}, {"_id": 1}).sort("_id", 1).limit(DROP_AT_ONCE)
        item_ids = [document["_id"]["item_id"] for document in found]
        if not item_ids:
            return dropped

        def write(session: ClientSession, item_ids: list[str] = item_ids) -> int:
            keys = [embedding_key(space, item_id) for item_id in item_ids]
            db["items"].update_many({"_id": {"$in": item_ids}}, {"$pull": {"encoded": space}}, session=session)
            return db["embeddings"].delete_many({"_id": {"$in": keys}}, session=session).deleted_count

        dropped += in_transaction(db, write)


def put_compatible(db: Database[Document], mapping: Mapping[str, Sequence[str]]) -> None:
    """Write the mapping of the items that are there; see ``Store.put_compatible``."""
    if mapping:
        in_transaction(db, lambda session: _put_suggestions(db, mapping, session))


def publish(
    db: Database[Document],
    facts: Mapping[str, str],
    mapping: Mapping[str, Sequence[str]],
    given: Mapping[str, str | None],
) -> bool:
    """Write facts and suggestions in one transaction; see ``Store.publish``.

    Of two that write suggestions of the same items at once, the server aborts one, which then reads the facts again.
    """

    def write(session: ClientSession) -> bool:
        if any(read_fact(db, key, session) != value for key, value in given.items()):
            return False
        _put_suggestions(db, mapping, session)
        put_facts(db, facts, session)
        return True

    return in_transaction(db, write)


def put_facts(db: Database[Document], facts: Mapping[str, str], session: ClientSession | None = None) -> None:
    """Write facts; see ``Store.set_meta``."""
    documents = (fact_document(key, value) for key, value in facts.items())
    upserts = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
    if upserts:
        db["meta"].bulk_write(upserts, ordered=False, session=session)


def read_fact(db: Database[Document], key: str, session: ClientSession | None = None) -> str | None:
    """A fact; see ``Store.meta``."""
    found = db["meta"].find_one({"_id": fact_key(key)}, session=session)
    return None if found is None else str(found["value"])


def _put_suggestions(db: Database[Document], mapping: Mapping[str, Sequence[str]], session: ClientSession) -> None:
    item_ids = list(mapping)
    for first in range(0, len(item_ids), IDS_AT_ONCE):
        wanted = {"_id": {"$in": item_ids[first : first + IDS_AT_ONCE]}}
        found = db["items"].find(wanted, {"_id": 1}, session=session)
        documents = (mapping_document(document["_id"], mapping[document["_id"]]) for document in found)
        upserts = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
        if upserts:
            db["compatible"].bulk_write(upserts, ordered=False, session=session)
