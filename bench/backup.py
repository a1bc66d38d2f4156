"""What a backup costs: time and size of the first, of one after 1 % of the items changed, and of a restore.

    python -m bench.backup --items 14000
    python -m bench.backup --items 250000

Items, vectors (512-D) and suggestions are drawn, and each picture is small (``--picture-bytes``), so that the rows
weigh; the digest of what is restored is compared with that of the store, by a reader of its own.
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import Item
from deepstyle.images.item_image import ItemImage
from deepstyle.jobs.restore import restore_backup
from deepstyle.store.backup import BackupReport, back_up, verify_backups
from deepstyle.store.base import Entry, Store, VectorBatch
from deepstyle.store.copy import digest_of
from deepstyle.store.open import open_store

BATCH, DIMENSION, CHANGED = 1_000, 512, 0.01
WORDS = (
    *("linen", "wool", "cotton", "denim", "silk", "slim", "wide", "cropped", "long", "short"),
    *("summer", "winter", "dress", "coat", "shirt", "boots", "bag"),
)


def main() -> int:
    options = parse()
    print(describe_machine())
    print(f"{options.items:,} drawn items, pictures of {options.picture_bytes:,} bytes, vectors of {DIMENSION} numbers")
    with tempfile.TemporaryDirectory(prefix="backup-", dir=options.folder) as scratch:
        path, folder = Path(scratch) / "store.db", Path(scratch) / "backups"
        url = f"sqlite:///{path}"
        with open_store(url) as store:
            started_s = time.perf_counter()
            write(store, options.items, options.picture_bytes)
            print(
                f"written in {time.perf_counter() - started_s:.1f} s, the file has {path.stat().st_size / 1e6:,.0f} MB"
            )
            measure(store, folder, "first backup")
            measure(store, folder, "backup of what did not change")
            change(store, options.items, options.picture_bytes)
            measure(store, folder, f"backup after {CHANGED:.0%} of the items, pictures and vectors changed")
        started_s = time.perf_counter()
        damaged = verify_backups(folder)
        print(f"all chunks read and compared in {time.perf_counter() - started_s:.1f} s: {len(damaged)} damaged")
        restored = Path(scratch) / "restored.db"
        started_s = time.perf_counter()
        report = restore_backup(folder, f"sqlite:///{restored}")
        took_s, size = time.perf_counter() - started_s, restored.stat().st_size
        print(f"restored and read back in {took_s:.1f} s: {report.items:,} items, the file has {size / 1e6:,.0f} MB")
        return 0 if compared(url, f"sqlite:///{restored}") and not damaged else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=14_000, help="items (%(default)s)")
    parser.add_argument("--picture-bytes", type=int, default=1_500, help="bytes of each picture (%(default)s)")
    parser.add_argument("--folder", default=os.environ.get("TMPDIR"), help="where stores and backups are written")
    return parser.parse_args()


def measure(store: Store, folder: Path, what: str) -> BackupReport:
    """Back up, and print what it took."""
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    report = back_up(store, folder)
    took_s, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    print(
        f"{what}: {took_s:.1f} s ({cpu_s:.1f} s of CPU), {report.bytes_written / 1e6:,.1f} MB written in "
        f"{report.chunks_written:,} chunks, of {report.bytes / 1e6:,.0f} MB"
    )
    return report


def write(store: Store, items: int, picture_bytes: int) -> None:
    """Fill the store."""
    for start in range(0, items, BATCH):
        numbers = range(start, min(start + BATCH, items))
        entries = [*drawn(numbers, picture_bytes, seed=start)]
        store.put(entries)
        put_vectors(store, entries, seed=start)
        ids = [entry.item.item_id for entry in entries]
        store.put_compatible({one: (ids[n - 1], ids[n - 2], ids[n - 3]) for n, one in enumerate(ids)})


def change(store: Store, items: int, picture_bytes: int) -> None:
    """Change ``CHANGED`` of the items, anywhere, with their pictures and vectors."""
    chosen = np.random.default_rng(1).choice(items, int(items * CHANGED), replace=False).tolist()
    entries = [*drawn(chosen, picture_bytes, seed=-1)]
    store.put([replace(entry, item=replace(entry.item, title=f"changed {entry.item.title}")) for entry in entries])
    put_vectors(store, entries, seed=items)


def drawn(numbers: range | list[int], picture_bytes: int, seed: int) -> Iterator[Entry]:
    """Items with words, prices and pictures of random bytes."""
    rng = np.random.default_rng(abs(seed) + (10**9 if seed < 0 else 0))
    for number in numbers:
        words = " ".join(rng.choice(WORDS, 12))
        data = rng.bytes(picture_bytes)
        item = Item(
            f"item-{number:08}", words[:40], words, "tops", "Shirts", f"Brand {number % 300}", price=number % 200
        )
        yield Entry(item, ItemImage(data, hashlib.sha256(data).hexdigest(), "image/jpeg", 90, 120))


def put_vectors(store: Store, entries: list[Entry], seed: int) -> None:
    """A random vector of unit norm for each."""
    vectors = np.random.default_rng(seed).normal(size=(len(entries), DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = tuple(entry.item.item_id for entry in entries)
    store.put_vectors("drawn", VectorBatch(ids, tuple(one.image.sha256 for one in entries if one.image), vectors))


def compared(url: str, restored: str) -> bool:
    """Whether both stores have the same digest."""
    with open_store(url, read_only=True) as one, open_store(restored, read_only=True) as other:
        same = digest_of(one) == digest_of(other)
    print("the digests are equal" if same else "THE DIGESTS DIFFER")
    return same


if __name__ == "__main__":
    raise SystemExit(main())
