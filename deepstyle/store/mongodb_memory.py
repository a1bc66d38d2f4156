"""Exact search for a server without ``$vectorSearch``: one space in memory, synchronised through a change stream.

The snapshots are those of the embedded store (``columns``, ``vectors``); the keys that SQLite gives out there are
counted here. Every process that searches has its own copy: 2 KiB per vector of 512 numbers.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pymongo
from bson.timestamp import Timestamp
from numpy.typing import NDArray
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, OperationFailure

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import StoreError
from deepstyle.store.base import Hit, ItemFilter
from deepstyle.store.check import check_dimension, damaged, sound_vectors
from deepstyle.store.columns import Columns, empty_columns, update_columns
from deepstyle.store.columns import Row as ColumnsRow
from deepstyle.store.mongodb_connect import Document, call_timeout_s, pages
from deepstyle.store.mongodb_schema import embedding_bytes, space_range, usual_dimension
from deepstyle.store.mongodb_watch import StreamLostError, Watch, committed_time
from deepstyle.store.nearest import nearest
from deepstyle.store.vectors import Row as VectorRow
from deepstyle.store.vectors import Space, append_rows, empty_space, void_items

LOAD_AT_ONCE: Final = 4_000
_FIELDS: Final = ("item_id", "vector", "match")


class SpaceMemory:
    """The current vectors of one space; any number of threads may search."""

    def __init__(self, embeddings: Collection[Document], space: str) -> None:
        self._embeddings = embeddings
        self._name = space
        self._guard = threading.Lock()
        self._watch: Watch | None = None
        self._copy = SpaceCopy()

    def search(
        self, query: NDArray[np.float64], k: int, where: ItemFilter, exclude: Sequence[str], group_by: GroupBy
    ) -> list[Hit]:
        """The ``k`` best by cosine among those that match; ``query`` (D,) is of unit norm. See ``Store.search``."""
        columns, space = self._current()
        if space is None or not space.alive.any():
            return []
        check_dimension(query, self._name, space.dimension)
        return nearest(columns, space, query, k=k, where=where, exclude=exclude, group_by=group_by)

    def close(self) -> None:
        """Release the change stream; the memory cannot be searched afterwards."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def _current(self) -> tuple[Columns, Space | None]:
        """A snapshot that holds every write finished before this call; waits one call's timeout at most."""
        deadline = time.monotonic() + call_timeout_s(self._embeddings)
        now = committed_time(self._embeddings)
        if not self._guard.acquire(timeout=max(0.01, deadline - time.monotonic())):
            raise StoreError("the vectors are still being read from MongoDB.", remedy="Try again in a few seconds.")
        try:
            self._follow(now, deadline)
            return self._copy.columns, self._copy.space
        finally:
            self._guard.release()

    def _follow(self, now: Timestamp, deadline: float) -> None:
        """Bring the copy to ``now``; read everything where there is none, or the server cannot say what changed."""
        if self._watch is not None:
            try:
                with pymongo.timeout(max(0.01, deadline - time.monotonic())):
                    self._watch.catch_up(now, self._copy.take)
            except ConnectionFailure:
                raise  # the stream resumes with what was missed once the server is back
            except (OperationFailure, StreamLostError) as error:
                if isinstance(error, OperationFailure) and error.timeout:
                    raise
                self._watch = None
        if self._watch is None:
            self._load()
        self._copy.apply()

    def _load(self) -> None:
        """Read the whole space, page by page, then what changed in the meantime."""
        copy = self._copy = SpaceCopy()
        of_space = {"documentKey._id.space": self._name}
        ended = {"operationType": {"$in": ["drop", "rename", "dropDatabase"]}}
        shape = {"operationType": 1, "clusterTime": 1, "documentKey": 1, "updateDescription.updatedFields.match": 1}
        shape |= {f"fullDocument.{name}": 1 for name in _FIELDS}
        stages: list[Document] = [{"$match": {"$or": [of_space, ended]}}, {"$project": shape}]
        watch = Watch(self._embeddings, stages, committed_time(self._embeddings))
        for page in pages(self._embeddings, space_range(self._name), dict.fromkeys(_FIELDS, 1), LOAD_AT_ONCE):
            for document in page:
                copy.take_document(document)
            copy.apply()
        watch.catch_up(committed_time(self._embeddings), copy.take)
        self._watch = watch


class SpaceCopy:
    """The vectors of a space as snapshots: ``take`` notes changes, ``apply`` derives the next snapshot from them."""

    def __init__(self) -> None:
        self.columns: Columns = empty_columns()
        self.space: Space | None = None
        self._item_keys: dict[str, int] = {}
        self._item_keys_given = 0
        self._vectors: dict[str, bytes] = {}
        self._matches: dict[str, Document | None] = {}

    def take(self, event: Document) -> None:
        """Note one event of the change stream; raises ``StreamLostError`` where the collection itself was dropped."""
        kind = event["operationType"]
        if kind not in {"insert", "replace", "update", "delete"}:
            raise StreamLostError(f"the embeddings ended with a {kind}")
        item_id = event["documentKey"]["_id"]["item_id"]
        if kind == "delete":
            self._vectors.pop(item_id, None)
            self._matches[item_id] = None
        elif kind == "update":
            changed = event.get("updateDescription", {}).get("updatedFields", {})
            if "match" in changed:  # a migration may have given the document something that is not read here
                self._matches[item_id] = changed["match"]
        else:
            self.take_document(event["fullDocument"])

    def take_document(self, document: Document) -> None:
        """Note an embedding as it is now."""
        self._vectors[document["item_id"]] = embedding_bytes(document)
        self._matches[document["item_id"]] = document["match"]

    def apply(self) -> None:
        """Derive the next snapshot; the old one stays unchanged for threads that still search it.

        Raises ``StoreError`` where a vector is damaged, and again until it is replaced or deleted.
        """
        if not self._matches:
            return
        dimension = usual_dimension(self._vectors.values())
        sound_vectors([*self._vectors], [*self._vectors.values()], dimension)
        vectors, matches = self._vectors, self._matches
        self._vectors, self._matches = {}, {}
        gone = [item_id for item_id, match in matches.items() if match is None and item_id in self._item_keys]
        void = [self._item_keys[item_id] for item_id in [*gone, *vectors] if item_id in self._item_keys]
        gone_keys = [self._item_keys.pop(item_id) for item_id in gone]
        rows = [_columns_row(self._item_key(i), i, match) for i, match in matches.items() if match is not None]
        self.columns = update_columns(self.columns, gone_keys, rows)
        if self.space is not None:
            self.space = replace(void_items(self.space, void), _allowed={})
        self._append([(self._item_keys[item_id], data) for item_id, data in vectors.items()], dimension)

    def _append(self, rows: list[VectorRow], dimension: int) -> None:
        if rows:
            if self.space is None or self.space.dimension != dimension:
                self.space = empty_space(0, dimension, len(rows))
            self.space = append_rows(self.space, rows)

    def _item_key(self, item_id: str) -> int:
        if item_id not in self._item_keys:
            self._item_keys_given += 1
            self._item_keys[item_id] = self._item_keys_given
        return self._item_keys[item_id]


def _columns_row(key: int, item_id: str, match: Document) -> ColumnsRow:
    """What filters read of an item; a field that is newer than the document is empty."""
    try:
        filtered = (match.get(field.name, field.empty) for field in (*VALUE_FILTERS, *RANGE_FILTERS))
        values = (",".join(value) if isinstance(value, list) else value for value in filtered)
        return (key, 0, item_id, match["text"], match.get("model_id", ""), "", *values)
    except (LookupError, TypeError, AttributeError) as error:
        raise damaged(f"what filters read of item {item_id!r}") from error
