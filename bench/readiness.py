"""How long `GET /readyz` takes on a store of a given size.

    python -m bench.readiness --store sqlite:///var/shop.db --items 14000

A copy of an encoded SQLite store is filled up to `--items` items with vectors, and served in this process.
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient

from bench.measure.machine import describe_machine
from deepstyle.api.app import create_app
from deepstyle.catalogue.item import Item
from deepstyle.settings import Settings
from deepstyle.store.base import Entry, Store, VectorBatch
from deepstyle.store.integrity import record_check
from deepstyle.store.open import open_store

BATCH = 1000


def main() -> int:
    options = parse()
    print(describe_machine())
    with tempfile.TemporaryDirectory(prefix="readiness-") as scratch:
        url = f"sqlite:///{scratch}/copy.db"
        backup(Path(options.store.removeprefix("sqlite:///")), Path(scratch) / "copy.db")
        with open_store(url) as store:
            fill(store, options.items)
            record_check(store, store.check())
        settings = Settings().model_copy(update={"store": url, "model": options.model or Settings().model})
        with TestClient(create_app(settings)) as client:
            ready = client.get("/readyz").json()
            took_ms = sorted(timed_ms(client) for _ in range(options.calls))
    print(f"{ready['items']:,} items, {ready['vectors']:,} vectors, last check {ready.get('last_check')}")
    print(f"GET /readyz, {options.calls} calls: p50 {took_ms[len(took_ms) // 2]:.2f} ms, ", end="")
    print(f"p99 {took_ms[int(0.99 * len(took_ms))]:.2f} ms, most {took_ms[-1]:.2f} ms")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default=Settings().store, help="an encoded SQLite store (%(default)s)")
    parser.add_argument("--model", help="the model that encoded it (default: DEEPSTYLE_MODEL)")
    parser.add_argument("--items", type=int, default=14_000)
    parser.add_argument("--calls", type=int, default=500)
    return parser.parse_args()


def backup(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)


def fill(store: Store, items: int) -> None:
    space = store.meta("style_space") or ""
    dimension = store.vectors(space).vectors.shape[1]
    draw = np.random.default_rng(0)
    picture = store.image(next(iter(store.iter_items())).item_id)
    assert picture is not None, "the catalogue has pictures"
    for start in range(0, items - store.count(), BATCH):
        ids = tuple(f"filled-{number:07}" for number in range(start, min(start + BATCH, start + items - store.count())))
        vectors = draw.normal(size=(len(ids), dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        store.put([Entry(Item(item_id), picture) for item_id in ids])
        store.put_vectors(space, VectorBatch(ids, (picture.sha256,) * len(ids), vectors))


def timed_ms(client: TestClient) -> float:
    start = time.perf_counter()
    client.get("/readyz").raise_for_status()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
