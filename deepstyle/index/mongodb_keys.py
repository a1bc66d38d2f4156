"""The whole numbers that stand for items in an index, whose rows have no other keys.

A key is 63 bits of the SHA-256 of the item's id. The collection ``index_keys`` says whose it is (``_id``: the key): an
item whose key is another's takes the next one of its own series. A key is given out once and for good, so what is read
here may be remembered for as long as one likes; each item that was ever indexed costs one small document.
"""

import hashlib
import threading
from collections.abc import Sequence
from typing import Final

from pymongo import InsertOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from deepstyle.store.mongodb_connect import Document

REMEMBERED_MAX: Final = 100_000
_DUPLICATE: Final = 11_000


class Keys:
    """The keys in ``collection``, for any thread and any number of processes."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection
        self._guard = threading.Lock()
        self._remembered: dict[int, str] = {}

    def give(self, item_ids: Sequence[str]) -> dict[str, int]:
        """The key of each item, given out where it has none."""
        return self._resolved(item_ids, gives=True)

    def known(self, item_ids: Sequence[str]) -> dict[str, int]:
        """The keys of those items that have one."""
        return self._resolved(item_ids, gives=False)

    def items(self, keys: Sequence[int]) -> dict[int, str]:
        """The ids of the items that have these keys."""
        remembered = self._remembered
        found = {key: item_id for key in keys if (item_id := remembered.get(key)) is not None}
        if missing := [key for key in keys if key not in found]:
            read = {one["_id"]: one["item_id"] for one in self._collection.find({"_id": {"$in": missing}})}
            with self._guard:
                if len(self._remembered) + len(read) > REMEMBERED_MAX:
                    self._remembered = {}
                self._remembered.update(read)
            found |= read
        return found

    def _resolved(self, item_ids: Sequence[str], *, gives: bool) -> dict[str, int]:
        found: dict[str, int] = {}
        turn, wanted = 0, list(dict.fromkeys(item_ids))
        while wanted:
            keys = {item_id: key_of(item_id, turn) for item_id in wanted}
            owners = self.items(list(keys.values()))
            if gives and (new := {key: item_id for item_id, key in keys.items() if key not in owners}):
                self._insert([InsertOne({"_id": key, "item_id": item_id}) for key, item_id in new.items()])
                owners = self.items(list(keys.values()))
            found |= {item_id: key for item_id, key in keys.items() if owners.get(key) == item_id}
            wanted = [item_id for item_id, key in keys.items() if owners.get(key, item_id) != item_id]
            turn += 1
        return found

    def _insert(self, rows: list[InsertOne[Document]]) -> None:
        try:
            self._collection.bulk_write(rows, ordered=False)
        except BulkWriteError as error:  # another process has given the same key out
            if any(one["code"] != _DUPLICATE for one in error.details["writeErrors"]):
                raise


def key_of(item_id: str, turn: int) -> int:
    """The key that an item has where ``turn`` of its keys are of other items."""
    digest = hashlib.sha256(f"{item_id}\0{turn}".encode() if turn else item_id.encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
