"""Read the vectors in MongoDB."""

from collections.abc import Sequence
from typing import Final

from pymongo.database import Database

from deepstyle.store.base import VectorBatch
from deepstyle.store.mongodb_connect import Document, pages
from deepstyle.store.mongodb_schema import embedding_key, embedding_vectors, images_of, space_range
from deepstyle.store.pictures import picture_position

AT_ONCE: Final = 4_000


def missing(db: Database[Document], space: str, after: str, limit: int) -> list[tuple[str, str]]:
    """The images without a vector; see ``Store.missing_vectors``."""
    position = picture_position(space)
    with_image = {"image_count": {"$gt": position}} if position else {"image": {"$ne": None}}
    query = {"_id": {"$gt": after}, **with_image, "encoded": {"$ne": space}}
    found = db["items"].find(query, {"image.sha256": 1, "more_images.sha256": 1}).sort("_id", 1).limit(limit)
    return [(document["_id"], images_of(document)[position]["sha256"]) for document in found]


def read(db: Database[Document], space: str, item_ids: Sequence[str] | None) -> VectorBatch:
    """The current vectors of ``space``; see ``Store.vectors``."""
    embeddings = db["embeddings"]
    if item_ids is None:
        found = [document for page in pages(embeddings, space_range(space), None, AT_ONCE) for document in page]
    else:
        keys = [embedding_key(space, item_id) for item_id in item_ids]
        by_id = {document["item_id"]: document for document in embeddings.find({"_id": {"$in": keys}})}
        found = [by_id[item_id] for item_id in item_ids if item_id in by_id]
    return VectorBatch(
        tuple(document["item_id"] for document in found),
        tuple(document["image_sha256"] for document in found),
        embedding_vectors(found),
    )
