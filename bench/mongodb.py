"""MongoDB and the embedded store at 14,000 items: import, equal results, and ``/search_image``.

    python -m bench.mongodb [--data FOLDER] [--quick]

FOLDER holds ``outfits/`` (Polyvore layout) and ``phone-photos/`` (default: DEEPSTYLE_DATA). Items beyond the last real
photo are copies of real ones under other ids, with a few more bytes of picture and a vector with a little noise.
Requests to the two servers alternate, so that other load on the machine affects both.
"""

import argparse
import contextlib
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from numpy.typing import NDArray
from pymongo import MongoClient

from bench.measure.machine import describe_machine
from bench.measure.processes import cpu_s
from bench.measure.server import serving
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.catalogue.source import open_source
from deepstyle.images.pixels import read_image
from deepstyle.settings import Settings
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.style.encode import STYLE_SPACE, encode_shard
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model
from tests.store.mongod import ReplicaSet, replica_set

IMPORT_BATCH, VECTOR_BATCH = 64, 256
"""As ``deepstyle import`` and ``deepstyle encode`` write."""


def read_catalogue(data: Path, encoder: Encoder, photos: int, items: int) -> tuple[list[Entry], VectorBatch]:
    """``items`` entries with vectors, copied from ``photos`` real ones."""
    source = open_source(data / "outfits")
    rows = [row for row in source.records() if isinstance(row, Record)][:photos]
    real = [Entry(row.item, read_image(read_picture(row))) for row in rows]
    shard = [(entry.item.item_id, entry.image) for entry in real if entry.image]
    before_s = time.process_time()
    vectors = encode_shard(encoder, shard).vectors.vectors
    cpu_ms = (time.process_time() - before_s) / len(shard) * 1000
    print(f"encode, decode and resize included: {cpu_ms:.1f} CPU ms an image ({encoder.spec.architecture})")
    rng = np.random.default_rng(0)
    entries, copies = list(real), [vectors]
    while len(entries) < items:
        copy = len(copies)
        entries += [copied(entry, copy) for entry in real]
        noisy = vectors + rng.normal(0, 0.01, vectors.shape).astype(np.float32)
        copies.append(noisy / np.linalg.norm(noisy, axis=1, keepdims=True))
    entries, stacked = entries[:items], np.concatenate(copies)[:items]
    ids = tuple(entry.item.item_id for entry in entries)
    return entries, VectorBatch(ids, tuple(entry.image.sha256 for entry in entries if entry.image), stacked)


def copied(entry: Entry, copy: int) -> Entry:
    """The same picture with a few bytes after its end."""
    assert entry.image is not None
    data = entry.image.data + f"copy {copy}".encode()
    image = replace(entry.image, data=data, sha256=hashlib.sha256(data).hexdigest())
    return Entry(replace(entry.item, item_id=f"{entry.item.item_id}-copy{copy}"), image)


def fill(store: Store, space: str, entries: Sequence[Entry], vectors: VectorBatch) -> tuple[float, float]:
    """Seconds to write the items with images, and the vectors."""
    start = time.perf_counter()
    for at in range(0, len(entries), IMPORT_BATCH):
        store.put(entries[at : at + IMPORT_BATCH])
    middle = time.perf_counter()
    for at in range(0, len(entries), VECTOR_BATCH):
        part = slice(at, at + VECTOR_BATCH)
        written = store.put_vectors(
            space, VectorBatch(vectors.item_ids[part], vectors.image_sha256s[part], vectors.vectors[part])
        )
        assert written == len(vectors.item_ids[part])
    store.set_meta(STYLE_SPACE, space)
    return middle - start, time.perf_counter() - middle


def both_cpu_s(server: ReplicaSet) -> tuple[float, float]:
    """CPU seconds so far of this process and of the server: unlike wall time, they do not depend on the load."""
    process = server.members[0].process
    assert process is not None
    return time.process_time(), cpu_s(process.pid)


def alternating_ms(calls: Sequence[Callable[[int], object]], rounds: int) -> list[list[float]]:
    """Milliseconds of each call, round by round, in turns."""
    times: list[list[float]] = [[] for _ in calls]
    for number in range(rounds):
        for place in range(len(calls)):
            which = (place + number) % len(calls)
            start = time.perf_counter()
            calls[which](number)
            times[which].append((time.perf_counter() - start) * 1000)
    return times


def report(label: str, times: list[list[float]]) -> None:
    embedded, mongodb = (statistics.median(each) for each in times)
    ratio = statistics.median(b / a for a, b in zip(*times, strict=True))
    print(f"{label:<34}{embedded:>12.2f}{mongodb:>12.2f}{mongodb / embedded:>12.2f}{ratio:>18.2f}", flush=True)


def report_sizes(url: str, items: int) -> None:
    """What an item costs the server, for docs/scale.md."""
    with MongoClient[dict[str, Any]](url) as client:
        db = client.get_default_database()
        db.client.admin.command("fsync")
        print(f"\n{'bytes an item':<34}{'document':>12}{'on disk':>12}{'indexes':>12}")
        for name in ("items", "images", "embeddings"):
            stats = db.command("collStats", name)
            sizes = (stats["size"], stats["storageSize"], stats["totalIndexSize"])
            print(f"{name:<34}" + "".join(f"{size / items:>12.0f}" for size in sizes))
    print()


def compare(stores: Sequence[Store], space: str, queries: NDArray[np.float32]) -> None:
    """The same ten ids for every query, and what a search costs without the encoder."""
    same = sum(
        [hit.item_id for hit in stores[0].search(space, query)]
        == [hit.item_id for hit in stores[1].search(space, query)]
        for query in queries
    )
    print(f"the same ten ids on both stores: {same} of {len(queries)} queries\n")
    print(f"{'p50 ms':<34}{'embedded':>12}{'MongoDB':>12}{'ratio':>12}{'median of ratios':>18}")
    searches = [lambda number, store=store: store.search(space, queries[number % len(queries)]) for store in stores]
    report("store.search", alternating_ms(searches, 5 * len(queries)))


def compare_servers(urls: Sequence[str], photos: Sequence[bytes]) -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(serving("deepstyle", {"DEEPSTYLE_STORE": url})) for url in urls]
        clients = [httpx2.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) for server in servers]

        def ask(client: httpx2.Client, number: int) -> list[str]:
            answer = client.post("/search_image", files={"image": ("photo.jpg", photos[number % len(photos)])})
            answer.raise_for_status()
            return [str(each) for each in answer.json()["results"]]

        calls = [lambda number, client=client: ask(client, number) for client in clients]
        alternating_ms(calls, 10)
        report("POST /search_image, one client", alternating_ms(calls, len(photos)))
        for client in clients:
            client.close()


def import_both(stores: Sequence[Store], server: ReplicaSet, space: str, data: tuple[list[Entry], VectorBatch]) -> None:
    """Fill both stores and print how long it took."""
    items = len(data[0])
    heads = ("images", "vectors", "together", "our CPU ms", "mongod CPU ms")
    print(f"\n{'import, seconds':<34}" + "".join(f"{head:>14}" for head in heads))
    for label, store in zip(("embedded", "MongoDB, one node"), stores, strict=True):
        before = both_cpu_s(server)
        images_s, vectors_s = fill(store, space, *data)
        cpu_ms = [(now - then) / items * 1000 for then, now in zip(before, both_cpu_s(server), strict=True)]
        figures = (images_s, vectors_s, images_s + vectors_s, *cpu_ms)
        print(f"{f'{label}, {items:,} items':<34}" + "".join(f"{figure:>14.2f}" for figure in figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("DEEPSTYLE_DATA", ""), help="the folder of real photos")
    parser.add_argument("--quick", action="store_true", help="2,000 items from 300 photos, 40 queries")
    options = parser.parse_args()
    data = Path(options.data)
    if not options.data or not (data / "outfits").is_dir():
        sys.exit("no real photos: name their folder by --data or DEEPSTYLE_DATA")
    photos, items, queries = (300, 2_000, 40) if options.quick else (3_960, 14_000, 200)
    settings = Settings()
    encoder = Encoder.open(ensure_model(settings.model, settings.cache_dir, settings.precision), streams=0)
    print(describe_machine())
    catalogue = read_catalogue(data, encoder, photos, items)
    paths = sorted((data / "phone-photos").rglob("*.jpg"))[:: 663 // queries][:queries]
    asked = [(path.stem, read_image(path.read_bytes())) for path in paths]
    space = encoder.fingerprint
    embeddings = encode_shard(encoder, asked).vectors.vectors
    with tempfile.TemporaryDirectory() as name, replica_set(Path(name), oplog_mb=2_000) as server:
        urls = (f"sqlite:///{name}/bench.db", server.url("bench"))
        with open_store(urls[0]) as embedded, open_store(urls[1]) as mongodb:
            import_both((embedded, mongodb), server, space, catalogue)
            report_sizes(urls[1], items)
            compare((embedded, mongodb), space, embeddings)
        compare_servers(urls, [image.data for _, image in asked])


if __name__ == "__main__":
    main()
