"""Read the pictures of items from MongoDB."""

from collections.abc import Sequence
from typing import Final

from pymongo.database import Database

from deepstyle.errors import StoreError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import ImageSource
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.mongodb_schema import SOURCE_FIELDS, document_image, image_at, image_key, image_source, images_of

_SEVERAL: Final = {"image_count": {"$gt": 1}}


def read_picture(db: Database[Document], item_id: str, position: int) -> ItemImage | None:
    """The picture of the item at ``position``; see ``Store.image``."""
    for _ in range(5):
        item = db["items"].find_one({"_id": item_id}, SOURCE_FIELDS)
        if item is None or image_at(item, position) is None:
            return None
        found = db["images"].find_one({"_id": image_key(item_id, image_source(item, position).sha256)})
        if found is not None:
            return document_image(item, bytes(found["data"]), position)
        # Replaced between the two reads: the item's document names the new one by now.
    raise StoreError(f"the image of item {item_id!r} is not there.", remedy="Import the item again.")


def read_sources(db: Database[Document], item_ids: Sequence[str]) -> dict[str, tuple[ImageSource, ...]]:
    """Where the further pictures came from; see ``Store.more_image_sources``."""
    found = db["items"].find({"_id": {"$in": list(item_ids)}, **_SEVERAL}, SOURCE_FIELDS)
    return {
        document["_id"]: tuple(image_source(document, position) for position in images_of(document) if position)
        for document in found
    }


def most_images(db: Database[Document]) -> int:
    """The most pictures that an item has, at least 1; read from an index."""
    found = db["items"].find_one(_SEVERAL, {"image_count": 1}, sort=[("image_count", -1)])
    return int(found["image_count"]) if found else 1


def count_more_images(db: Database[Document]) -> int:
    """Number of further pictures of all items."""
    total = {"$group": {"_id": None, "n": {"$sum": {"$subtract": ["$image_count", 1]}}}}
    found = next(iter(db["items"].aggregate([{"$match": _SEVERAL}, total])), None)
    return int(found["n"]) if found else 0
