"""Milvus as a vector index: one collection per space behind an alias, filtered HNSW search.

The row of ``STATE_KEY`` in a collection says up to which revision it has everything (``revision``), and the time of
Milvus (``moment``) from which on a search shows all of that. A search asks for at least that time, so it is as good as
a strong one up to the revision, and waits for nothing: the time is past. Only a Milvus that was started anew has to
read its log again up to that time. It has other numbers of nodes, the ``run`` of a position.
"""

import hashlib
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import IndexUnavailableError
from deepstyle.index.base import Condition, Held, Position, Row, SpaceName
from deepstyle.index.milvus_client import Client, MilvusError
from deepstyle.index.milvus_schema import STATE_KEY, expression, schema_of, state_row

POSITION_TTL_S: Final = 0.5
BUILD_TIMEOUT_S: Final = 600.0
SEALED_FROM: Final = 20_000
"""Fewer rows are searched well without an HNSW graph."""
EF_MIN: Final = 128
"""The least breadth of a graph search."""
HELD_ROWS: Final = 16_000
_HEAD_ONLY: Final = f"key == {STATE_KEY}"
_ROWS_ONLY: Final = f"key > {STATE_KEY}"


@dataclass(frozen=True, slots=True)
class _Read:
    """A position, when it was read, and the client's doubts before that."""

    position: Position | None
    read_s: float
    doubts: int


class MilvusIndex:
    """See ``VectorIndex``; collections are named ``<prefix>_<space>_<number>``, for any thread."""

    def __init__(self, client: Client, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._guard = threading.Lock()
        self._positions: dict[SpaceName, _Read] = {}
        self._acknowledged: dict[str, int] = {}

    def count(self, position: Position, without: Sequence[int]) -> int:
        """See ``VectorIndex.count``."""
        where = f"{_ROWS_ONLY} and key not in {list(without)}" if without else _ROWS_ONLY
        return int(self._query(position.place, where, ["count(*)"], position.moment)[0]["count(*)"])

    def position(self, space: SpaceName, *, fresh: bool = False) -> Position | None:
        """See ``VectorIndex.position``; read every ``POSITION_TTL_S`` at most, unless ``fresh``."""
        known = self._sure(space)
        if known is not None and not fresh and time.monotonic() - known.read_s < POSITION_TTL_S:
            return known.position
        if not self._guard.acquire(blocking=known is None or known.position is None or fresh):
            return known.position if known else None  # another thread reads it
        try:
            read = None if known or fresh else self._sure(space)  # another thread has read it
            if read is None:
                read = self._positions[space] = self._read_position(space)
        finally:
            self._guard.release()
        return read.position

    def propose(
        self, position: Position, query: NDArray[np.float64], k: int, conditions: Sequence[Condition]
    ) -> list[int]:
        """See ``VectorIndex.propose``."""
        found = self._client.call(
            "search",
            position.place,
            [query.astype(np.float32)],
            filter=" and ".join([_ROWS_ONLY, *map(expression, conditions)]),
            limit=k,
            search_params={"params": {"ef": max(EF_MIN, 2 * k)}},
            consistency_level="Customized",
            guarantee_timestamp=position.moment or 1,
        )
        return list(dict.fromkeys(int(hit["id"]) for hit in found[0]))

    def create(self, space: SpaceName) -> Position:
        """See ``VectorIndex.create``."""
        live = self._live(space)
        taken = self._collections(space)
        for name in taken:
            if name != live:
                self._client.call("drop_collection", name, timeout=BUILD_TIMEOUT_S)
        number = 1 + max((int(name.rpartition("_")[2]) for name in taken), default=0)
        place = f"{self._alias(space)}_{number}"
        schema, index = schema_of(space)
        self._client.call(
            "create_collection",
            place,
            schema=schema,
            index_params=index,
            num_shards=1,  # what is written stays in order
            consistency_level="Bounded",
            timeout=BUILD_TIMEOUT_S,
        )
        return Position(-1, place)

    def write(self, place: str, rows: Sequence[Row], gone: Sequence[int]) -> None:
        """See ``VectorIndex.write``."""
        if gone:
            self._client.delete(place, list(gone))
        if rows:
            data = [
                {"key": row.key, "revision": row.revision, "moment": 0, "vector": row.vector, **row.values}
                for row in rows
            ]
            self._client.upsert(place, data)

    def acknowledge(self, place: str, revision: int) -> Position:
        """See ``VectorIndex.acknowledge``."""
        dimension = self._client.dimension(place)
        # Later than every finished write, also those of other processes, and deletions, of which Milvus says no time.
        written = self._client.now()
        moment = self._client.upsert(place, [state_row(dimension, revision, written)])
        self._acknowledged[place] = moment
        return Position(revision, place, moment)

    def settle(self, place: str) -> None:
        """See ``VectorIndex.settle``; small collections are searched as they are."""
        rows = self._client.call("get_collection_stats", place)["row_count"]
        if rows < SEALED_FROM and self._count(place) < SEALED_FROM:
            return
        self._client.call("flush", place, timeout=BUILD_TIMEOUT_S)
        self._client.call("refresh_load", place, timeout=BUILD_TIMEOUT_S)
        self._client.wait_indexed(place, BUILD_TIMEOUT_S)

    def held(self, position: Position) -> Held:
        """See ``VectorIndex.held``; read in ranges of keys, so that no answer is larger than Milvus allows."""
        pages: list[list[tuple[int, int]]] = []
        after = STATE_KEY
        while True:
            rows = self._query(position.place, f"key > {after}", ["key", "revision"], position.moment, HELD_ROWS)
            pages.append([(int(row["key"]), int(row["revision"])) for row in rows])
            if len(rows) < HELD_ROWS:
                break
            after = max(key for key, _ in pages[-1])
        found = np.array([pair for page in pages for pair in page], np.int64).reshape(-1, 2)
        return Held(found[:, 0], found[:, 1])

    def publish(self, space: SpaceName, position: Position) -> None:
        """See ``VectorIndex.publish``: the alias is switched."""
        former = self._live(space)
        self._client.call("alter_alias" if former else "create_alias", position.place, self._alias(space))
        self._positions.pop(space, None)
        for name in self._collections(space):
            if name != position.place:
                self._client.call("drop_collection", name, timeout=BUILD_TIMEOUT_S)

    def retain(self, spaces: Iterable[SpaceName]) -> None:
        """See ``VectorIndex.retain``."""
        kept = tuple(f"{self._alias(space)}_" for space in spaces)
        for name in self._client.call("list_collections"):
            if name.startswith(f"{self._prefix}_s") and not name.startswith(kept):
                for alias in self._client.call("list_aliases", name)["aliases"]:
                    self._client.call("drop_alias", alias)
                self._client.call("drop_collection", name, timeout=BUILD_TIMEOUT_S)

    def close(self) -> None:
        """See ``VectorIndex.close``."""
        self._client.close()

    def _alias(self, space: SpaceName) -> str:
        """The name of the live collection: a space's name may have any characters, and may come again."""
        digest = hashlib.blake2b(f"{space.key} {space.name}".encode(), digest_size=8).hexdigest()
        return f"{self._prefix}_s{digest}"

    def _collections(self, space: SpaceName) -> list[str]:
        return [name for name in self._client.call("list_collections") if name.startswith(f"{self._alias(space)}_")]

    def _live(self, space: SpaceName) -> str | None:
        try:
            return str(self._client.call("describe_alias", self._alias(space))["collection_name"])
        except MilvusError as error:
            if error.is_missing:
                return None
            raise

    def _sure(self, space: SpaceName) -> _Read | None:
        """What was last read, unless Milvus may have been started anew since."""
        known = self._positions.get(space)
        return known if known is not None and known.doubts == self._client.doubts else None

    def _read_position(self, space: SpaceName) -> _Read:
        place = self._live(space)
        doubts = self._client.doubts  # after the first answer, which ends a pause
        if place is None:
            return _Read(None, time.monotonic(), doubts)
        run = self._run(place)
        rows = self._query(place, _HEAD_ONLY, ["revision", "moment"], self._acknowledged.get(place, 0), 10)
        if not rows:
            raise IndexUnavailableError(f"the collection {place} does not say where it stands.")
        newest = max(rows, key=lambda row: int(row["revision"]))
        position = Position(int(newest["revision"]), place, int(newest["moment"]), run)
        return _Read(position, time.monotonic(), doubts)

    def _run(self, place: str) -> str:
        """The numbers of the nodes that hold ``place``: a node has another one each time that it starts."""
        replicas = self._client.call("describe_replica", place)
        return " ".join(str(node) for node in sorted(node for replica in replicas for node in replica.group_nodes))

    def _count(self, place: str) -> int:
        rows = self._client.call(
            "query", place, filter=_ROWS_ONLY, output_fields=["count(*)"], consistency_level="Strong"
        )
        return int(rows[0]["count(*)"])

    def _query(
        self, place: str, where: str, fields: list[str], moment: int, limit: int | None = None
    ) -> list[dict[str, Any]]:
        level: dict[str, Any] = {"consistency_level": "Customized", "guarantee_timestamp": moment or 1}
        if limit is not None:
            level["limit"] = limit
        return list(self._client.call("query", place, filter=where, output_fields=fields, **level))
