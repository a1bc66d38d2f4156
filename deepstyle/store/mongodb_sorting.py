"""The orders of ``browse`` as expressions on an item's document."""

import math
from dataclasses import dataclass
from typing import Any, Final

from deepstyle.catalogue.item import ItemFilter
from deepstyle.store.mongodb_connect import Document
from deepstyle.store.mongodb_filter import compared
from deepstyle.store.sorting import Sort, pack_place, read_place

_ADDED: Final[Document] = {"$toLong": {"$dateFromString": {"dateString": "$added_at"}}}
_PRODUCT: Final[Document] = {"$cond": [{"$gt": ["$match.model_id", ""]}, "$match.model_id", "$_id"]}


@dataclass(frozen=True, slots=True)
class SortedBy:
    """An order of the items within ``where``; ``currency`` is that of most prices."""

    sort: Sort
    where: ItemFilter
    currency: str

    @property
    def value(self) -> Any:
        """What an item is sorted by, ascending, before its id."""
        if self.sort == "id":
            return {"$literal": 0}
        if self.sort == "mixed":
            return {"$toHashedIndexKey": _PRODUCT}
        if self.sort == "new":
            return {"$cond": [{"$gt": ["$added_at", ""]}, {"$multiply": [-1, _ADDED]}, math.inf]}
        currencies = compared(self.where, self.currency)
        has_price = {"$and": [{"$ne": ["$price", None]}, {"$in": [{"$ifNull": ["$match.currency", None]}, currencies]}]}
        price = "$price" if self.sort == "price" else {"$multiply": [-1, "$price"]}
        return {"$cond": [has_price, price, math.inf]}

    def following(self, after: str) -> Document:
        """The condition of what follows the place ``after``, on a document of ``_id`` and ``value``."""
        if not after:
            return {}
        if self.sort == "id":
            return {"_id": {"$gt": after}}
        value, item_id = read_place(after)
        return {"$or": [{"value": {"$gt": value}}, {"value": value, "_id": {"$gt": item_id}}]}

    def place(self, document: Document) -> str:
        """The place of a document of ``_id`` and ``value``."""
        return document["_id"] if self.sort == "id" else pack_place(document["value"], document["_id"])
