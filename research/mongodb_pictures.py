"""Pictures in MongoDB: plain documents (as deepstyle stores them) against GridFS, on one local node.

python -m research.mongodb_pictures [--quick]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gridfs
import numpy as np
from bson.binary import Binary
from pymongo import MongoClient, UpdateOne
from pymongo.database import Database

from bench.measure.machine import describe_machine
from tests.store.mongod import replica_set

SIZES = {"14 KiB (packshot)": 14, "200 KiB": 200, "2 MiB": 2048}


def pictures(kib: int, count: int) -> dict[str, bytes]:
    """Incompressible stand-ins for JPEG, by item id."""
    random = np.random.default_rng(kib)
    return {f"item{number:06d}": random.bytes(kib * 1024) for number in range(count)}


def write_documents(db: Database, files: dict[str, bytes]) -> None:
    names = list(files)
    step = max(1, 8 * 2**20 // len(files[names[0]]))
    for start in range(0, len(names), step):
        upserts = [
            UpdateOne({"_id": name}, {"$setOnInsert": {"data": Binary(files[name])}}, upsert=True)
            for name in names[start : start + step]
        ]
        db.images.bulk_write(upserts, ordered=False)


def write_gridfs(db: Database, files: dict[str, bytes]) -> None:
    bucket = gridfs.GridFSBucket(db)
    for name, data in files.items():
        bucket.upload_from_stream_with_id(name, name, data)


def read_documents(db: Database, name: str) -> bytes:
    found = db.images.find_one({"_id": name})
    assert found is not None
    return bytes(found["data"])


def read_gridfs(db: Database, name: str) -> bytes:
    with gridfs.GridFSBucket(db).open_download_stream(name) as stream:
        return stream.read()


def read_ms(read: Callable[[Database, str], bytes], db: Database, files: dict[str, bytes]) -> float:
    """Median milliseconds of one read, over every picture."""
    times = []
    for name, data in files.items():
        start = time.perf_counter()
        got = read(db, name)
        times.append((time.perf_counter() - start) * 1000)
        assert got == data
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the pictures")
    budget_mib = 8 if parser.parse_args().quick else 80
    print(f"{describe_machine()}\n\n{'size':<20}{'':<12}{'write MiB/s':>12}{'write ms each':>15}{'read ms p50':>13}")
    kinds = (("documents", write_documents, read_documents), ("GridFS", write_gridfs, read_gridfs))
    with (
        tempfile.TemporaryDirectory() as folder,
        replica_set(Path(folder), oplog_mb=400) as server,
        MongoClient(server.url("bench"), w="majority") as client,
    ):
        for label, kib in SIZES.items():
            files = pictures(kib, max(8, budget_mib * 1024 // kib))
            for kind, write, read in kinds:
                db = client[f"{kind.lower()}{kib}"]
                start = time.perf_counter()
                write(db, files)
                wall_s = time.perf_counter() - start
                rate, each = len(files) * kib / 1024 / wall_s, wall_s / len(files) * 1000
                print(f"{label:<20}{kind:<12}{rate:>12.1f}{each:>15.2f}{read_ms(read, db, files):>13.2f}")
                client.drop_database(db.name)


if __name__ == "__main__":
    main()
