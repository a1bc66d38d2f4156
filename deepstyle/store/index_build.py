"""Building the index of a large space: in as few dimensions as find each query's nearest neighbours.

A scan takes time in proportion to its dimensions. How many are needed depends on the catalogue: photos of one kind of
thing vary in few directions, and noise in all. So it is measured, on queries like a shopper's: vectors of the catalogue
itself, and means of two of them, which lie between products as a new photo does; among all rows, and among some that
lie side by side, as those of one category do, most of which are far from the query.
"""

import contextlib
from collections.abc import Iterator
from typing import Final

import numpy as np
import turbovec  # type: ignore[import-untyped]
from numpy.typing import NDArray

from deepstyle.store.index import PROPOSALS_MIN, Index
from deepstyle.store.rows import Rows

BIT_WIDTH: Final = 4
CALIBRATION_ROWS: Final = 4096
ADDED_ROWS: Final = 16_384
REDUCED_FROM: Final = 500_000
"""Below so many rows, a scan of all dimensions takes less than what follows it."""
REDUCED_MAX: Final = 2048
"""Vectors with more dimensions are not reduced: finding their directions takes too long."""
PARTS: Final = (4, 2)
"""The parts of all dimensions that are tried, the smallest first."""
BASIS_ROWS: Final = 8192
QUERIES: Final = 64
NEIGHBOURS: Final = 10
RECALL_MIN: Final = 0.98
SHELF: Final = 0.1


def built_index(rows: Rows) -> Index:
    """The index of ``rows`` (N, D), in their order and without codes; D is a multiple of 8."""
    dimension = rows.shape[1]
    if len(rows) < REDUCED_FROM or dimension > REDUCED_MAX:
        return Index(quantised(rows))
    directions, asked = _directions(rows), _queries(rows)
    shelf = slice(len(rows) // 2, len(rows) // 2 + max(1, int(SHELF * len(rows))))
    nearest = [(part, _nearest(rows, asked, part)) for part in (slice(0, len(rows)), shelf)]
    for part in PARTS:
        if (reduced := dimension // part // 8 * 8) == 0:
            continue
        basis = np.ascontiguousarray(directions[:, :reduced])
        index = Index(quantised(rows, basis), basis)
        if all(_recall(index, asked, among, best) >= RECALL_MIN for among, best in nearest):
            return index
    return Index(quantised(rows))


def quantised(vectors: Rows, basis: NDArray[np.float32] | None = None) -> turbovec.TurboQuantIndex:
    """A calibrated 4-bit index of ``vectors`` (P, D), or of their products with ``basis``, in their order."""
    native = turbovec.TurboQuantIndex(vectors.shape[1] if basis is None else basis.shape[1], BIT_WIDTH)
    with contextlib.suppress(ValueError):  # a sample without any spread; calibrating only improves the proposals
        native.calibrate(_projected(_sample(vectors, CALIBRATION_ROWS), basis))
    for _, block in _blocks(vectors, slice(0, len(vectors))):
        native.add(_projected(block, basis))
    native.prepare()
    return native


def _projected(vectors: NDArray[np.float32], basis: NDArray[np.float32] | None) -> NDArray[np.float32]:
    return vectors if basis is None else vectors @ basis


def _sample(vectors: Rows, count: int) -> NDArray[np.float32]:
    chosen = np.random.default_rng(0).choice(len(vectors), min(count, len(vectors)), replace=False)
    return vectors[np.sort(chosen)]


def _directions(rows: Rows) -> NDArray[np.float32]:
    """(D, D): the directions in which ``rows`` are largest, the first first; products are the same in all of them."""
    sample = _sample(rows, BASIS_ROWS)
    _, directions = np.linalg.eigh(sample.T @ sample)  # ascending
    return np.asarray(directions[:, ::-1], np.float32)


def _queries(rows: Rows) -> NDArray[np.float32]:
    """(2 * QUERIES, D) of unit norm: rows, then means of two."""
    some = _sample(rows, 3 * QUERIES)
    some = np.random.default_rng(1).permutation(some)
    means = some[QUERIES : 2 * QUERIES] + some[2 * QUERIES :]
    found = np.concatenate([some[:QUERIES], means])
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(lengths, 1e-12), np.float32)


def _nearest(rows: Rows, queries: NDArray[np.float32], among: slice) -> NDArray[np.int64]:
    """(Q, NEIGHBOURS) places of the rows ``among`` all that have the largest products with each of ``queries``."""
    values = np.empty((len(queries), 0), np.float32)
    places = np.empty((len(queries), 0), np.int64)
    for start, block in _blocks(rows, among):
        values = np.concatenate([values, queries @ block.T], axis=1)
        places = np.concatenate([places, np.tile(np.arange(start, start + len(block)), (len(queries), 1))], axis=1)
        best = np.argpartition(-values, min(NEIGHBOURS, values.shape[1]) - 1, axis=1)[:, :NEIGHBOURS]
        values, places = np.take_along_axis(values, best, axis=1), np.take_along_axis(places, best, axis=1)
    return places


def _blocks(rows: Rows, among: slice) -> Iterator[tuple[int, NDArray[np.float32]]]:
    for start in range(among.start, among.stop, ADDED_ROWS):
        yield start, rows[start : min(start + ADDED_ROWS, among.stop)]


def _recall(index: Index, queries: NDArray[np.float32], among: slice, best: NDArray[np.int64]) -> float:
    """The lower of the two kinds' recalls of ``best``: that of rows, and that of means."""
    places = np.zeros(len(index), bool)
    places[among] = True
    mask = None if places.all() else places
    found = [
        np.isin(expected, index.propose(query, PROPOSALS_MIN // 4, mask)).mean()
        for query, expected in zip(queries, best, strict=True)
    ]
    return float(min(np.mean(found[:QUERIES]), np.mean(found[QUERIES:])))
