"""Lay a whole catalogue out in clusters, and find the suggestions of every item in batches that survive a kill."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.choice import SUGGESTIONS, choose
from deepstyle.compatibility.large.candidates import ranked_partners
from deepstyle.compatibility.large.codes import Codes, write_codes
from deepstyle.compatibility.large.inputs import pages
from deepstyle.compatibility.large.layout import Group, Layout, Matrix, arrange
from deepstyle.compatibility.large.state import FORMAT, NONE, ROWS, State, connect, discard, open_state, write_layout
from deepstyle.compatibility.scoring import Rows
from deepstyle.platform import usable_cores
from deepstyle.store.base import Store
from deepstyle.store.changes import FollowedStore

BATCH: Final = 4096
"""How many items are compared at once; a killed run loses as many for each core."""
_UNORDERED: Final = "unordered.f32"

Found = list[tuple[tuple[int, ...], float]]
"""For each item the rows that are suggested, best first, and the score of the worst, -1 where there are fewer."""


def build_state(store: Store, space: str, folder: Path) -> State | None:
    """Read the catalogue and lay it out in ``folder``, without suggestions yet; ``None`` where it has no vectors."""
    discard(folder)
    folder.mkdir(parents=True, exist_ok=True)
    revision = store.revision() if isinstance(store, FollowedStore) else 0
    item_ids, groups, of_group, products, width = _read(store, space, folder / _UNORDERED)
    if not item_ids:
        return None
    shape = (len(item_ids), width)
    unordered = np.memmap(folder / _UNORDERED, np.float32, "r", shape=shape)
    layout, former = arrange(unordered, groups, of_group, products, folder / ROWS)
    del unordered
    (folder / _UNORDERED).unlink()
    keys = _keys(store, item_ids)
    database = connect(folder)
    named = ((row, item_ids[at], keys[at]) for row, at in enumerate(former.tolist()))
    database.executemany("INSERT INTO item VALUES (?, ?, ?)", named)
    facts = {"format": FORMAT, "space": space, "revision": str(revision)}
    database.executemany("INSERT INTO fact VALUES (?, ?)", facts.items())
    database.commit()
    database.close()
    write_codes(folder, layout)
    write_layout(folder, layout)
    del layout
    return open_state(folder)


def _read(store: Store, space: str, path: Path) -> tuple[list[str], tuple[Group, ...], Rows, NDArray[np.int64], int]:
    """Write the rows of all items to ``path``; return their ids, groups, group numbers and products, and E."""
    item_ids: list[str] = []
    numbers: dict[Group, int] = {}
    of_group: list[NDArray[np.int64]] = []
    products: list[NDArray[np.int64]] = []
    width = 0
    with path.open("wb") as file:
        for page_ids, facts in pages(store, space):
            if page_ids:
                item_ids += page_ids
                found = [numbers.setdefault(group, len(numbers)) for group in facts.groups]
                of_group.append(np.array(found, np.int64))
                products.append(facts.products)
                width = facts.stored.shape[1]
                file.write(facts.stored.tobytes())
    empty = [np.empty(0, np.int64)]
    return item_ids, tuple(numbers), np.concatenate(of_group or empty), np.concatenate(products or empty), width


def _keys(store: Store, item_ids: list[str]) -> list[int]:
    """The store's keys of items, 0 where it has none."""
    if not isinstance(store, FollowedStore):
        return [0] * len(item_ids)
    keys = store.item_keys()
    return [keys.get(item_id, 0) for item_id in item_ids]


def find(layout: Layout, codes: Codes, rows: Rows) -> Found:
    """The suggestions of ``rows``, in their order."""
    found: dict[int, tuple[tuple[int, ...], float]] = {}
    for group in np.unique(layout.of_group[rows]):
        own = rows[layout.of_group[rows] == group]
        for start in range(0, len(own), BATCH):
            block = own[start : start + BATCH]
            found.update(zip(block.tolist(), _chosen(layout, codes, block), strict=True))
    return [found[row] for row in rows.tolist()]


def _chosen(layout: Layout, codes: Codes, block: Rows) -> Iterator[tuple[tuple[int, ...], float]]:
    for rows, scores in ranked_partners(layout, codes, block):
        names, products = rows.tolist(), layout.products[rows].tolist()
        categories = [layout.groups[number][0] for number in layout.of_group[rows].tolist()]
        chosen = choose(list(zip(categories, names, products, strict=True)))
        worst = float(scores[np.isin(rows, chosen)].min()) if len(chosen) == SUGGESTIONS else -1.0
        yield chosen, worst


def fill_state(state: State, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Find the suggestions of the batches that are not finished yet; return how many items were computed."""
    layout, total = state.layout, len(state.layout.base)
    bounds = _batches(layout)
    finished = state.finished()
    left = [batch for batch in bounds if batch[0] not in finished]
    done = total - sum(stop - start for start, stop in left)
    computed = 0

    def of_batch(batch: tuple[int, int]) -> tuple[NDArray[np.int32], Matrix]:
        found = find(layout, state.codes, np.arange(*batch))
        partners = np.array([[*rows, *[NONE] * (SUGGESTIONS - len(rows))] for rows, _ in found], np.int32)
        return partners, np.array([worst for _, worst in found], np.float32)

    with ThreadPoolExecutor(usable_cores()) as pool:
        for batch, (partners, worst) in zip(left, pool.map(of_batch, left), strict=True):
            state.finish_batch(batch[0], partners, worst)
            computed += len(partners)
            if on_progress:
                on_progress(done + computed, total)
    return computed


def _batches(layout: Layout) -> list[tuple[int, int]]:
    """First row and end of each batch, all of one group: rows of a group lie beside each other."""
    of_group = layout.of_group[: len(layout.base)]
    edges = [*np.flatnonzero(np.diff(of_group, prepend=-1)).tolist(), len(of_group)]
    spans = pairwise(edges)
    return [(at, min(at + BATCH, stop)) for start, stop in spans for at in range(start, stop, BATCH)]
