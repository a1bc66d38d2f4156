"""What one result per product costs: a search and a list of the catalogue by product beside those by item.

    python -m bench.groups --items 100000

Prints the median of each in milliseconds, for a catalogue whose products have one variant and one whose products have
``--variants``. The vectors of a product are close to each other, as those of its sizes are.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import numpy as np

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.variants import GroupBy
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store

BATCH: Final = 5000
SIZES: Final = ("XS", "S", "M", "L", "XL")


def fill(store: Store, items: int, variants: int, dimension: int) -> None:
    """``items`` with a vector each in the space ``s``, ``variants`` of one product beside each other."""
    rng = np.random.default_rng(0)
    for start in range(0, items, BATCH):
        rows = range(start, min(start + BATCH, items))
        image = {row: ItemImage(b"x", f"{row:064x}", "image/png", 1, 1) for row in rows}
        store.put([Entry(_item(row, variants), image[row]) for row in rows])
        products = rng.normal(size=(len(rows) // variants + 1, dimension))
        vectors = np.repeat(products, variants, axis=0)[: len(rows)] + 0.05 * rng.normal(size=(len(rows), dimension))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        ids = tuple(f"i{row:07}" for row in rows)
        store.put_vectors("s", VectorBatch(ids, tuple(image[row].sha256 for row in rows), vectors.astype(np.float32)))


def _item(row: int, variants: int) -> Item:
    return Item(
        f"i{row:07}",
        model_id=f"p{row // variants}",
        size=SIZES[row % len(SIZES)],
        brand=f"brand {row % 300}",
        semantic_category="shoes" if row % 3 else "tops",
        price=float(row % 200),
        currency="EUR",
    )


def median_ms(work: Callable[[int], object], count: int) -> float:
    """The median time of ``work(n)`` for n in 0..count, after one call that is not counted."""
    work(count)
    times = []
    for n in range(count):
        start = time.perf_counter()
        work(n)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def measure(store: Store, by: GroupBy, dimension: int, searches: int) -> dict[str, float]:
    """The medians of one grouping, in milliseconds."""
    queries = np.random.default_rng(1).normal(size=(searches + 1, dimension)).astype(np.float32)

    def found(n: int) -> object:
        hits = store.search("s", queries[n], k=100, group_by=by)
        items = [*store.get([hit.item_id for hit in hits[:10]]).values()]
        return store.variants(items, by) if by != "none" else None

    def counted(n: int) -> object:
        return store.browse(ItemFilter(price_max=100.0 + n), limit=20, group_by=by)

    return {"search": median_ms(found, searches), "list with facets": median_ms(counted, 8)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--variants", type=int, default=10)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--searches", type=int, default=50)
    given = parser.parse_args()
    for variants in (1, given.variants):
        with (
            tempfile.TemporaryDirectory() as folder,
            open_store(f"sqlite:///{Path(folder)}/shop.db") as store,
        ):
            fill(store, given.items, variants, given.dimension)
            for by in get_args(GroupBy):
                medians = measure(store, by, given.dimension, given.searches)
                shown = ", ".join(f"{name} {value:.2f} ms" for name, value in medians.items())
                print(f"{given.items} items, {variants} per product, group_by={by}: {shown}")


if __name__ == "__main__":
    main()
