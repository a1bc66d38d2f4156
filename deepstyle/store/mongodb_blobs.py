"""The documents of all pictures in MongoDB; see ``PictureRows``."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from bson.binary import Binary
from bson.min_key import MinKey
from pymongo import UpdateOne
from pymongo.database import Database

from deepstyle.store.external.rows import PictureRow
from deepstyle.store.mongodb_connect import Document, translated
from deepstyle.store.mongodb_schema import image_key

_PAGE_ROWS: Final = 64
_EMPTY: Final = Binary(b"")


class MongoBlobs:
    """See ``PictureRows``; a key is an item's id and a hash. ``writable`` gives the database or raises."""

    def __init__(self, db: Callable[[], Database[Document]], writable: Callable[[], Database[Document]]) -> None:
        self._read = db
        self._write = writable

    @translated
    def count(self) -> int:
        """See ``PictureRows.count``."""
        return self._read()["images"].count_documents({}, hint="_id_")

    def pages(self) -> Iterator[list[PictureRow]]:
        """See ``PictureRows.pages``."""
        after: Any = MinKey()
        while page := self._page(after):
            yield page
            after = image_key(*page[-1].key)

    @translated
    def _page(self, after: Any) -> list[PictureRow]:
        found = self._read()["images"].find({"_id": {"$gt": after}}).sort("_id", 1).limit(_PAGE_ROWS)
        return [PictureRow((*one["_id"].values(),), one["_id"]["sha256"], bytes(one["data"])) for one in found]

    @translated
    def replace(self, rows: Sequence[PictureRow]) -> None:
        """See ``PictureRows.replace``; a key has the hash, and each row is a write of its own."""
        if rows:
            updates = [UpdateOne({"_id": image_key(*row.key)}, {"$set": {"data": Binary(row.data)}}) for row in rows]
            self._write()["images"].bulk_write(updates, ordered=False)

    def hashes(self, *, outside_alone: bool = False) -> Iterator[str]:
        """See ``PictureRows.hashes``; those that an unfinished write left without an item are among them."""
        after: Any = MinKey()
        while page := self._keys(after, {"data": _EMPTY} if outside_alone else {}):
            yield from (key["sha256"] for key in page)
            after = page[-1]

    @translated
    def _keys(self, after: Any, condition: Document) -> list[Document]:
        query = {"_id": {"$gt": after}, **condition}
        found = self._read()["images"].find(query, {"_id": 1}).sort("_id", 1).limit(10_000)
        return [one["_id"] for one in found]
