"""How many dimensions, and how many candidates, does the scan of a very large space need?

    python -m research.reduced_index --items 1000000    # 4 GB of memory, 10 minutes

Vectors of the drawn catalogue of bench/growth.py, whose noise is isotropic, side by side by cluster as those of one
category are; queries are rows, and means of two rows. A line for each part of the dimensions, filter and number of
candidates: recall@10 of both kinds of queries, and the least time of the scan alone, which other work affects least.
"""

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from bench.growth_rows.catalogue import BATCH, draw
from deepstyle.store.index_build import NEIGHBOURS, QUERIES, _directions, _queries, quantised

BLOCK_ROWS = 16_384


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200_000, help="a multiple of 10,000")
    parser.add_argument("--dimensions", default="128,192,256,512")
    parser.add_argument("--candidates", default="64,256,512,1024,1536")
    given = parser.parse_args()
    rows, masks = drawn(given.items), {}
    draws = np.random.default_rng(0)
    for name, share in (("30 %", 0.3), ("1 %", 0.01)):
        masks[name] = draws.random(len(rows)) < share
    masks["a tenth, side by side"] = np.arange(len(rows)) // (len(rows) // 10) == 5
    directions, asked = _directions(rows), _queries(rows)
    print("| dimensions | filter | candidates | recall, rows | recall, means | least ms |\n|---|---|---|---|---|---|")
    for dimensions in map(int, given.dimensions.split(",")):
        basis = np.ascontiguousarray(directions[:, :dimensions])
        native = quantised(rows, basis)
        for name, mask in {"none": None, **masks}.items():
            best = nearest(rows, asked, mask)
            for count in map(int, given.candidates.split(",")):
                found, times = [], []
                for query, expected in zip(asked, best, strict=True):
                    started_s = time.perf_counter()
                    _, places = native.search((query @ basis)[None], count, mask=mask)
                    times.append(time.perf_counter() - started_s)
                    found.append(np.isin(expected, places[0]).mean())
                recalls = np.mean(found[:QUERIES]), np.mean(found[QUERIES:])
                shown = f"{recalls[0]:.3f} | {recalls[1]:.3f} | {1000 * min(times):.2f}"
                print(f"| {dimensions} | {name} | {count} | {shown} |", flush=True)


def drawn(items: int) -> NDArray[np.float32]:
    """The vectors of the first ``items``, in the order of their categories."""
    vectors, categories = [], []
    for batch in range(items // BATCH):
        entries, found = draw(batch)
        vectors.append(found.vectors)
        categories += [entry.item.semantic_category for entry in entries]
    return np.concatenate(vectors)[np.argsort(categories, kind="stable")]


def nearest(rows: NDArray[np.float32], asked: NDArray[np.float32], mask: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """(Q, NEIGHBOURS) places of the exact nearest, among those of the ``mask``."""
    places = np.arange(len(rows)) if mask is None else np.flatnonzero(mask)
    starts = range(0, len(places), BLOCK_ROWS)
    products = np.concatenate([asked @ rows[places[start : start + BLOCK_ROWS]].T for start in starts], axis=1)
    return places[np.argpartition(-products, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]]


if __name__ == "__main__":
    main()
