"""Search among 14,000 vectors (exact) and 250,000 (index), with and without a category filter, and three libraries.

    python -m bench.search              # about 15 minutes and 4 GB, most of it the two HNSW graphs
    python -m bench.search --quick      # 60,000 instead of 250,000, fewer queries
    python -m bench.search --only faiss # without the graphs

Ours is timed as callers see it: ``store.search`` with its SQLite check for new writes, filter and item ids. The others
are called directly, on vectors already in memory, each with the cheapest setting that reaches recall@10 of 0.98
without a filter on other queries than the timed ones. They take turns in blocks of 100 queries, so that other load on
the machine affects all of them, and no query finds its caches emptied by another library's scan.

The vectors are synthetic: 2,000 clusters whose centres have a decaying spectrum (as embeddings of photos do), and
isotropic noise around each, so strong that the cluster does not decide a query's nearest ten. ``--iid`` draws every
vector from an isotropic Gaussian instead, where no index has structure to use: the worst case. A cluster has one of
eleven categories; the filter is the query's own category, or another one.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the server: its idle threads spin and slow down the next contender

import faiss
import hnswlib  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from usearch.index import Index as UsearchIndex

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, ItemFilter, VectorBatch
from deepstyle.store.embedded import EmbeddedStore

DIMENSION, K, RECALL_BAR = 512, 10, 0.98
BLOCK_QUERIES = 100
UNFILTERED = -1
Search = Callable[[NDArray[np.float32], int], Sequence[int]]
"""(query, category or UNFILTERED) → rows, best first."""


@dataclass(frozen=True)
class Data:
    vectors: NDArray[np.float32]
    categories: NDArray[np.int64]
    queries: NDArray[np.float32]
    query_categories: NDArray[np.int64]
    tuning: NDArray[np.float32]


@dataclass
class Contender:
    name: str
    search: Search
    build_s: float
    memory_mb: float
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    recalls: dict[str, list[float]] = field(default_factory=dict)


def make_data(count: int, queries: int, *, iid: bool) -> Data:
    random = np.random.default_rng(0)
    centres = random.normal(size=(2000, DIMENSION)) / np.sqrt(np.arange(1, DIMENSION + 1))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    category_of = random.integers(len(SEMANTIC_CATEGORIES), size=len(centres))

    def draw(size: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        clusters = random.integers(len(centres), size=size)
        drawn = random.standard_normal((size, DIMENSION), np.float32)
        if not iid:
            drawn *= np.float32(0.84 / np.sqrt(DIMENSION))
            drawn += centres[clusters].astype(np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn, category_of[clusters]

    vectors, categories = draw(count)
    timed, query_categories = draw(queries)
    return Data(vectors, categories, timed, query_categories, draw(100)[0])


def item_id(row: int) -> str:
    return f"{row:07d}"


def build_store(data: Data, folder: Path, *, with_index: bool) -> Contender:
    store = EmbeddedStore.open(f"sqlite:///{folder}/store.db")
    for start in range(0, len(data.vectors), 10_000):
        rows = range(start, min(start + 10_000, len(data.vectors)))
        items = [Item(item_id(row), semantic_category=SEMANTIC_CATEGORIES[data.categories[row]]) for row in rows]
        store.put([Entry(item, ItemImage(b"", item.item_id, "image/png", 1, 1)) for item in items])
        names = tuple(item.item_id for item in items)
        store.put_vectors("bench", VectorBatch(names, names, data.vectors[rows.start : rows.stop]))
    filters = {UNFILTERED: ItemFilter()}
    filters |= {code: ItemFilter(semantic_categories=(name,)) for code, name in enumerate(SEMANTIC_CATEGORIES)}

    def search(query: NDArray[np.float32], category: int) -> list[int]:
        return [int(hit.item_id) for hit in store.search("bench", query, k=K, where=filters[category])]

    def build() -> Search:
        store.search("bench", data.tuning[0])
        if with_index:
            store.build_index("bench")
        return search

    return measured("deepstyle store", build)


def measured(name: str, build: Callable[..., Search], *inputs: object) -> Contender:
    before, start = resident_mb(), time.perf_counter()
    search = build(*inputs)
    return Contender(name, search, time.perf_counter() - start, resident_mb() - before)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def cheapest(settings: Sequence[int], data: Data, truth: NDArray[np.int64], use: Callable[[int], Search]) -> Search:
    """The search of the first of ``settings`` that reaches the recall bar, else of the last."""
    for setting in settings:
        search = use(setting)
        found = [recall(search(query, UNFILTERED), best) for query, best in zip(data.tuning, truth, strict=True)]
        if statistics.mean(found) >= RECALL_BAR:
            break
    return search


def recall(found: Sequence[int], best: NDArray[np.int64]) -> float:
    return len(set(found) & set(best.tolist())) / len(best)


def numpy_exact(data: Data) -> Search:
    def search(query: NDArray[np.float32], category: int) -> list[int]:
        similarities = data.vectors @ query
        if category != UNFILTERED:
            similarities[data.categories != category] = -np.inf
        best = np.argpartition(-similarities, K)[:K]
        return best[np.argsort(-similarities[best])].tolist()

    return search


def faiss_ivf(data: Data, truth: NDArray[np.int64]) -> Search:
    index = faiss.index_factory(DIMENSION, f"IVF{int(2 * np.sqrt(len(data.vectors)))},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.train(data.vectors[:: max(1, len(data.vectors) // 50_000)])
    index.add(data.vectors)
    bitmaps = [np.packbits(data.categories == code, bitorder="little") for code in range(len(SEMANTIC_CATEGORIES))]
    selectors = [faiss.IDSelectorBitmap(bitmap) for bitmap in bitmaps]  # type: ignore[call-arg, arg-type]

    def use(nprobe: int) -> Search:
        def search(query: NDArray[np.float32], category: int) -> list[int]:
            chosen = None if category == UNFILTERED else selectors[category]
            how = faiss.SearchParametersIVF(nprobe=nprobe, sel=chosen)  # type: ignore[call-arg]
            return index.search(query[None], K, params=how)[1][0].tolist()

        return search

    return cheapest([4, 8, 16, 32, 64, 128, 256, 512], data, truth, use)


def hnswlib_graph(data: Data, truth: NDArray[np.int64]) -> Search:
    index = hnswlib.Index("ip", DIMENSION)
    index.init_index(len(data.vectors), M=16, ef_construction=100)
    index.add_items(data.vectors)
    member = [(data.categories == code).tolist() for code in range(len(SEMANTIC_CATEGORIES))]

    def use(breadth: int) -> Search:
        def search(query: NDArray[np.float32], category: int) -> list[int]:
            index.set_ef(breadth)
            chosen = None if category == UNFILTERED else member[category].__getitem__
            try:
                return index.knn_query(query, K, num_threads=1, filter=chosen)[0][0].tolist()
            except RuntimeError:  # it found fewer than K that pass
                return []

        return search

    return cheapest([16, 32, 64, 128, 256, 512, 1024, 2048], data, truth, use)


def usearch_graph(data: Data, truth: NDArray[np.int64]) -> Search:
    """Its Python interface has no filter: ask for as many times more as the category is rare, then filter."""
    index = UsearchIndex(ndim=DIMENSION, metric="ip", dtype="f16", connectivity=16, expansion_add=100)
    index.add(np.arange(len(data.vectors)), data.vectors)

    def use(breadth: int) -> Search:
        def search(query: NDArray[np.float32], category: int) -> list[int]:
            index.expansion_search = breadth  # type: ignore[misc]  # its stub says that it cannot be set
            wanted = K if category == UNFILTERED else K * len(SEMANTIC_CATEGORIES)
            keys = np.asarray(index.search(query, wanted).keys, np.int64)
            return (keys if category == UNFILTERED else keys[data.categories[keys] == category])[:K].tolist()

        return search

    return cheapest([16, 32, 64, 128, 256, 512, 1024, 2048], data, truth, use)


def run(data: Data, contenders: Sequence[Contender]) -> None:
    exact = numpy_exact(data)
    codes = len(SEMANTIC_CATEGORIES)
    asked = list(zip(data.queries, data.query_categories.tolist(), strict=True))
    for start in range(0, len(asked), BLOCK_QUERIES):
        block = asked[start : start + BLOCK_QUERIES]
        for label, categories in (
            ("no filter", [UNFILTERED] * len(block)),
            ("own category", [own for _, own in block]),
            ("other category", [(own + 1) % codes for _, own in block]),
        ):
            queries = [(query, category) for (query, _), category in zip(block, categories, strict=True)]
            best = [np.array(exact(query, category)) for query, category in queries]
            for contender in contenders:
                time_block(contender, label, queries, best)


def time_block(
    contender: Contender,
    label: str,
    queries: Sequence[tuple[NDArray[np.float32], int]],
    best: Sequence[NDArray[np.int64]],
) -> None:
    contender.search(*queries[0])  # what ran before has left nothing of this contender's in the caches
    for (query, category), right in zip(queries, best, strict=True):
        start = time.perf_counter()
        found = contender.search(query, category)
        elapsed_ms = (time.perf_counter() - start) * 1e3
        contender.times_ms.setdefault(label, []).append(elapsed_ms)
        contender.recalls.setdefault(label, []).append(recall(found, right))


def show(title: str, contenders: Sequence[Contender]) -> None:
    print(f"\n{title}")
    print(f"{'':22}{'filter':16}{'p50 ms':>8}{'p95 ms':>8}{'ratio':>7}{'recall@10':>11}{'build s':>9}{'MB':>7}")
    for label in contenders[0].times_ms:
        ours = statistics.median(contenders[0].times_ms[label])
        for contender in contenders:
            times = contender.times_ms[label]
            p50, p95 = statistics.median(times), float(np.percentile(times, 95))
            print(
                f"{contender.name:22}{label:16}{p50:8.2f}{p95:8.2f}{p50 / ours:7.2f}"
                f"{statistics.mean(contender.recalls[label]):11.3f}{contender.build_s:9.1f}{contender.memory_mb:7.0f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", type=int, default=250_000, help="vectors of the large table")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--only", default="faiss,usearch,hnswlib", help="the libraries to compare with")
    parser.add_argument("--iid", action="store_true", help="vectors without any structure: the worst case")
    parser.add_argument("--quick", action="store_true", help="60,000 vectors, 60 queries")
    options = parser.parse_args()
    large, queries = (60_000, 60) if options.quick else (options.large, options.queries)
    libraries = {"faiss": faiss_ivf, "usearch": usearch_graph, "hnswlib": hnswlib_graph}

    print(describe_machine())
    for count, with_index in ((14_000, False), (large, True)):
        data = make_data(count, queries, iid=options.iid)
        with tempfile.TemporaryDirectory() as folder:
            contenders = [build_store(data, Path(folder), with_index=with_index), measured("numpy", numpy_exact, data)]
            if with_index:
                truth = np.array([contenders[1].search(query, UNFILTERED) for query in data.tuning])
                contenders += [measured(name, libraries[name], data, truth) for name in options.only.split(",")]
            run(data, contenders)
        show(
            f"{count:,} vectors of {DIMENSION}, {'index' if with_index else 'exact'}; {queries} queries a row",
            contenders,
        )


if __name__ == "__main__":
    main()
