"""What pictures cost in the database, in a folder and in S3: importing, reading one, and serving one over HTTP.

    python -m bench.picture_stores --pictures 3000 --rounds 3

S3 is moto's server in a process of its own: it is written in Python and slow, so its rows say what one more request
costs deepstyle, not what a real S3 does. The kinds take turns.
"""

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient

from bench.measure.machine import describe_machine
from deepstyle.api.app import create_app
from deepstyle.catalogue.item import Item
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import encode_jpeg
from deepstyle.settings import Settings
from deepstyle.store.base import Entry
from deepstyle.store.open import open_store

PUT, SIDE_PX = 64, 400
KINDS = ("database", "folder", "s3")
_SERVER = """
import sys, threading
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


def main() -> int:
    options = parse()
    print(describe_machine())
    entries = drawn(options.pictures)
    size_bytes = sum(len(entry.image.data) for entry in entries if entry.image)
    print(f"{len(entries):,} pictures, {size_bytes / len(entries) / 1e3:.0f} kB each; S3 is moto's server")
    took: dict[str, list[tuple[float, float, float]]] = {kind: [] for kind in KINDS}
    with s3_server():
        for number in range(options.rounds):
            for kind in KINDS:
                took[kind].append(measured(kind, entries, number, options.reads))
    print("| pictures in | import, pictures/s | read, p50 ms | `GET /image` 320 px, uncached, p50 ms |")
    print("| --- | --- | --- | --- |")
    for kind, rounds in took.items():
        rate, read_ms, serve_ms = (statistics.median(values) for values in zip(*rounds, strict=True))
        print(f"| {kind} | {rate:,.0f} | {read_ms:.2f} | {serve_ms:.1f} |")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=3000, help="items with one picture (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of all kinds in turn; medians are printed (%(default)s)")
    parser.add_argument("--reads", type=int, default=200, help="pictures read and served (%(default)s)")
    return parser.parse_args()


def drawn(count: int) -> list[Entry]:
    """Items with pictures of smooth noise, about as many bytes as a packshot."""
    generator = np.random.default_rng(0)
    entries = []
    for number in range(count):
        coarse = generator.integers(0, 255, (SIDE_PX // 8, SIDE_PX // 8, 3), np.uint8)
        data = encode_jpeg(np.kron(coarse, np.ones((8, 8, 1), np.uint8)))
        image = ItemImage(data, hashlib.sha256(data).hexdigest(), "image/jpeg", SIDE_PX, SIDE_PX)
        entries.append(Entry(Item(f"i{number:06d}"), image))
    return entries


@contextmanager
def s3_server() -> Iterator[None]:
    """A server in a process of its own, and the variables that lead to it."""
    with subprocess.Popen([sys.executable, "-c", _SERVER], stdin=-1, stdout=-1, stderr=subprocess.DEVNULL) as process:
        assert process.stdin and process.stdout
        port = int(process.stdout.readline())
        os.environ.update(AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", AWS_REGION="eu-west-1")
        os.environ.update(AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")
        try:
            yield
        finally:
            process.stdin.close()
            process.terminate()


def place(kind: str, folder: Path, number: int) -> str:
    """The setting for one round of ``kind``."""
    if kind == "s3":
        request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/round-{number}", method="PUT", data=b"")
        urllib.request.urlopen(request).close()
        return f"s3://round-{number}/pictures"
    return (folder / "pictures").as_uri() if kind == "folder" else "database"


def measured(kind: str, entries: list[Entry], number: int, reads: int) -> tuple[float, float, float]:
    """Pictures a second imported, and the median milliseconds of a read and of a request."""
    with tempfile.TemporaryDirectory(prefix="picture-stores-") as scratch:
        os.environ["DEEPSTYLE_PICTURES"] = place(kind, Path(scratch), number)
        url = f"sqlite:///{scratch}/x.db"
        chosen = np.random.default_rng(number).choice(len(entries), min(reads, len(entries)), replace=False)
        item_ids = [entries[row].item.item_id for row in chosen]
        with open_store(url) as store:
            began_s = time.perf_counter()
            for start in range(0, len(entries), PUT):
                store.put(entries[start : start + PUT])
            import_s = time.perf_counter() - began_s
            read_ms = median_ms(lambda item_id: store.image(item_id), item_ids)
        settings = Settings(store=url, cache_dir=Path(scratch), image_cache_bytes=0, rate_limit="")
        with TestClient(create_app(settings)) as client:
            serve_ms = median_ms(lambda item_id: client.get(f"/image/{item_id}?w=320").raise_for_status(), item_ids)
    return len(entries) / import_s, read_ms, serve_ms


def median_ms(call: Callable[[str], object], item_ids: list[str]) -> float:
    """Median milliseconds of ``call`` over ``item_ids``."""
    took = []
    for item_id in item_ids:
        began_s = time.perf_counter()
        call(item_id)
        took.append(1000 * (time.perf_counter() - began_s))
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(main())
