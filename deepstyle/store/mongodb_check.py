"""Check a MongoDB database: the digest of every document, pictures, vectors, references and what repeats other fields.

The server checksums its own blocks; this check looks for documents whose content is not what was written.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bson.min_key import MinKey
from pymongo import DeleteMany, DeleteOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from deepstyle.errors import StoreError
from deepstyle.store.base import CheckReport, Finding, Kind, Progress
from deepstyle.store.external.place import PLACE
from deepstyle.store.integrity import items_to_import, picture_fault
from deepstyle.store.mongodb_connect import Document, pages
from deepstyle.store.mongodb_looks import LOOKS, look_digest
from deepstyle.store.mongodb_schema import (
    document_image,
    document_item,
    document_suggestions,
    embedding_bytes,
    embedding_digest,
    embedding_key,
    embedding_vectors,
    fact_digest,
    fact_key,
    image_key,
    images_of,
    item_digest,
    mapping_digest,
    match_document,
    more_fields,
    of_position,
    usual_dimension,
)
from deepstyle.store.mongodb_write import in_transaction
from deepstyle.store.pictures import picture_position

AT_ONCE: Final = 500
ALTERED: Final = "is not what was written"

Write = tuple[str, DeleteOne | DeleteMany | UpdateOne]


@dataclass(frozen=True, slots=True)
class Damage:
    """A finding, and the writes that repair it, each with its collection."""

    finding: Finding
    writes: tuple[Write, ...]


@dataclass
class Content:
    """What the steps of one check read: each learns from those before it."""

    db: Database[Document]
    report: Progress
    outside: Callable[[str], bytes | None]
    items: dict[str, Document] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def documents(self, collection: str) -> Iterator[Document]:
        """All documents of ``collection``, page by page."""
        total = self.db[collection].count_documents({})
        done = 0
        for page in pages(self.db[collection], {"$gte": MinKey()}, None, AT_ONCE):
            self.report(collection, done, total)
            done += len(page)
            yield from page


def check_database(
    db: Database[Document],
    outside: Callable[[str], bytes | None],
    *,
    repair: bool,
    on_progress: Progress | None,
) -> CheckReport:
    """See ``Store.check``; ``outside`` reads the pictures that are not in the database."""
    content = Content(db, on_progress or (lambda _step, _done, _total: None), outside)
    found = [one for step in (_items, _embeddings, _mappings, _facts, _looks) for one in step(content)]
    if repair and found:
        in_transaction(db, lambda session: _remove(db, found, session))
    findings = tuple(one.finding for one in found)
    names = ("images", "vectors", "mappings", "facts", "stale_suggestions", "looks", "stale_looks")
    return CheckReport(
        items=len(content.items),
        **{name: content.counts[name] for name in names},
        findings=findings,
        import_again=items_to_import(findings),
        repaired=repair and bool(found),
    )


def _remove(db: Database[Document], found: Sequence[Damage], session: ClientSession) -> None:
    writes = defaultdict(list)
    for collection, write in (write for one in found for write in one.writes):
        writes[collection].append(write)
    for collection, operations in writes.items():
        db[collection].bulk_write(operations, session=session)


def _damage(kind: Kind, item_id: Any, message: str, *writes: Write) -> Damage:
    return Damage(Finding(kind, str(item_id), message), writes)


def _is_sound(document: Document, digest: Any) -> bool:
    """Whether the document is what was written; ``digest`` computes its digest and may fail on a damaged one."""
    try:
        return bool(document["digest"] == digest(document))
    except (LookupError, TypeError, ValueError, AttributeError):
        return False


def _items(content: Content) -> Iterator[Damage]:
    for document in content.documents("items"):
        item_id = document["_id"]
        try:
            altered = not _is_sound(document, item_digest) or document["match"] != match_document(
                document_item(document)
            )
        except (StoreError, LookupError):
            altered = True
        content.items[item_id] = {"spaces": set(), "images": {}, "match": document.get("match")}
        if altered:
            everything = {"item_id": item_id}
            yield _damage(
                "item",
                item_id,
                f"the document of item {item_id!r} {ALTERED}",
                ("items", DeleteOne({"_id": item_id})),
                ("images", DeleteMany({"_id.item_id": item_id})),
                ("embeddings", DeleteMany(everything)),
                ("compatible", DeleteOne({"_id": item_id})),
            )
        elif images := images_of(document):
            shas = {position: image["sha256"] for position, image in images.items()}
            content.items[item_id] |= {"spaces": set(document["encoded"]), "images": shas}
            yield from _pictures(content, document, shas)


def _pictures(content: Content, document: Document, shas: Mapping[int, str]) -> Iterator[Damage]:
    """What is wrong with an item's pictures; all from the first such one on are imported again."""
    content.counts["images"] += len(shas)
    faults = {position: _picture_fault(content, document, position, sha256) for position, sha256 in shas.items()}
    lost = {position: fault for position, fault in faults.items() if fault}
    for position, fault in lost.items():
        named = f"picture {position}: {fault}" if position else fault
        yield _damage("picture", document["_id"], named, *_without_pictures(document, shas, min(lost)))


def _without_pictures(document: Document, shas: Mapping[int, str], first: int) -> Iterator[Write]:
    """What removes an item's pictures from the position ``first`` on, with their vectors."""
    item_id, gone = document["_id"], [position for position in shas if position >= first]
    encoded = [space for space in document["encoded"] if picture_position(space) not in gone]
    more = more_fields(document.get("more_images", [])[: max(0, first - 1)])
    fields = {"image": document["image"] if first else None, "encoded": encoded, **more}
    unset = {name: "" for name in ("more_images", "image_count") if name not in more}
    bare = {name: value for name, value in {**document, **fields}.items() if name not in unset}
    changes: Document = {"$set": {**fields, "digest": item_digest(bare)}}
    yield "items", UpdateOne({"_id": item_id}, {**changes, "$unset": unset} if unset else changes)
    kept = {sha256 for position, sha256 in shas.items() if position < first}
    yield "images", DeleteMany({"_id": {"$in": [image_key(item_id, shas[at]) for at in gone if shas[at] not in kept]}})
    for position in gone:
        yield "embeddings", DeleteMany({"item_id": item_id, "space": of_position(position)})


def _picture_fault(content: Content, document: Document, position: int, sha256: str) -> str:
    item_id = document["_id"]
    found = content.db["images"].find_one({"_id": image_key(item_id, sha256)})
    data = bytes(found["data"]) if found and isinstance(found.get("data"), bytes) else None
    data = content.outside(sha256) if data == b"" else data
    if data is None:
        return "the picture is not there"
    if hashlib.sha256(data).hexdigest() != sha256:
        return f"the picture {ALTERED}"
    document_image(document, data, position)
    return picture_fault(data)


def _embeddings(content: Content) -> Iterator[Damage]:
    dimensions: dict[str, Counter[int]] = defaultdict(Counter)
    for document in content.documents("embeddings"):
        if _is_sound(document, embedding_digest):
            dimensions[document["space"]][usual_dimension([embedding_bytes(document)])] += 1
    there = set()
    for document in content.documents("embeddings"):
        content.counts["vectors"] += 1
        space, item_id = document["_id"]["space"], document["_id"]["item_id"]
        if fault := _vector_fault(content, document, dimensions[space]):
            yield _lost_vector(space, item_id, fault, ("embeddings", DeleteOne({"_id": document["_id"]})))
        there.add((space, item_id))
    for item_id, item in content.items.items():
        for space in sorted(item["spaces"]):
            if (space, item_id) not in there:
                yield _lost_vector(space, item_id, "is not there")


def _lost_vector(space: str, item_id: str, fault: str, *writes: Write) -> Damage:
    again = UpdateOne({"_id": item_id}, {"$pull": {"encoded": space}})
    return _damage("vector", item_id, f"the vector in the space {space!r} {fault}", ("items", again), *writes)


def _vector_fault(content: Content, document: Document, dimensions: Counter[int]) -> str:
    if not _is_sound(document, embedding_digest):
        return ALTERED
    item = content.items.get(document["item_id"])
    if item is None or item["images"].get(picture_position(document["space"])) != document["image_sha256"]:
        return "belongs to no item with this picture"
    if document.get("match") != item["match"] or document["space"] not in item["spaces"]:
        return "is not the item's"
    if document["_id"] != embedding_key(document["space"], document["item_id"]):
        return ALTERED
    try:
        embedding_vectors([document], dimensions.most_common(1)[0][0])
    except StoreError:
        return "is not of unit norm and its space's dimension"
    return ""


def _mappings(content: Content) -> Iterator[Damage]:
    for document in content.documents("compatible"):
        content.counts["mappings"] += 1
        item_id = document["_id"]
        known = item_id in content.items
        if _is_sound(document, mapping_digest) and known:
            suggested = document_suggestions(document)
            content.counts["stale_suggestions"] += sum(other not in content.items for other in set(suggested))
            continue
        fault = ALTERED if known else "belongs to no item"
        yield _damage("mapping", item_id, f"the mapping {fault}", ("compatible", DeleteOne({"_id": item_id})))


def _facts(content: Content) -> Iterator[Damage]:
    for document in content.documents("meta"):
        key = str(document["_id"])
        if key.startswith(fact_key("")):
            content.counts["facts"] += 1
            if not _is_sound(document, fact_digest):
                name = key.removeprefix(fact_key(""))
                # Without the place of its pictures, a store would take them all for lost.
                writes = [("meta", DeleteOne({"_id": key}))] if name != PLACE else []
                yield _damage("fact", "", f"the fact {name!r} {ALTERED}", *writes)


def _looks(content: Content) -> Iterator[Damage]:
    for document in content.documents(LOOKS):
        content.counts["looks"] += 1
        look_id = document["_id"]
        if _is_sound(document, look_digest):
            content.counts["stale_looks"] += not content.items.keys() >= set(document["item_ids"])
        else:
            yield _damage("look", "", f"the look {look_id!r} {ALTERED}", (LOOKS, DeleteOne({"_id": look_id})))
