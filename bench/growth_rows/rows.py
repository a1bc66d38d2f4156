"""The rows of the growth table: each takes an open store and returns its figures by name."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.growth_rows.build import packaged_space
from bench.growth_rows.catalogue import SHARES, draw, item_id, queries
from bench.growth_rows.filters import distinct_filters
from bench.growth_rows.memory import split_mib
from bench.growth_rows.truth import ASKED, EVERYTHING, K, exact, recall
from bench.growth_rows.workers import ask_mixed
from deepstyle.catalogue.item import ItemFilter
from deepstyle.store import Store, VectorBatch, open_store
from deepstyle.store.copy import copy_store
from deepstyle.store.embedded import EmbeddedStore

PUTS: Final = 100
FACETED: Final = 200
PRUNED: Final = 1000
_NEW_BATCH: Final = 1_000_000
"""A batch of drawn items that no catalogue has."""


@dataclass(frozen=True)
class Sized:
    """A copy of a built store that may be written to, and the built store that it is a copy of."""

    store: Store
    path: Path
    built: Path
    count: int
    space: str


T = TypeVar("T")
Figures = dict[str, float]
Row = Callable[[Sized], Figures]


def opened(path: Path, built: Path, count: int) -> tuple[Sized, Figures]:
    """The store in ``path``, and the seconds from the call that opens it to its first answered search."""
    space, query = packaged_space(), queries(1)[0]
    started_s = time.perf_counter()
    store = open_store(f"sqlite:///{path}")
    hits = store.search(space, query, k=K)
    taken_s = time.perf_counter() - started_s
    assert len(hits) == K, hits
    return Sized(store, path, built, count, space), {"open to first search, s": taken_s}


def memory(sized: Sized) -> Figures:
    """RSS after 1,000 mixed queries: half searches, then filtered ones, lists with facets, and items read."""
    ask_mixed(sized.store, sized.space, sized.count)
    found = split_mib(sized.path.parent)
    return {f"memory, {name}, MiB": value for name, value in found.items()}


def files(sized: Sized) -> Figures:
    """What the built store takes on disk."""
    beside = sum(path.stat().st_size for path in Path(f"{sized.built}.index").glob("*"))
    return {"file, MB": sized.built.stat().st_size / 1e6, "files beside it, MB": beside / 1e6}


def search(sized: Sized) -> Figures:
    """Search without a filter, and with one that 30 % and 1 % of the items pass; recall against all vectors."""
    best, asked = exact(sized.built, sized.count), queries(ASKED)
    found: Figures = {}
    for name, where in ((EVERYTHING, ItemFilter()), *SHARES.items()):
        label = "search" if name == EVERYTHING else f"search, {name} pass"
        first_ms = _timed_ms(lambda where=where: sized.store.search(sized.space, asked[0], k=K, where=where))[0]  # type: ignore[misc]
        times, hits = _asked(sized, asked, where)
        found |= {f"{label}, p50 ms": _p(times, 50), f"{label}, p95 ms": _p(times, 95)}
        found |= {f"{label}, first ms": first_ms} if name != EVERYTHING else {}
        found[f"{label}, recall@10"] = recall(hits, best[name])
    return found


def _asked(sized: Sized, asked: NDArray[np.float32], where: ItemFilter) -> tuple[list[float], list[list[str]]]:
    times, found = [], []
    for query in asked:
        taken_ms, hits = _timed_ms(lambda query=query: sized.store.search(sized.space, query, k=K, where=where))  # type: ignore[misc]
        times.append(taken_ms)
        found.append([hit.item_id for hit in hits])
    return times, found


def browse(sized: Sized) -> Figures:
    """A page of 24 with total and facets, for 200 filters of which none was asked before; by item and by product."""
    filters = distinct_filters(3 * FACETED)[FACETED:]  # the row about memory has asked the first ones
    others = filters[FACETED:]
    by_item = [_timed_ms(lambda w=w: sized.store.browse(w, limit=24))[0] for w in filters[:FACETED]]  # type: ignore[misc]
    by_product = [_timed_ms(lambda w=w: sized.store.browse(w, limit=24, group_by="product"))[0] for w in others]  # type: ignore[misc]
    found = {"browse": by_item, "browse by product": by_product}
    return {f"{name}, {p} ms": _p(times, at) for name, times in found.items() for p, at in (("p50", 50), ("p95", 95))}


def put(sized: Sized) -> Figures:
    """An item, then its vector, then the first search, which has to find it: 100 times."""
    entries, batch = draw(_NEW_BATCH, prefix="new-")
    totals, parts = [], []
    for at in range(PUTS):
        entry, name = entries[at], batch.item_ids[at]
        one = VectorBatch((name,), (batch.image_sha256s[at],), batch.vectors[at : at + 1])
        times = [
            _timed_ms(lambda e=entry: sized.store.put([e]))[0],  # type: ignore[misc]
            _timed_ms(lambda o=one: sized.store.put_vectors(sized.space, o))[0],  # type: ignore[misc]
        ]
        search_ms, hits = _timed_ms(lambda v=batch.vectors[at]: sized.store.search(sized.space, v, k=K))  # type: ignore[misc]
        assert hits[0].item_id == name, (name, hits[:2])
        totals.append(sum(times) + search_ms)
        parts.append([*times, search_ms])
    put_ms, vectors_ms, search_ms = np.median(parts, axis=0)
    return {
        "put until visible, p50 ms": _p(totals, 50),
        "put until visible, p95 ms": _p(totals, 95),
        "… the put, p50 ms": float(put_ms),
        "… its vector, p50 ms": float(vectors_ms),
        "… the search, p50 ms": float(search_ms),
    }


def delete(sized: Sized) -> Figures:
    """One item, until a search no longer finds it, 100 times; then 1,000 items in one call."""
    times = []
    for at in range(PUTS):
        name = item_id(at * 7)
        vector = sized.store.vectors(sized.space, [name]).vectors[0]
        started_s = time.perf_counter()
        sized.store.delete([name])
        hits = sized.store.search(sized.space, vector, k=K)
        times.append(1000 * (time.perf_counter() - started_s))
        assert name not in [hit.item_id for hit in hits]
    many = [item_id(sized.count - 1 - at) for at in range(PRUNED)]
    pruned_ms, _ = _timed_ms(lambda: sized.store.delete(many))
    return {
        "delete until gone, p50 ms": _p(times, 50),
        "delete until gone, p95 ms": _p(times, 95),
        "prune 1,000, ms": pruned_ms,
    }


def encode_state(sized: Sized) -> Figures:
    """What `encode` asks first: which pictures lack a vector, of a store where none does, and of a new space."""
    none_ms, missing = _timed_ms(lambda: sized.store.missing_vectors(sized.space))
    assert not missing
    fresh_ms, missing = _timed_ms(lambda: sized.store.missing_vectors("another", limit=1024))
    assert missing
    summary_ms, _ = _timed_ms(sized.store.summary)
    return {
        "encode state, complete, ms": none_ms,
        "encode state, new space, ms": fresh_ms,
        "summary after a write, ms": summary_ms,
    }


def batches(sized: Sized) -> Figures:
    """Import and encode write batches into the store as it is: microseconds an item."""
    entries, batch = draw(_NEW_BATCH + 1, prefix="later-")
    put_ms, _ = _timed_ms(lambda: sized.store.put(entries))
    vectors_ms, _ = _timed_ms(lambda: sized.store.put_vectors(sized.space, batch))
    each = 1000 / len(entries)
    return {"import, µs an item": put_ms * each, "vectors, µs an item": vectors_ms * each}


def index(sized: Sized) -> Figures:
    """The index of all vectors, from nothing."""
    if not isinstance(sized.store, EmbeddedStore):
        return {}
    store = sized.store
    return {"build the index, s": _timed_ms(lambda: store.build_index(sized.space))[0] / 1000}


def copy(sized: Sized) -> Figures:
    """Copy into a new SQLite store, verified."""
    target_path = sized.path.with_name("copied.db")
    with open_store(f"sqlite:///{target_path}") as target:
        taken_ms, _ = _timed_ms(lambda: copy_store(sized.store, target))
    return {"copy, s": taken_ms / 1000}


def _timed_ms(work: Callable[[], T]) -> tuple[float, T]:
    started_s = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - started_s), result


def _p(times: Sequence[float], at: float) -> float:
    return float(np.percentile(times, at))


READING: Final[dict[str, Row]] = {"files": files, "search": search, "browse": browse, "encode": encode_state}
WRITING: Final[dict[str, Row]] = {"put": put, "delete": delete, "import": batches, "copy": copy, "index": index}
ROWS: Final[dict[str, Row]] = {"memory": memory, **READING, **WRITING}
"""By name, in the order in which they are measured; "open" comes before each."""
