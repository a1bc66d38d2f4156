"""The exact nearest items of the queries, by comparing all vectors; saved beside the store."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.growth_rows.catalogue import SHARES, batches, item_id, queries
from deepstyle.catalogue.item import Item, ItemFilter

K: Final = 10
ASKED: Final = 300
EVERYTHING: Final = "all"


def exact(path: Path, count: int) -> Mapping[str, NDArray[np.int64]]:
    """For each filter, "all" and those of ``SHARES``, the rows (ASKED, K) nearest to ``queries(ASKED)``, best first."""
    saved = path.with_name(f"{path.stem}.truth.npz")
    if not saved.exists():
        np.savez(saved, **_compared(count))  # type: ignore[arg-type]
    with np.load(saved) as arrays:
        return {name: arrays[name] for name in arrays.files}


def recall(found: list[list[str]], best: NDArray[np.int64]) -> float:
    """The mean share of the ``best`` (N, K) rows that are among ``found``."""
    shares = [
        len(set(ids) & {item_id(row) for row in rows.tolist()}) / len(rows)
        for ids, rows in zip(found, best, strict=True)
    ]
    return float(np.mean(shares))


def _compared(count: int) -> dict[str, NDArray[np.int64]]:
    asked = queries(ASKED)
    names = (EVERYTHING, *SHARES)
    scores = {name: np.empty((ASKED, 0), np.float32) for name in names}
    rows = {name: np.empty((ASKED, 0), np.int64) for name in names}
    first = 0
    for entries, batch in batches(count):
        products = asked @ batch.vectors.T
        numbers = np.arange(first, first + len(entries))
        for name in names:
            chosen = np.array([_passes(entry.item, SHARES.get(name)) for entry in entries])
            found = np.hstack([scores[name], products[:, chosen]])
            at = np.hstack([rows[name], np.broadcast_to(numbers[chosen], (ASKED, int(chosen.sum())))])
            order = np.argsort(-found, axis=1, kind="stable")[:, :K]
            scores[name] = np.take_along_axis(found, order, axis=1)
            rows[name] = np.take_along_axis(at, order, axis=1)
        first += len(entries)
    return rows


def _passes(item: Item, where: ItemFilter | None) -> bool:
    if where is None:
        return True
    return (not where.genders or item.gender in where.genders) and (
        not where.materials or item.material in where.materials
    )
