"""How fast and how exact searches through Milvus are, and how soon a write is found."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.milvus_runs.items import BATCH, SPACE, drawn, id_of, opened, put
from deepstyle.catalogue.item import ItemFilter
from deepstyle.index.follower import follow, verify
from deepstyle.index.indexed import IndexedStore

K: Final = 10
CLIENTS: Final = 8
QUERIES: Final = 300
COMPARED: Final = 100
WRITES: Final = 30
FILTERS: Final = {
    "all": ItemFilter(),
    "30 %": ItemFilter(price_min=0, price_max=29),
    "1 %": ItemFilter(semantic_categories=("c7",)),
}


def speed(url: str, vector_index: str, items: int, dimension: int) -> None:
    """Write what the store lacks, build the index, search, write on."""
    with opened(url, vector_index) as shop:
        for first in range(shop.store.count(), items, BATCH):
            numbers = range(first, min(items, first + BATCH))
            put(shop.store, numbers, drawn(len(numbers), dimension, 1 + first))
        space = shop.truth.space(SPACE)
        assert space is not None
        started_s, started_cpu_s = time.perf_counter(), time.process_time()
        found = verify(shop.truth, shop.index, space, follow(shop.truth, shop.index, space))
        print(f"built and verified: {found.count} rows in {time.perf_counter() - started_s:.0f} s ", end="")
        print(f"({time.process_time() - started_cpu_s:.0f} s of the client's CPU), digest {found.digest}", flush=True)
        assert found.passed, found
        queries = drawn(QUERIES, dimension, 10**9)
        for label, where in FILTERS.items():
            report(shop, label, queries, where)
        report_writes(shop, dimension, items)


def report(shop: IndexedStore, label: str, queries: NDArray[np.float32], where: ItemFilter) -> None:
    """One row of the table."""
    shop.search(SPACE, queries[0], k=K, where=where)
    times, recalls = [], []
    for query in queries[:COMPARED]:
        started_s = time.perf_counter()
        found = shop.search(SPACE, query, k=K, where=where)
        times.append(time.perf_counter() - started_s)
        wanted = shop.store.search(SPACE, query, k=K, where=where)
        recalls.append(len({hit.item_id for hit in found} & {hit.item_id for hit in wanted}) / len(wanted))
    with ThreadPoolExecutor(CLIENTS) as pool:
        started_s = time.perf_counter()
        list(pool.map(lambda query: shop.search(SPACE, query, k=K, where=where), queries))
        a_second = len(queries) / (time.perf_counter() - started_s)
    p50, p95 = np.percentile(times, [50, 95]) * 1000
    print(f"{label:>5}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {a_second:.0f}/s with {CLIENTS} clients, ", end="")
    print(f"recall@10 {np.mean(recalls):.4f}", flush=True)


def report_writes(shop: IndexedStore, dimension: int, items: int) -> None:
    """From a finished write until the index itself acknowledged it, and until a search finds it."""
    acknowledged, visible = [], []
    for number in range(items, items + WRITES):
        vector = drawn(1, dimension, 2 * 10**9 + number)
        put(shop.store, [number], vector)
        started_s = time.perf_counter()
        assert shop.search(SPACE, vector[0], k=1)[0].item_id == id_of(number)
        visible.append(time.perf_counter() - started_s)
        space = shop.truth.space(SPACE)
        assert space is not None
        follow(shop.truth, shop.index, space)
        acknowledged.append(time.perf_counter() - started_s)
    print(f"a write is found at once, in p50 {np.median(visible) * 1000:.1f} ms, ", end="")
    print(f"and is in the index after p50 {np.median(acknowledged) * 1000:.0f} ms")
