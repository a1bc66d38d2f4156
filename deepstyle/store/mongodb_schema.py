"""What the collections hold: documents to and from our own types, and the indexes.

=============  ==========================  =====================================================================
collection     ``_id``                     fields
=============  ==========================  =====================================================================
``items``      the item id                 the item's fields; ``image`` (``None`` or all but the bytes); ``encoded``
                                           (spaces that hold a current vector); ``match`` (folded, for filters);
                                           with further images ``more_images`` and ``image_count`` (all of them)
``images``     {item_id, sha256}           ``data``; written before an item points to it, never changed
``embeddings`` {space, item_id}            ``space``, ``item_id``, ``image_sha256``, ``vector``, ``match`` (a copy)
``compatible`` the item id                 ``item_id``, ``rec_feature2``: the suggested ids, best first
``meta``       the key                     ``value``
``looks``      the look's id               ``title``, ``source``, ``item_ids`` (``deepstyle.store.mongodb_looks``)
=============  ==========================  =====================================================================

All but ``images`` (whose key has the SHA-256) and the schema's version have a ``digest`` of what they say.

An item's document says which image is its own, so replacing that one document is what makes a new image visible.
Images are documents and not GridFS files: none may be over 10 MiB, MongoDB's limit is 16, and GridFS costs two more
round trips a picture (``research/mongodb_pictures.py``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from bson.binary import VECTOR_SUBTYPE, Binary
from bson.max_key import MaxKey
from numpy.typing import NDArray
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import FIELDS, RANGE_FILTERS, SEARCHED, VALUE_FILTERS, Item
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import ImageSource
from deepstyle.store.check import damaged, sound_image, sound_vectors
from deepstyle.store.digests import row_digest
from deepstyle.store.item_values import sound_item
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.words import WORD_FIELDS

SOURCE_FIELDS: Final = {"image": 1, "attributes": 1, "more_images": 1}
"""What ``image_source`` and ``document_image`` read of an item's document."""
MATCH_FIELDS: Final = (*VALUE_FILTERS, *RANGE_FILTERS)
"""The fields that ``match`` repeats, folded."""

_FIRST_FIELDS: Final = tuple(field.name for field in FIELDS if field.since == 1)
_LATER_FIELDS: Final = tuple(field for field in FIELDS if field.since > 1)
_FLOAT32_HEADER: Final = b"\x27\x00"
"""BSON vector subtype 9: element type float32, no padding."""

TEXT_INDEX: Final = IndexModel(
    [(name, "text") for name in WORD_FIELDS],
    name="words",
    weights={name: int(weight) for name, weight in WORD_FIELDS.items()},
    default_language="none",
    language_override="no_language",
)
"""Without stop words and stems: a catalogue may be in any language."""
_INDEXES: Final = {
    "items": [
        *(
            IndexModel([(f"match.{field.name}", ASCENDING), ("_id", ASCENDING)])
            for field in VALUE_FILTERS
            if field.indexed
        ),
        IndexModel([("image_count", ASCENDING)], sparse=True),
        IndexModel([("match.model_id", ASCENDING), ("_id", ASCENDING)]),
        TEXT_INDEX,
    ],
    "embeddings": [IndexModel([("item_id", ASCENDING)])],
    "looks": [IndexModel([("item_ids", ASCENDING), ("_id", ASCENDING)])],
}


def create_collections(db: Database[Document], version: int) -> None:
    """Create what is missing of collections and indexes (a transaction must find its collections there)."""
    existing = set(db.list_collection_names())
    for name in ("items", "images", "embeddings", "compatible", "meta", "looks"):
        if name not in existing:
            db.create_collection(name, check_exists=False)
    create_indexes(db)
    db["meta"].update_one({"_id": "schema"}, {"$setOnInsert": {"value": str(version)}}, upsert=True)


def create_indexes(db: Database[Document]) -> None:
    """Create the indexes that are missing."""
    for name, indexes in _INDEXES.items():
        db[name].create_indexes(indexes)


def item_document(
    item: Item, image: Document | None, encoded: Sequence[str], more_images: Sequence[Document] = ()
) -> Document:
    """The document of ``item``: equal items give equal documents."""
    fields = asdict(item)
    document = {
        "_id": item.item_id,
        **{field.name: _plain(field, fields[field.name]) for field in FIELDS},
        "attributes": [[key, item.attributes[key]] for key in sorted(item.attributes)],
        "image": image,
        "encoded": list(encoded),
        "match": match_document(item),
        **more_fields(more_images),
    }
    return {**document, "digest": item_digest(document)}


def more_fields(more_images: Sequence[Document]) -> Document:
    """The fields of further images; an item without any has none."""
    return {"more_images": list(more_images), "image_count": 1 + len(more_images)} if more_images else {}


def _plain(field: Field, value: Any) -> Any:
    return float(value) if field.kind == "number" and value is not None else value


def as_current(document: Document) -> Document:
    """An item's document as the current version writes it: later fields are empty, and the image has its source."""
    missing = {field.name: field.empty for field in _LATER_FIELDS if field.name not in document}
    return _with_image_source({**document, **missing} if missing else document)


def _with_image_source(document: Document) -> Document:
    """Version 1 kept the digest of a reduced picture's original in an attribute."""
    image = document["image"]
    if image is None or "normalisation" in image:
        return document
    attributes = dict(document["attributes"])
    source = {"source_sha256": attributes.pop("image_source_sha256", ""), "normalisation": 0}
    return {**document, "attributes": [list(pair) for pair in attributes.items()], "image": {**image, **source}}


def document_item(document: Document) -> Item:
    """The item that ``item_document`` was given."""
    try:
        now = as_current(document)
        fields = {field.name: now[field.name] for field in FIELDS}
        item = Item(document["_id"], attributes=dict(now["attributes"]), **fields)
    except (LookupError, TypeError, ValueError) as error:
        raise damaged(f"item {document['_id']!r}") from error
    return sound_item(item)


def image_at(document: Document, position: int) -> Document | None:
    """What an item's document says of its image at ``position``, ``None`` where there is none."""
    if not position:
        reference: Document | None = _with_image_source(document)["image"]
        return reference
    more: list[Document] = document.get("more_images", [])
    return more[position - 1] if position <= len(more) else None


def images_of(document: Document) -> dict[int, Document]:
    """What an item's document says of its images, by position."""
    more = enumerate(document.get("more_images", []), start=1)
    return {position: image for position, image in ((0, document.get("image")), *more) if image is not None}


def document_image(document: Document, data: bytes, position: int = 0) -> ItemImage:
    """The image of an item's ``document`` at ``position``, whose bytes are ``data``."""
    try:
        image = ItemImage(data=data, **(image_at(document, position) or {}))
    except (LookupError, TypeError, ValueError) as error:
        raise damaged(f"the image of item {document['_id']!r}") from error
    return sound_image(document["_id"], image)


def image_source(document: Document, position: int = 0) -> ImageSource:
    """Where the image of an item's ``document`` at ``position`` came from."""
    image = document_image(document, b"", position)
    return ImageSource(image.sha256, image.source_sha256, image.normalisation)


def match_document(item: Item) -> Document:
    """What filters read of ``item``: case folded, so that a filter is a plain comparison."""
    folded: Document = {field.name: _folded(field, getattr(item, field.name)) for field in VALUE_FILTERS}
    numbers = {field.name: _plain(field, getattr(item, field.name)) for field in RANGE_FILTERS}
    # A word has no white space, so none is found that spans two of the joined fields.
    text = "\n".join(getattr(item, name) for name in SEARCHED).casefold()
    return {**folded, **numbers, "text": text, "model_id": item.model_id}


def _folded(field: Field, text: str) -> str | list[str]:
    """What a filter compares: several values as a list, of which one is enough."""
    return [field.fold(value) for value in field.values(text)] if field.many and text else field.fold(text)


def with_measured(document: Document, values: Mapping[str, Any]) -> Document:
    """The document of the same item with the measured ``values``."""
    changed = {**as_current(document), **values}
    changed["match"] = match_document(document_item(changed))
    return {**changed, "digest": item_digest(changed)}


def image_reference(image: ItemImage) -> Document:
    """What an item's document says of its image."""
    return {
        "sha256": image.sha256,
        "media_type": image.media_type,
        "width_px": image.width_px,
        "height_px": image.height_px,
        "source_sha256": image.source_sha256,
        "normalisation": image.normalisation,
    }


def image_key(item_id: str, sha256: str) -> Document:
    """The ``_id`` of an image."""
    return {"item_id": item_id, "sha256": sha256}


def embedding_key(space: str, item_id: str) -> Document:
    """The ``_id`` of an embedding."""
    return {"space": space, "item_id": item_id}


def space_range(space: str) -> Document:
    """A condition on ``_id`` that all embeddings of ``space`` meet, and no others; ascending is by item id."""
    return {"$gte": {"space": space, "item_id": ""}, "$lt": {"space": space, "item_id": MaxKey()}}


def of_position(position: int) -> Document:
    """A condition on ``space`` that the spaces of the images at ``position`` meet, and no others."""
    return {"$regex": rf"#{position}\z"} if position else {"$not": {"$regex": r"#[1-9][0-9]?\z"}}


def embedding_document(
    space: str, item_id: str, image_sha256: str, vector: NDArray[np.float32], match: Document
) -> Document:
    """The document of one vector (D,) float32."""
    document = {
        "_id": embedding_key(space, item_id),
        "space": space,
        "item_id": item_id,
        "image_sha256": image_sha256,
        "vector": to_binary(vector),
        "match": match,
    }
    return {**document, "digest": embedding_digest(document)}


def mapping_document(item_id: str, suggested: Sequence[str]) -> Document:
    """The document of one item's suggestions."""
    document = {"_id": item_id, "item_id": item_id, "rec_feature2": list(suggested)}
    return {**document, "digest": mapping_digest(document)}


def document_suggestions(document: Document) -> list[str]:
    """The suggested item ids; raises ``StoreError`` where they are invalid."""
    suggested = document.get("rec_feature2")
    if not isinstance(suggested, list) or not all(isinstance(other, str) for other in suggested):
        raise damaged(f"the mapping of item {document['_id']!r}")
    return suggested


def fact_key(key: str) -> str:
    """The ``_id`` of a stored fact."""
    return f"fact:{key}"


def fact_document(key: str, value: str) -> Document:
    """The document of a stored fact."""
    document = {"_id": fact_key(key), "value": value}
    return {**document, "digest": fact_digest(document)}


def item_digest(document: Document) -> bytes:
    """The digest of an item's document; ``encoded`` and ``match`` only repeat what is elsewhere.

    A field that a later version brought is a part of it only where it has a value, so a new field changes no digest.
    """
    later = ((field.name, document.get(field.name)) for field in _LATER_FIELDS)
    valued = (part for name, value in later if value not in ("", None) for part in (name, value))
    more = ("more_images", document["more_images"]) if "more_images" in document else ()
    return row_digest(*(document[name] for name in ("_id", *_FIRST_FIELDS, "attributes", "image")), *valued, *more)


def embedding_digest(document: Document) -> bytes:
    """The digest of an embedding's document; ``match`` only repeats the item's."""
    return row_digest(*(document[name] for name in ("_id", "space", "item_id", "image_sha256", "vector")))


def mapping_digest(document: Document) -> bytes:
    """The digest of an item's suggestions."""
    return row_digest(*(document[name] for name in ("_id", "item_id", "rec_feature2")))


def fact_digest(document: Document) -> bytes:
    """The digest of a stored fact."""
    return row_digest(document["_id"], document["value"])


def to_binary(vector: NDArray[np.float32]) -> Binary:
    """A vector (D,) float32 as a BSON binary vector."""
    return Binary(_FLOAT32_HEADER + vector.astype("<f4", copy=False).tobytes(), VECTOR_SUBTYPE)


def embedding_bytes(document: Document) -> bytes:
    """The little-endian float32 numbers of an embedding; raises ``StoreError`` where they are not what was written."""
    value = document.get("vector")
    changed = "digest" in document and document["digest"] != embedding_digest(document)
    if changed or not isinstance(value, bytes) or not value.startswith(_FLOAT32_HEADER):
        raise damaged(f"the vector of item {document['item_id']!r}")
    return bytes(value[len(_FLOAT32_HEADER) :])


def embedding_vectors(documents: Sequence[Document], dimension: int | None = None) -> NDArray[np.float32]:
    """The vectors (N, D) float32 of one space, by default of the dimension that most of them have.

    Raises ``StoreError`` where one is of another dimension, or not finite and of unit norm.
    """
    item_ids, vectors = [document["item_id"] for document in documents], [*map(embedding_bytes, documents)]
    return sound_vectors(item_ids, vectors, dimension or usual_dimension(vectors))


def usual_dimension(vectors: Iterable[bytes]) -> int:
    """The dimension D that most of ``vectors``, each 4 D bytes, have; 0 where there are none."""
    lengths = Counter(map(len, vectors))
    return lengths.most_common(1)[0][0] // 4 if lengths else 0


def from_binary(value: bytes) -> NDArray[np.float32]:
    """The vector (D,) float32 that ``to_binary`` was given."""
    return np.frombuffer(value, dtype="<f4", offset=len(_FLOAT32_HEADER))
