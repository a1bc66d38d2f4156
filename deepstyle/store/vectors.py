"""The vectors of one space in memory, and search among them.

A snapshot is immutable: vectors added later go into spare rows of the same matrix, beyond the ``count`` of earlier
snapshots; a vector that is deleted or replaced is only marked as not ``alive``. So searching threads need no lock.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.store.base import ItemFilter
from deepstyle.store.columns import CACHED_FILTERS, Columns
from deepstyle.store.index import Index

SPARE: Final = 1.25
COMPACT_BEYOND: Final = 0.25
# A float32 dot product of unit vectors is off by less than this; what lies closer to the k-th is compared in float64.
ROUNDING: Final = 1e-5
# Gathering a scattered row costs about four times as much as reading it in passing.
GATHER_BELOW: Final = 0.25
BLOCK_ROWS: Final = 4096
# Where fewer rows than this are read, handing half of them to another thread costs more than it saves.
SPLIT_FROM: Final = 8192
# Where fewer rows than this may be returned, comparing them all is as fast as the index.
EXACT_BELOW: Final = 1024

# (vector_key, item_key, revision, float32 bytes), as read from SQLite
Row = tuple[int, int, int, bytes]


@dataclass(frozen=True)
class Allowed:
    """The ``rows`` (M) int64, ascending, that a search may return; ``places`` are the same as a mask over the index."""

    rows: NDArray[np.int64]
    places: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Space:
    """The first ``count`` rows of ``matrix`` (capacity, D) float32 and of the three (capacity) int64 arrays beside it.

    Rows are in ascending ``vector_keys``, which is the order in which they were written; ``alive`` (count) bool says
    which are current. ``index`` covers the rows below ``indexed``; ``index_rows`` (P) int64 is the row of each of its
    places, -1 where that row no longer exists.
    """

    space_key: int
    count: int
    matrix: NDArray[np.float32]
    vector_keys: NDArray[np.int64]
    item_keys: NDArray[np.int64]
    revisions: NDArray[np.int64]
    alive: NDArray[np.bool_]
    index: Index | None = None
    index_rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    indexed: int = 0
    _allowed: dict[ItemFilter, Allowed] = field(default_factory=dict)

    @property
    def dimension(self) -> int:
        """D."""
        return int(self.matrix.shape[1])

    def allowed(self, columns: Columns, where: ItemFilter) -> Allowed:
        """The rows that are current and whose items match; cached for the snapshot's lifetime."""
        known = self._allowed.get(where)
        if known is None:
            if len(self._allowed) >= CACHED_FILTERS:
                self._allowed.clear()
            mask = columns.mask(where)[self.item_keys[: self.count]] & self.alive
            places = None if self.index is None else (self.index_rows >= 0) & mask[self.index_rows]
            if places is not None and places.all():
                places = None
            known = self._allowed[where] = Allowed(np.flatnonzero(mask), places)
        return known


def empty_space(space_key: int, dimension: int, expected: int) -> Space:
    """A space without vectors and with room for ``expected``."""
    capacity = max(1024, int(expected * SPARE))
    return Space(
        space_key=space_key,
        count=0,
        matrix=np.empty((capacity, dimension), np.float32),
        vector_keys=np.empty(capacity, np.int64),
        item_keys=np.empty(capacity, np.int64),
        revisions=np.empty(capacity, np.int64),
        alive=np.empty(0, bool),
    )


def void_items(space: Space, voided: Sequence[int]) -> Space:
    """A new snapshot without the vectors of the items ``voided``; dead rows are dropped once they are a quarter."""
    if not voided or not space.count:
        return space
    keys = space.item_keys[: space.count]
    touched = np.zeros(int(max(keys.max(), *voided)) + 1, bool)
    touched[list(voided)] = True
    space = replace(space, alive=space.alive & ~touched[keys], _allowed={})
    dead = space.count - int(space.alive.sum())
    return _copied(space, np.flatnonzero(space.alive)) if dead > max(1024, COMPACT_BEYOND * space.count) else space


def append_rows(space: Space, rows: Sequence[Row]) -> Space:
    """A new snapshot with ``rows`` after those that are there.

    Only one thread at a time may derive snapshots from a space, and only from the newest.
    """
    if not rows:
        return space
    fresh = slice(space.count, space.count + len(rows))
    if fresh.stop > len(space.matrix):
        space = _copied(space, np.arange(space.count), fresh.stop)
    joined = b"".join(row[3] for row in rows)
    space.matrix[fresh] = np.frombuffer(joined, np.float32).reshape(len(rows), space.dimension)
    space.vector_keys[fresh] = [row[0] for row in rows]
    space.item_keys[fresh] = [row[1] for row in rows]
    space.revisions[fresh] = [row[2] for row in rows]
    return replace(space, count=fresh.stop, alive=np.append(space.alive, np.ones(len(rows), bool)), _allowed={})


def attach_index(space: Space, index: Index) -> Space:
    """A new snapshot that searches by ``index``; unchanged where a row that it should cover is not what it has seen."""
    keys = space.vector_keys[: space.count]
    indexed = int(np.searchsorted(keys, index.vector_keys.max(), side="right"))
    rows = np.searchsorted(keys, index.vector_keys)
    rows[(rows >= space.count) | (keys[np.minimum(rows, space.count - 1)] != index.vector_keys)] = -1
    covered = np.count_nonzero(rows >= 0) == indexed and space.revisions[:indexed].max(initial=0) <= index.revision
    if not covered:
        return space
    return replace(space, index=index, index_rows=rows, indexed=indexed, _allowed={})


def search_space(space: Space, query: NDArray[np.float64], allowed: Allowed, k: int) -> list[tuple[int, float]]:
    """Item key and cosine of the ``k`` best allowed rows and of all that tie with the last of them, in any order.

    ``query`` (D,) is of unit norm. What the index proposes is scored again, from the float32 vectors.
    """
    if not allowed.rows.size:
        return []
    narrow = query.astype(np.float32)
    if space.index is None or allowed.rows.size <= EXACT_BELOW:
        rows = _best(space, narrow, allowed.rows, k)
    else:
        proposed = space.index_rows[space.index.propose(narrow, k, allowed.places)]
        since = allowed.rows[np.searchsorted(allowed.rows, space.indexed) :]
        rows = np.concatenate([proposed, _best(space, narrow, since, k, start=space.indexed)])
    similarities = np.clip(_scored(space.matrix, rows, query), -1, 1)
    keep = similarities >= _kth(similarities, k)
    return list(zip(space.item_keys[rows[keep]].tolist(), similarities[keep].tolist(), strict=True))


def _best(
    space: Space, query: NDArray[np.float32], rows: NDArray[np.int64], k: int, start: int = 0
) -> NDArray[np.int64]:
    """The ``k`` best of ``rows``, which lie at or past ``start``, and all that might tie with the last of them."""
    if not rows.size:
        return rows
    if rows.size < GATHER_BELOW * (space.count - start):
        similarities = space.matrix[rows] @ query
    else:
        similarities = _products(space.matrix[start : space.count], query)
        if rows.size < len(similarities):
            similarities = similarities[rows - start]
    return rows[similarities >= _kth(similarities, k) - ROUNDING]


def _products(matrix: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """``matrix @ query`` (M,), large ones by two threads: one core alone cannot read as fast as memory delivers."""
    if len(matrix) < SPLIT_FROM:
        return matrix @ query
    half = len(matrix) // 2
    rest = _second_half().submit(np.matmul, matrix[half:], query)
    return np.concatenate([matrix[:half] @ query, rest.result()])


@cache
def _second_half() -> ThreadPoolExecutor:
    """The second thread, shared by concurrent searches."""
    return ThreadPoolExecutor(1, thread_name_prefix="deepstyle-search")


def _scored(matrix: NDArray[np.float32], rows: NDArray[np.int64], query: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M,) float64 dot products; equal vectors get equal values, which a BLAS product does not promise."""
    blocks = range(0, len(rows), BLOCK_ROWS)
    return np.concatenate([np.vecdot(matrix[rows[start : start + BLOCK_ROWS]], query) for start in blocks])


def _kth(values: NDArray[np.floating], k: int) -> float:
    """The ``k``-th largest value; the smallest where there are fewer."""
    place = max(0, len(values) - k)
    return float(np.partition(values, place)[place])


def _copied(space: Space, rows: NDArray[np.int64], expected: int = 0) -> Space:
    """The same space with only ``rows``, in new arrays with room for ``expected``."""
    new = empty_space(space.space_key, space.dimension, max(expected, len(rows)))
    for old_array, new_array in (
        (space.matrix, new.matrix),
        (space.vector_keys, new.vector_keys),
        (space.item_keys, new.item_keys),
        (space.revisions, new.revisions),
    ):
        np.take(old_array, rows, axis=0, out=new_array[: len(rows)], mode="clip")
    new = replace(new, count=len(rows), alive=space.alive[rows])
    return attach_index(new, space.index) if space.index is not None and new.count else new
