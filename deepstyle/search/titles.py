"""The titles of a catalogue in memory, each distinct one once, and the items that have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import turbovec  # type: ignore[import-untyped]
from numpy.typing import NDArray

INDEX_FROM: Final = 20_000
"""Fewer distinct titles than this are compared one by one."""
BIT_WIDTH: Final = 4
OVERSAMPLE: Final = 4
BLOCK_ROWS: Final = 16_384

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Titles:
    """``vectors`` (T, D) of unit norm are those of the distinct titles that are computed, float16 where they are many.

    ``item_ids`` (N) ascend, ``rows`` (N) is the title of each, -1 where it has none yet; ``index`` proposes titles.
    """

    item_ids: Sequence[str]
    rows: NDArray[np.int64]
    vectors: NDArray[np.floating]
    index: turbovec.TurboQuantIndex | None = None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {item_id: place for place, item_id in enumerate(self.item_ids)}

    @cached_property
    def _by_title(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The places (N,) of the items by title, and where those of each title begin (T + 1,)."""
        order = np.argsort(self.rows, kind="stable")
        return order, np.searchsorted(self.rows[order], np.arange(len(self.vectors) + 1))

    def best(self, query: Vector, k: int) -> tuple[list[str], list[float]]:
        """The items of the ``k`` titles nearest to ``query`` (D,), with their cosines; all where there are fewer."""
        rows, scores = self._nearest(query, k)
        order, starts = self._by_title
        counts = starts[rows + 1] - starts[rows]
        before = np.cumsum(counts) - counts
        places = order[np.repeat(starts[rows] - before, counts) + np.arange(counts.sum())]
        return [self.item_ids[place] for place in places.tolist()], np.repeat(scores, counts).tolist()

    def ranked(self, query: Vector, item_ids: Sequence[str]) -> tuple[list[str], list[float]]:
        """Those of ``item_ids`` that have a title, nearest to ``query`` (D,) first, with their cosines."""
        places = np.array([self._places.get(item_id, -1) for item_id in item_ids], np.int64)
        given = np.flatnonzero((places >= 0) & (self.rows[places] >= 0)) if len(self.rows) else places[:0]
        scores = self.vectors[self.rows[places[given]]].astype(np.float32) @ query
        order = np.argsort(-scores, kind="stable")
        return [item_ids[at] for at in given[order].tolist()], scores[order].tolist()

    def _nearest(self, query: Vector, k: int) -> tuple[NDArray[np.int64], Vector]:
        """The ``k`` nearest titles (k,) and their cosines (k,), nearest first."""
        k = min(k, len(self.vectors))
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self.index is None or OVERSAMPLE * k >= len(self.vectors):
            blocks = [self.vectors[at : at + BLOCK_ROWS] for at in range(0, len(self.vectors), BLOCK_ROWS)]
            scores = np.concatenate([block.astype(np.float32, copy=False) @ query for block in blocks])
            rows = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
            scores = scores[rows]
        else:
            _, found = self.index.search(query[None], OVERSAMPLE * k)
            rows = np.asarray(found[0], np.int64)
            scores = self.vectors[rows].astype(np.float32) @ query
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]


def index_titles(title_of: Mapping[str, bytes], known: Sequence[bytes], vectors: NDArray[np.floating]) -> Titles:
    """The titles ``known``, whose ``vectors`` are (T, D); ``title_of`` has each item's title, by ascending item id."""
    row_of = {title: row for row, title in enumerate(known)}
    rows = np.array([row_of.get(title, -1) for title in title_of.values()], np.int64)
    if len(known) < INDEX_FROM:
        return Titles(tuple(title_of), rows, vectors.astype(np.float32))
    return Titles(tuple(title_of), rows, vectors, _index(vectors))


def _index(matrix: NDArray[np.floating]) -> turbovec.TurboQuantIndex:
    index = turbovec.TurboQuantIndex(matrix.shape[1], BIT_WIDTH)
    index.calibrate(matrix[:: max(1, len(matrix) // 4096)].astype(np.float32))
    for start in range(0, len(matrix), BLOCK_ROWS):
        index.add(matrix[start : start + BLOCK_ROWS].astype(np.float32))
    index.prepare()
    return index
