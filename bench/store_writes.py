"""How fast a store writes a catalogue: items with pictures, vectors and suggestions, none of them computed here.

    python -m bench.store_writes --data PATH --rounds 5

To compare two versions of deepstyle, run it in the checkout of each, in turns.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.measure.machine import describe_machine
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.demo.source import open_catalogue
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import read_image
from deepstyle.store.base import Entry, VectorBatch
from deepstyle.store.open import open_store

PUT, SHARD, DIMENSION = 64, 256, 512


def main() -> int:
    options = parse()
    print(describe_machine())
    entries = read(options.data, options.limit)
    rounds = [write(entries) for _ in range(options.rounds)]
    for name, took_s in zip(("items", "vectors", "suggestions"), zip(*rounds, strict=True), strict=True):
        best_s, median_s = min(took_s), statistics.median(took_s)
        print(f"{len(entries):,} {name}: best {best_s:.2f} s, median {median_s:.2f} s of {options.rounds} rounds")
    totals = [sum(took_s) for took_s in rounds]
    print(f"together: best {min(totals):.2f} s, median {statistics.median(totals):.2f} s")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    real = Path(os.environ.get("DEEPSTYLE_DATA", "nowhere")) / "outfits"
    parser.add_argument("--data", default=str(real) if real.is_dir() else "demo", help="a catalogue (%(default)s)")
    parser.add_argument("--limit", type=int, default=3960, help="items (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="each into a new store (%(default)s)")
    return parser.parse_args()


def read(data: str, limit: int) -> list[Entry]:
    """The catalogue's items, all with the bytes of their own pictures and the size of the first."""
    source = open_catalogue(data)
    first: ItemImage | None = None
    entries: list[Entry] = []
    for record in source.records():
        if isinstance(record, Record) and len(entries) < limit:
            data_bytes = read_picture(record)
            first = first or read_image(data_bytes)
            digest = f"{len(entries):064x}"
            entries.append(Entry(record.item, ItemImage(data_bytes, digest, first.media_type, 300, 400)))
    return entries


def write(entries: list[Entry]) -> tuple[float, float, float]:
    """Seconds for the items, the vectors and the suggestions of one new store."""
    vectors = np.random.default_rng(0).normal(size=(len(entries), DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [entry.item.item_id for entry in entries]
    shas = [entry.image.sha256 for entry in entries if entry.image]
    with (
        tempfile.TemporaryDirectory(prefix="store-writes-") as scratch,
        open_store(f"sqlite:///{scratch}/x.db") as store,
    ):
        marks = [time.perf_counter()]
        for start in range(0, len(entries), PUT):
            store.put(entries[start : start + PUT])
        marks.append(time.perf_counter())
        for start in range(0, len(entries), SHARD):
            part = slice(start, start + SHARD)
            store.put_vectors("s", VectorBatch(tuple(ids[part]), tuple(shas[part]), vectors[part]))
        marks.append(time.perf_counter())
        for start in range(0, len(entries), SHARD):
            store.put_compatible(dict.fromkeys(ids[start : start + SHARD], ids[:3]))
        marks.append(time.perf_counter())
    items_s, vectors_s, suggestions_s = np.diff(marks).tolist()
    return items_s, vectors_s, suggestions_s


if __name__ == "__main__":
    sys.exit(main())
