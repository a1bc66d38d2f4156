"""What an index reads of a MongoDB store.

The oplog is the outbox. A row has no revision, so a *revision* is a time of the cluster, and which rows changed after
it is what the change stream says (``mongodb_journal``). What is promised, and why it holds:

*A search finds every write that was finished before it.* ``revision`` asks for the time of a majority read, which no
acknowledged write is after, and reads the stream up to it, whole transactions at a time. A write at or before the
position of the index was in the follower's journal when it acknowledged that position; a later one is in this
process's journal and so in the tail. Documents are read in a causally consistent session, not before that time, so a
change of primary shows no older state.

*Following is in order and may be repeated.* What changed is read as it is now, after the revision that will be
acknowledged was taken; a change during the reading is read again next time.

*A lost position is noticed.* Where the oplog no longer reaches back to the position (or the collection was dropped
since), or the position is after the server's time, ``knows`` says no: the index is then built beside the live one, and
searches compare a small space exactly and refuse a large one. A database that was restored to an older state, whose
new oplog may contain the position, does not verify: that is compared once per start and after each failure.

*Rows compare by content.* ``Row.revision`` and ``Held.revisions`` are 63 bits of a digest of what the row is made of.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import bson
import numpy as np
from numpy.typing import NDArray
from pymongo.client_session import ClientSession

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS, Item
from deepstyle.index.base import Held, Row, SpaceName
from deepstyle.index.conditions import row_values
from deepstyle.index.mongodb_journal import Journal, revision_of
from deepstyle.index.mongodb_keys import Keys, key_of
from deepstyle.index.mongodb_turn import leased_turn
from deepstyle.index.truth import READ_ROWS, Scored
from deepstyle.index.turn import Turn
from deepstyle.store.mongodb_connect import Document, connect, pages, translated
from deepstyle.store.mongodb_schema import embedding_bytes, embedding_key, embedding_vectors, space_range

HELD_ROWS: Final = 4000
EVERY: Final = 2**63
_SHOWN: Final = {
    **dict.fromkeys(("space", "item_id", "image_sha256", "vector", "digest"), 1),
    "match.model_id": 1,
    "match.colour": 1,
}


class MongoTruth:
    """See ``Truth``; reads the database at ``url``, and gives keys out in it."""

    def __init__(self, url: str) -> None:
        self._client, self._db = connect(url)
        self._embeddings = self._db["embeddings"]
        self._keys = Keys(self._db["index_keys"])
        self._guard = threading.Lock()
        self._journals: dict[str, Journal] = {}

    @translated
    def revision(self, space: SpaceName) -> int:
        """See ``Truth.revision``."""
        return self._journal(space).revision()

    @translated
    def knows(self, space: SpaceName, revision: int) -> bool:
        """See ``Truth.knows``."""
        return self._journal(space).covers(revision)

    def behind_s(self, space: SpaceName, revision: int) -> float:
        """See ``Truth.behind_s``; whole seconds."""
        return max(0, self.revision(space) - revision) / revision_of(1, 0)

    @translated
    def spaces(self) -> list[SpaceName]:
        """See ``Truth.spaces``; reads one document of each."""
        found: list[SpaceName] = []
        where: Document = {}
        while one := self._embeddings.find_one(where, {"item_id": 1, "vector": 1}, sort=[("_id", 1)]):
            found.append(_space_of(one))
            where = {"_id": {"$gte": space_range(found[-1].name)["$lt"]}}
        return found

    @translated
    def space(self, name: str) -> SpaceName | None:
        """See ``Truth.space``."""
        one = self._embeddings.find_one({"_id": space_range(name)}, {"item_id": 1, "vector": 1})
        return None if one is None else _space_of(one)

    @translated
    def count(self, space: SpaceName, limit: int) -> int:
        """See ``Truth.count``; reads an index."""
        return self._embeddings.count_documents({"_id": space_range(space.name)}, limit=limit)

    def rows(self, space: SpaceName, *, since: int = -1) -> Iterator[list[Row]]:
        """See ``Truth.rows``; gives each a key."""
        if since < 0:
            found = pages(self._embeddings, space_range(space.name), None, READ_ROWS)
            while everything := _next(found):
                yield self._rows(space, everything)
            return
        item_ids = self._after(space, since)
        for start in range(0, len(item_ids), READ_ROWS):
            if page := self._documents(space, item_ids[start : start + READ_ROWS], None):
                yield self._rows(space, page)

    @translated
    def gone(self, space: SpaceName, since: int) -> list[int]:
        """See ``Truth.gone``."""
        item_ids = self._after(space, since)
        there = {one["item_id"] for one in self._documents(space, item_ids, {"item_id": 1})}
        return sorted(self._keys.known([item_id for item_id in item_ids if item_id not in there]).values())

    @translated
    def scored(self, space: SpaceName, keys: Sequence[int]) -> Scored:
        """See ``Truth.scored``."""
        item_ids = self._keys.items(keys)
        return _scored(space, self._documents(space, [item_ids[key] for key in keys if key in item_ids], _SHOWN))

    @translated
    def changed(self, space: SpaceName, since: int, limit: int) -> Scored | None:
        """See ``Truth.changed``."""
        if since < 0:
            found = list(self._embeddings.find({"_id": space_range(space.name)}, _SHOWN).limit(limit + 1))
        else:
            found = self._documents(space, self._after(space, since), _SHOWN, limit + 1)
        return _scored(space, found) if len(found) <= limit else None

    @translated
    def changed_keys(self, space: SpaceName, since: int) -> list[int]:
        """See ``Truth.changed_keys``."""
        self.revision(space)
        return sorted(self._keys_of(self._after(space, since)))

    @translated
    def held(self, space: SpaceName, since: int) -> tuple[Held, NDArray[np.int64]]:
        """See ``Truth.held``; what changes while it is read is among the keys that changed."""
        keys: list[int] = []
        revisions: list[int] = []
        fields = {"item_id": 1, "digest": 1, "match": 1}
        for page in pages(self._embeddings, space_range(space.name), fields, HELD_ROWS):
            keys += self._keys_of([one["item_id"] for one in page])
            revisions += [_content_of(one) for one in page]
        changed = self.changed_keys(space, since)
        return Held(np.array(keys, np.int64), np.array(revisions, np.int64)), np.array(changed, np.int64)

    def turn(self) -> AbstractContextManager[Turn]:
        """See ``Truth.turn``: a lease in the collection ``index_leases``."""
        return leased_turn(self._db["index_leases"])

    def close(self) -> None:
        """See ``Truth.close``."""
        for journal in self._journals.values():
            journal.close()
        self._client.close()

    def _journal(self, space: SpaceName) -> Journal:
        with self._guard:
            if space.name not in self._journals:
                self._journals[space.name] = Journal(self._embeddings, space.name)
            return self._journals[space.name]

    def _after(self, space: SpaceName, since: int) -> list[str]:
        return sorted(self._journal(space).after(since))

    @translated
    def _rows(self, space: SpaceName, found: list[Document]) -> list[Row]:
        keys = self._keys.give([one["item_id"] for one in found])
        vectors = embedding_vectors(found, space.dimension)
        return [
            Row(keys[one["item_id"]], _content_of(one), vector, _values_of(one))
            for one, vector in zip(found, vectors, strict=True)
        ]

    def _keys_of(self, item_ids: Sequence[str]) -> list[int]:
        """The key of each item, or the one that it is likely to have."""
        known = self._keys.known(item_ids)
        return [known.get(item_id) or key_of(item_id, 0) for item_id in item_ids]

    @translated
    def _documents(
        self, space: SpaceName, item_ids: Sequence[str], fields: Document | None, limit: int = EVERY
    ) -> list[Document]:
        """The embeddings of those items that have one now, about ``limit`` at most."""
        found: list[Document] = []
        for start in range(0, len(item_ids), READ_ROWS):
            keys = [embedding_key(space.name, item_id) for item_id in item_ids[start : start + READ_ROWS]]
            with self._session(space) as session:
                found += self._embeddings.find({"_id": {"$in": keys}}, fields, session=session)
            if len(found) >= limit:
                break
        return found

    @contextmanager
    def _session(self, space: SpaceName) -> Iterator[ClientSession]:
        """Reads that see all that the journal of ``space`` has seen."""
        seen = self._journal(space).seen()
        with self._client.start_session(causal_consistency=True) as session:
            if seen is not None:
                session.advance_operation_time(seen)
            yield session


@translated
def _next(found: Iterator[list[Document]]) -> list[Document]:
    """The next page, empty where there is none."""
    return next(found, [])


def _space_of(one: Document) -> SpaceName:
    name, dimension = one["_id"]["space"], len(embedding_bytes(one)) // 4
    return SpaceName(name, key_of(f"{name}\0{dimension}", 0), dimension)


def _scored(space: SpaceName, found: Sequence[Document]) -> Scored:
    matches = [(one["item_id"], one.get("match", {})) for one in found]
    items = (Item(i, model_id=match.get("model_id", ""), colour=match.get("colour", "")) for i, match in matches)
    return Scored(tuple(items), embedding_vectors(found, space.dimension))


def _values_of(one: Document) -> dict[str, int | float | list[int]]:
    """What filters compare; a field that is newer than the document is empty."""
    match = one["match"]
    values = {field.name: match.get(field.name, field.empty) for field in (*VALUE_FILTERS, *RANGE_FILTERS)}
    values = {name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()}
    return row_values(one["item_id"], match["text"], {**values, "model_id": match.get("model_id", "")})


def _content_of(one: Document) -> int:
    """63 bits of what the row is made of; the digest, which version 1 did not write, covers vector and picture."""
    content = bson.encode({"digest": one.get("digest", b""), "match": one["match"]})
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big") >> 1
