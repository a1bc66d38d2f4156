"""What a search costs where items have one picture and where they have three, in an embedded store.

    python -m bench.several_pictures                  # 20,000 items: exact search
    python -m bench.several_pictures --items 100000   # by index, which is built first

Both stores take turns, query by query. ``store.search`` alone is the least that a search could take.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import Item
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, VectorBatch
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.pictures import picture_space
from deepstyle.store.space_files import INDEX_FROM
from deepstyle.style.search import search_vector

DIMENSION, SPACE, BATCH, PICTURES = 512, "bench", 5000, 3


def fill(url: str, items: int, pictures: int) -> EmbeddedStore:
    """A store of ``items`` with ``pictures`` each; the pictures are a few bytes, no search reads them."""
    store, random = EmbeddedStore.open(url), np.random.default_rng(0)
    images = tuple(ItemImage(b"x", f"{position:064d}", "image/jpeg", 1, 1) for position in range(pictures))
    for start in range(0, items, BATCH):
        ids = tuple(f"{number:07d}" for number in range(start, min(start + BATCH, items)))
        store.put([Entry(Item(item_id), images[0], images[1:]) for item_id in ids])
        for position, image in enumerate(images):
            vectors = unit(random.standard_normal((len(ids), DIMENSION), np.float32))
            batch = VectorBatch(ids, (image.sha256,) * len(ids), vectors)
            store.put_vectors(picture_space(SPACE, position), batch)
    for position in range(pictures if items >= INDEX_FROM else 0):
        store.build_index(picture_space(SPACE, position))
    return store


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """``vectors`` (N, D) of unit norm."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def main() -> None:
    """Print the median time of each kind of search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        one, three = (fill(f"sqlite:///{Path(folder)}/{n}.db", arguments.items, n) for n in (1, PICTURES))
        kinds: dict[str, Callable[[NDArray[np.float32]], object]] = {
            "one picture, store.search alone": partial(one.search, SPACE, k=10),
            "one picture": lambda query: search_vector(one, SPACE, query),
            f"{PICTURES} pictures": lambda query: search_vector(three, SPACE, query),
        }
        times_ms: dict[str, list[float]] = {name: [] for name in kinds}
        for query in unit(np.random.default_rng(1).standard_normal((arguments.queries, DIMENSION), np.float32)):
            for name, search in kinds.items():
                start = time.perf_counter()
                search(query)
                times_ms[name].append(1000 * (time.perf_counter() - start))
        one.close()
        three.close()
    print(describe_machine())
    for name, times in times_ms.items():
        print(f"{arguments.items:,} items, {name}: p50 {statistics.median(times):.2f} ms")


if __name__ == "__main__":
    main()
