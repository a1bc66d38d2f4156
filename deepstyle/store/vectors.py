"""The vectors of one space, and search among them.

A snapshot is immutable: vectors added later go into spare rows of the same tail, beyond the ``count`` of earlier
snapshots; a vector that is deleted or replaced is only marked as not ``alive``. So searching threads need no lock.
"""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from deepstyle.store.base import ItemFilter
from deepstyle.store.columns import Columns, cached_masks
from deepstyle.store.index import Index
from deepstyle.store.rows import Rows, blocks

SPARE: Final = 1.25
SPARE_ROWS: Final = 1024
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

F = TypeVar("F", bound=np.floating)
Row = tuple[int, bytes]
"""(item_key, float32 bytes)."""


@dataclass(frozen=True)
class Allowed:
    """``mask`` (count) bool is true for the rows that a search may return; ``size`` is how many these are."""

    mask: NDArray[np.bool_]
    size: int
    indexed: int

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The allowed rows (M,), ascending."""
        return np.flatnonzero(self.mask)

    @cached_property
    def tail(self) -> NDArray[np.int64]:
        """The allowed rows past those that are indexed, ascending."""
        return np.flatnonzero(self.mask[self.indexed :]) + self.indexed

    @cached_property
    def places(self) -> NDArray[np.bool_] | None:
        """The mask over the indexed rows; ``None`` where all are allowed."""
        places = self.mask[: self.indexed]
        return None if places.all() else places


@dataclass(frozen=True)
class Space:
    """The rows of ``base`` (B, D), then those of ``tail`` (capacity, D) float32: together the first ``count``.

    ``item_keys`` (B + capacity) int64 are their items; ``alive`` (count) bool says which are current. ``row_of`` int32
    is the row of each item's vector, by item key, -1 where it has none; snapshots share it, and only the newest is
    right. ``index`` is of all rows of ``base``, in its order.
    """

    space_key: int
    base: Rows
    tail: NDArray[np.float32]
    item_keys: NDArray[np.int64]
    row_of: NDArray[np.int32]
    alive: NDArray[np.bool_]
    index: Index | None = None
    _allowed: dict[ItemFilter, Allowed] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of rows, dead ones included."""
        return len(self.alive)

    @property
    def dimension(self) -> int:
        """D."""
        return int(self.tail.shape[1])

    @property
    def indexed(self) -> int:
        """How many rows the index has: the first ones."""
        return 0 if self.index is None else len(self.base)

    def allowed(self, columns: Columns, where: ItemFilter) -> Allowed:
        """The rows that are current and whose items match; cached for the snapshot's lifetime."""
        known = self._allowed.get(where)
        if known is None:
            if len(self._allowed) >= cached_masks(self.count):
                self._allowed.clear()
            mask = self.alive  # whose items exist: what deletes an item voids its vectors
            if not where.is_empty:
                mask = columns.are_matching(where, self.item_keys[: self.count]) & self.alive
            known = self._allowed[where] = Allowed(mask, int(np.count_nonzero(mask)), self.indexed)
        return known


def empty_space(space_key: int, dimension: int, expected: int) -> Space:
    """A space without vectors and with room for ``expected``."""
    base = np.empty((0, dimension), np.float32)
    return space_over(space_key, base, np.empty(0, np.int64), max(SPARE_ROWS, int(expected * SPARE)))


def space_over(space_key: int, base: Rows, item_keys: NDArray[np.int64], spare: int = SPARE_ROWS) -> Space:
    """The space of the rows ``base`` (B, D), which are those of the items ``item_keys`` (B), and room for ``spare``."""
    count, items = len(item_keys), int(item_keys.max(initial=0)) + 1
    row_of = np.full(items + spare, -1, np.int32)
    row_of[item_keys] = np.arange(count, dtype=np.int32)
    keys = np.empty(count + spare, np.int64)
    keys[:count] = item_keys
    tail = np.empty((spare, base.shape[1]), np.float32)
    return Space(space_key, base, tail, keys, row_of, np.ones(count, bool))


def void_items(space: Space, voided: Sequence[int]) -> Space:
    """A new snapshot without the vectors of the items ``voided``.

    Of a space without a base, dead rows are dropped once they are a quarter; a base is replaced by who wrote it.
    """
    keys = np.array(voided, np.int64)
    keys = keys[keys < len(space.row_of)]
    keys = keys[space.row_of[keys] >= 0]
    if not keys.size:
        return space
    alive = space.alive.copy()
    alive[space.row_of[keys]] = False
    space.row_of[keys] = -1
    space = replace(space, alive=alive, _allowed={})
    if len(space.base):
        return space
    dead = space.count - int(np.count_nonzero(alive))
    return _compacted(space) if dead > max(SPARE_ROWS, COMPACT_BEYOND * space.count) else space


def append_rows(space: Space, rows: Sequence[Row]) -> Space:
    """A new snapshot with ``rows`` after those that are there.

    Only one thread at a time may derive snapshots from a space, and only from the newest.
    """
    if not rows:
        return space
    item_keys, vectors = [row[0] for row in rows], b"".join(row[1] for row in rows)
    fresh = slice(space.count, space.count + len(rows))
    space = _with_room(space, fresh.stop, max(item_keys) + 1)
    start = fresh.start - len(space.base)
    matrix = np.frombuffer(vectors, np.float32).reshape(len(rows), space.dimension)
    space.tail[start : start + len(rows)] = matrix
    space.item_keys[fresh] = item_keys
    space.row_of[item_keys] = np.arange(fresh.start, fresh.stop, dtype=np.int32)
    return replace(space, alive=np.append(space.alive, np.ones(len(rows), bool)), _allowed={})


def search_space(
    space: Space, query: NDArray[np.float64], allowed: Allowed, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Item keys and cosines (M,) of the ``k`` best allowed rows and of all that tie with the last, in any order.

    ``query`` (D,) is of unit norm. What the index proposes is scored again, from the float32 vectors.
    """
    if not allowed.size:
        return np.empty(0, np.int64), np.empty(0)
    narrow = query.astype(np.float32)
    if space.index is None or allowed.size <= EXACT_BELOW:
        rows = _best(space, narrow, allowed.rows, k)
    else:
        proposed = space.index.propose(narrow, k, allowed.places)
        rows = np.concatenate([proposed, _best(space, narrow, allowed.tail, k, start=space.indexed)])
    similarities = np.clip(_scored(space, rows, query), -1, 1)
    keep = similarities >= _kth(similarities, k)
    return space.item_keys[rows[keep]], similarities[keep]


def _best(
    space: Space, query: NDArray[np.float32], rows: NDArray[np.int64], k: int, start: int = 0
) -> NDArray[np.int64]:
    """The ``k`` best of ``rows``, which lie at or past ``start``, and all that might tie with the last of them.

    ``start`` is 0 or where the tail begins.
    """
    if not rows.size:
        return rows
    if rows.size < GATHER_BELOW * (space.count - start):
        similarities = _in_blocks(rows, lambda some: _vectors(space, some) @ query)
    else:
        parts = itertools.chain(() if start else blocks(space.base), [space.tail[: space.count - len(space.base)]])
        products = [_products(part, query) for part in parts if len(part)]
        similarities = np.concatenate(products) if len(products) > 1 else products[0]
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


def _scored(space: Space, rows: NDArray[np.int64], query: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M,) float64 dot products; equal vectors get equal values, which a BLAS product does not promise."""
    return _in_blocks(rows, lambda some: np.vecdot(_vectors(space, some), query))


def _in_blocks(rows: NDArray[np.int64], work: Callable[[NDArray[np.int64]], NDArray[F]]) -> NDArray[F]:
    """``work`` on ``rows`` in pieces, so that few of their vectors are in memory at once."""
    return np.concatenate([work(rows[start : start + BLOCK_ROWS]) for start in range(0, len(rows), BLOCK_ROWS)])


def _vectors(space: Space, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(M, D) of the ``rows`` (M), in any order."""
    in_base = len(space.base)
    if not in_base:
        return space.tail[rows]
    of_tail = rows >= in_base
    if not of_tail.any():
        return space.base[rows]
    found = np.empty((len(rows), space.dimension), np.float32)
    found[of_tail] = space.tail[rows[of_tail] - in_base]
    found[~of_tail] = space.base[rows[~of_tail]]
    return found


def _kth(values: NDArray[np.floating], k: int) -> float:
    """The ``k``-th largest value; the smallest where there are fewer."""
    place = max(0, len(values) - k)
    return float(np.partition(values, place)[place])


def _with_room(space: Space, rows: int, items: int) -> Space:
    """The same space with room for ``rows`` rows and ``items`` item keys."""
    if items > len(space.row_of):
        row_of = np.full(int(items * SPARE), -1, np.int32)
        row_of[: len(space.row_of)] = space.row_of
        space = replace(space, row_of=row_of)
    in_base, count = len(space.base), space.count
    if rows - in_base > len(space.tail):
        capacity = int((rows - in_base) * SPARE)
        tail, keys = np.empty((capacity, space.dimension), np.float32), np.empty(in_base + capacity, np.int64)
        tail[: count - in_base], keys[:count] = space.tail[: count - in_base], space.item_keys[:count]
        space = replace(space, tail=tail, item_keys=keys)
    return space


def _compacted(space: Space) -> Space:
    """The same space, which has no base, without its dead rows."""
    rows = np.flatnonzero(space.alive)
    new = empty_space(space.space_key, space.dimension, len(rows))
    np.take(space.tail, rows, axis=0, out=new.tail[: len(rows)], mode="clip")
    new.item_keys[: len(rows)] = space.item_keys[rows]
    new = _with_room(new, len(rows), len(space.row_of))
    new.row_of[new.item_keys[: len(rows)]] = np.arange(len(rows), dtype=np.int32)
    return replace(new, alive=np.ones(len(rows), bool))
