"""Milvus as the vector index of a SQLite store: speed and recall, or faults under a mixed load.

python -m bench.milvus speed [--items 250000] [--dimension 512]
python -m bench.milvus faults [--items 20000] [--faults 1000] [--seed 1] [--folder DIR]

Needs the server of `make .venv-milvus`. A fault run with the same folder and seed goes on where it was stopped.
"""

import argparse
import contextlib
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.errors import IndexUnavailableError
from deepstyle.files import write_atomic
from deepstyle.images.item_image import ItemImage
from deepstyle.index.follower import Follower, Verified, follow, verify
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.notes import Unnoted
from deepstyle.index.open import open_index
from deepstyle.index.sqlite_truth import SqliteTruth
from deepstyle.store.base import Entry, VectorBatch
from deepstyle.store.open import open_store
from tests.index.milvus_server import MilvusServer, milvus_server, wait_until
from tests.store.proxy import SilentProxy

SPACE = "style"
BATCH = 2000
K = 10
CENTRES = 200
"""Vectors lie around so many centres, as those of pictures do."""


def drawn(count: int, dimension: int, seed: int) -> NDArray[np.float32]:
    """(count, dimension) float32 of unit norm."""
    random_of = np.random.default_rng(seed)
    centres = centres_of(dimension)
    found = centres[random_of.integers(CENTRES, size=count)]
    found = found + random_of.normal(scale=0.7, size=(count, dimension)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@cache
def centres_of(dimension: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(CENTRES, dimension)).astype(np.float32)


def put(shop: IndexedStore, first: int, vectors: NDArray[np.float32]) -> None:
    """Write items and their vectors; each has a picture of its own content."""
    numbers = range(first, first + len(vectors))
    images = [image_of(vector) for vector in vectors]
    items = [Item(f"item-{n:07}", f"Item {n}", semantic_category=f"c{n % 100}", price=float(n % 100)) for n in numbers]
    shop.store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
    ids, shas = tuple(item.item_id for item in items), tuple(image.sha256 for image in images)
    shop.store.put_vectors(SPACE, VectorBatch(ids, shas, vectors))


def image_of(vector: NDArray[np.float32]) -> ItemImage:
    data = vector[:8].tobytes()
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/png", 1, 1)


@contextlib.contextmanager
def opened(path: Path, port: int, timeout_s: float = 10.0) -> Iterator[IndexedStore]:
    index = open_index(f"milvus://127.0.0.1:{port}/bench?timeout_s={timeout_s}")
    store = open_store(f"sqlite:///{path}")
    with IndexedStore(store, SqliteTruth(path), index) as shop:
        yield shop


def verified(shop: IndexedStore) -> Verified:
    space = shop.truth.space(SPACE)
    assert space is not None
    return verify(shop.truth, shop.index, space, follow(shop.truth, shop.index, space))


def speed(server: MilvusServer, path: Path, items: int, dimension: int) -> None:
    with opened(path, server.port) as shop:
        for first in range(0, items, BATCH):
            put(shop, first, drawn(min(BATCH, items - first), dimension, 1 + first))
        started_s = time.perf_counter()
        found = verified(shop)
        print(
            f"built and verified: {found.count} rows in {time.perf_counter() - started_s:.0f} s, digest {found.digest}"
        )
        assert found.passed, found
        queries = drawn(300, dimension, 10**9)
        for label, where in (
            ("all", ItemFilter()),
            ("30 %", ItemFilter(price_min=0, price_max=29)),
            ("1 %", ItemFilter(semantic_categories=("c7",))),
        ):
            report(shop, label, queries, where)
        lag(shop, dimension, items)


def report(shop: IndexedStore, label: str, queries: NDArray[np.float32], where: ItemFilter) -> None:
    shop.search(SPACE, queries[0], k=K, where=where)
    times, recalls = [], []
    for query in queries[:100]:
        started_s = time.perf_counter()
        found = shop.search(SPACE, query, k=K, where=where)
        times.append(time.perf_counter() - started_s)
        wanted = shop.store.search(SPACE, query, k=K, where=where)
        recalls.append(len({hit.item_id for hit in found} & {hit.item_id for hit in wanted}) / len(wanted))
    with ThreadPoolExecutor(8) as pool:
        started_s = time.perf_counter()
        list(pool.map(lambda query: shop.search(SPACE, query, k=K, where=where), queries))
        qps = len(queries) / (time.perf_counter() - started_s)
    p50, p95 = np.percentile(times, [50, 95]) * 1000
    print(
        f"{label:>5}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {qps:.0f}/s with 8 clients, recall@10 {np.mean(recalls):.4f}"
    )


def lag(shop: IndexedStore, dimension: int, items: int) -> None:
    """From a finished write until the index itself acknowledged it, and until a search finds it."""
    acknowledged, visible = [], []
    for number in range(30):
        vector = drawn(1, dimension, 2 * 10**9 + number)
        put(shop, items + number, vector)
        started_s = time.perf_counter()
        assert shop.search(SPACE, vector[0], k=1)[0].item_id == f"item-{items + number:07}"
        visible.append(time.perf_counter() - started_s)
        verified_space = shop.truth.space(SPACE)
        assert verified_space is not None
        follow(shop.truth, shop.index, verified_space)
        acknowledged.append(time.perf_counter() - started_s)
    print(f"a write is found at once, in p50 {np.median(visible) * 1000:.1f} ms, ", end="")
    print(f"and is in the index after p50 {np.median(acknowledged) * 1000:.0f} ms")


FAULTS = ("kill engine", "kill follower", "reset", "delay", "partition", "reset", "delay", "partition", "reset")
WEIGHTS = (1, 2, 3, 3, 3, 3, 3, 3, 3)


def run_follower(path: Path, port: int) -> None:
    """A process that follows until it is killed."""
    truth = SqliteTruth(path)
    Follower(truth, open_index(f"milvus://127.0.0.1:{port}/bench?timeout_s=1"), Unnoted()).start()
    while True:
        time.sleep(60)


def inject(
    kind: str, server: MilvusServer, proxy: SilentProxy, follower: list[subprocess.Popen[bytes]], start: str
) -> None:
    """One fault, and its end; the load goes on meanwhile."""
    if kind == "kill engine":
        server.kill()
        server.start()
    elif kind == "kill follower":
        follower[0].kill()
        follower[0].wait()
        follower[0] = subprocess.Popen([sys.executable, "-m", "bench.milvus", *start.split()])
    elif kind == "reset":
        proxy.reset_open()
    elif kind == "delay":
        server.pause()
        time.sleep(0.3)
        server.resume()
    else:
        proxy.silence_open()


class Load(threading.Thread):
    """Puts, changes, deletes and searches; each answer is compared with what is known to be true."""

    def __init__(self, shop: IndexedStore, alive: dict[int, int], dimension: int, seed: int) -> None:
        super().__init__(name="load")
        self._shop, self._alive, self._dimension, self._random = shop, alive, dimension, random.Random(seed)
        self.ended = threading.Event()
        self.counts: Counter[str] = Counter()
        self._next = max(alive, default=0) + 1

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self._step()
            except IndexUnavailableError:
                self.counts["refused"] += 1
                self.ended.wait(0.05)

    def _step(self) -> None:
        kind = self._random.choice(("put", "change", "delete", "search", "search", "search"))
        number = self._random.choice([*self._alive][-2000:])
        if kind == "put":
            number, self._next = self._next, self._next + 1
        if kind in {"put", "change"}:
            version = self._alive.get(number, 0) + 1
            put(self._shop, number, drawn(1, self._dimension, number * 1000 + version))
            self._alive[number] = version
        elif kind == "delete":
            self._shop.store.delete([f"item-{number:07}"])
            gone = drawn(1, self._dimension, number * 1000 + self._alive.pop(number))[0]
            if any(hit.item_id == f"item-{number:07}" for hit in self._shop.search(SPACE, gone, k=K)):
                self.counts["stale"] += 1
        self.counts[kind] += 1
        if kind == "delete":
            return
        vector = drawn(1, self._dimension, number * 1000 + self._alive[number])[0]
        if self._shop.search(SPACE, vector, k=1)[0].item_id != f"item-{number:07}":
            self.counts["lost"] += 1


def faults(server: MilvusServer, path: Path, options: argparse.Namespace) -> bool:
    """Inject faults one after another; after each the index must follow. Returns whether nothing was lost or stale."""
    state = path.with_suffix(".json")
    done: dict[str, Any] = json.loads(state.read_text()) if state.exists() else {"faults": 0, "counts": {}}
    kinds = random.Random(options.seed).choices(FAULTS, WEIGHTS, k=options.faults)
    with SilentProxy(server.port) as proxy, opened(path, proxy.port, 1.0) as shop, opened(path, server.port) as direct:
        alive = filled(direct, options)
        verified(direct)
        start = f"follower --folder {path.parent} --port {proxy.port}"
        follower = [subprocess.Popen([sys.executable, "-m", "bench.milvus", *start.split()])]
        load = Load(shop, alive, options.dimension, options.seed + done["faults"])
        load.counts.update(done["counts"])
        load.start()
        try:
            for kind in kinds[done["faults"] :]:
                inject(kind, server, proxy, follower, start)
                wait_until(lambda: has_caught_up(direct), 120, f"the index after: {kind}")
                done["faults"] += 1
                load.counts[kind] += 1
                write_atomic(state, json.dumps({**done, "counts": load.counts}).encode())
        finally:
            load.ended.set()
            load.join()
            follower[0].kill()
            follower[0].wait()
        found = verified(direct)
    print(f"{done['faults']} faults, seed {options.seed}: {dict(load.counts)}")
    print(f"in the end {found.count} rows, digest {found.digest}, missing {found.missing}, extra {found.extra}")
    return found.passed and not load.counts["lost"] and not load.counts["stale"] and found.count == len(alive)


def filled(shop: IndexedStore, options: argparse.Namespace) -> dict[int, int]:
    """The store's items, written where it is empty: the version of each; a resumed run begins from what is stored."""
    if not shop.store.count():
        for number in range(0, options.items, BATCH):
            rows = [
                drawn(1, options.dimension, one * 1000 + 1) for one in range(number, min(options.items, number + BATCH))
            ]
            put(shop, number, np.vstack(rows))
    batch = shop.store.vectors(SPACE)
    return {
        int(one.rpartition("-")[2]): version_of(one, row)
        for one, row in zip(batch.item_ids, batch.vectors, strict=True)
    }


def version_of(item_id: str, vector: NDArray[np.float32]) -> int:
    """The version of an item, known by its vector."""
    number = int(item_id.rpartition("-")[2])
    return next(n for n in range(1, 1000) if np.allclose(drawn(1, len(vector), number * 1000 + n)[0], vector))


def has_caught_up(shop: IndexedStore) -> bool:
    """Whether the follower's process brought the index within a second of the store."""
    with contextlib.suppress(IndexUnavailableError):
        space = shop.truth.space(SPACE)
        assert space is not None
        position = shop.index.position(space, fresh=True)
        return position is not None and shop.truth.behind_s(space, position.revision) < 1
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("speed", "faults", "follower"))
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the store and the server's data are (default: temporary)")
    parser.add_argument("--port", type=int, default=0, help="of the server; for the part `follower`")
    options = parser.parse_args()
    if options.part == "follower":
        run_follower(options.folder / "store.db", options.port)
    print(f"{describe_machine()}; {options.items} items x {options.dimension}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).absolute()
        (folder / "milvus").mkdir(parents=True, exist_ok=True)
        with milvus_server(folder / "milvus") as server:
            if options.part == "speed":
                speed(server, folder / "store.db", options.items, options.dimension)
                return 0
            return 0 if faults(server, folder / "store.db", options) else 1


if __name__ == "__main__":
    sys.exit(main())
