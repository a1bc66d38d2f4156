"""Change one byte of a store at a time, and count how many changes `deepstyle check` detects and locates.

    python -m bench.check_store --trials 200

Each trial copies an intact store, finds the bytes of a value in the file, changes one of them, and checks the copy. The
kind `anywhere` changes any byte of the file; a change without effect on what can be read need not be reported. Exit
code 1 where a change was missed, or where a change of an item's value did not name the item.
"""

import argparse
import json
import random
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError
from deepstyle.images.pixels import read_image
from deepstyle.store.base import Entry, Store, VectorBatch
from deepstyle.store.copy import digest_of
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.open import open_store
from deepstyle.store.space_files import index_path

SPACE = "space"
DIMENSION = 512
WINDOW = 24
QUOTE = ord('"')  # before an item's id: it is in another's mapping


@dataclass(frozen=True)
class Sound:
    """The store that trials copy: the bytes of its file and its index, and its items by id."""

    data: bytes
    index: bytes
    digest: str
    values: dict[str, dict[str, bytes]]


def main() -> int:
    options = parse()
    print(describe_machine())
    source = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="check-store-") as scratch:
        sound = build(Path(scratch) / "sound.db", options.items)
        print(f"{options.items} items, {len(sound.data):,} bytes and an index of {len(sound.index):,}")
        print(f"{'changed byte in':<16}{'trials':>8}{'reported':>10}{'named':>8}{'no effect':>11}{'missed':>8}")
        results = [run(kind, sound, Path(scratch) / "x.db", options.trials, source) for kind in options.kinds]
    return int(not all(results))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=200, help="of each kind (%(default)s)")
    parser.add_argument("--items", type=int, default=120, help="in the store (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    return parser.parse_args()


def build(path: Path, count: int) -> Sound:
    """A store with everything in it, and the bytes of each item's values as the file has them."""
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(count, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    items = [item_of(number) for number in range(count)]
    ids = tuple(item.item_id for item in items)
    images = [read_image(picture(draw)) for _ in items]
    mapping = {ids[n]: [ids[(n + step) % count] for step in (1, 2, 3)] for n in range(count)}
    with EmbeddedStore.open(f"sqlite:///{path}") as store:
        store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
        store.put_vectors(SPACE, VectorBatch(ids, tuple(image.sha256 for image in images), vectors))
        store.put_compatible(mapping)
        store.set_meta("style_space", SPACE)
        store.build_index(SPACE)
        digest = digest_of(store).sha256
    values = {
        item.item_id: {
            "item text": item.description.encode(),
            "item id": item.item_id.encode(),
            "price": struct.pack(">d", item.price),
            "picture": image.data,
            "vector": vector.tobytes(),
            "mapping": json.dumps(mapping[item.item_id]).encode(),
        }
        for item, image, vector in zip(items, images, vectors, strict=True)
    }
    return Sound(path.read_bytes(), index_path(path, SPACE).read_bytes(), digest, values)


def item_of(number: int) -> Item:
    text = f"What is said of product {number:05}: été, Größe, 🧥. " * 3
    return Item(f"item-{number:05}", f"Title {number:05}", text, brand="Nord", price=10.37 + number, currency="EUR")


def picture(draw: np.random.Generator) -> bytes:
    stream = BytesIO()
    Image.fromarray(draw.integers(0, 256, (90, 60, 3), np.uint8)).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def run(kind: str, sound: Sound, path: Path, trials: int, source: random.Random) -> bool:
    reported = named = harmless = 0
    for _ in range(trials):
        item_id = source.choice(list(sound.values))
        data, index = bytearray(sound.data), bytearray(sound.index)
        KINDS[kind](data, index, sound.values[item_id], source)
        found, names = check(path, bytes(data), bytes(index))
        reported += found
        named += item_id in names
        harmless += not found and same_content(path, sound.digest)
    missed = trials - reported - harmless
    names_expected = kind not in ("index", "anywhere")
    shown = named if names_expected else "-"
    print(f"{kind:<16}{trials:>8}{reported:>10}{shown:>8}{harmless:>11}{missed:>8}", flush=True)
    return missed == 0 and (not names_expected or named == trials)


def check(path: Path, data: bytes, index: bytes) -> tuple[bool, set[str]]:
    """Whether a store of these bytes is reported as damaged, or cannot be opened, and which items are named."""
    shutil.rmtree(path.with_name(f"{path.name}.index"), ignore_errors=True)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.write_bytes(data)
    place = index_path(path, SPACE)
    place.parent.mkdir()
    place.write_bytes(index)
    try:
        with open_store(f"sqlite:///{path}", read_only=True) as store:
            findings = store.check().findings
    except StoreError:
        return True, set()
    return bool(findings), {finding.item_id for finding in findings}


def same_content(path: Path, digest: str) -> bool:
    try:
        with open_store(f"sqlite:///{path}", read_only=True) as store:
            return digest_of(store).sha256 == digest and searchable(store)
    except StoreError:
        return False


def searchable(store: Store) -> bool:
    query = np.eye(1, DIMENSION, dtype=np.float32)[0]
    return len(store.search(SPACE, query, k=10)) == 10 and store.browse().total == store.count()


def alter(data: bytearray, start: int, length: int, source: random.Random) -> None:
    """Change one byte among ``length`` from ``start`` into any other."""
    data[start + source.randrange(length)] ^= source.randrange(1, 256)


def in_value(name: str) -> Callable[[bytearray, bytearray, dict[str, bytes], random.Random], None]:
    """Change a byte of the item's value ``name``, wherever the file has it; a long value is in pieces."""

    def change(data: bytearray, index: bytearray, values: dict[str, bytes], source: random.Random) -> None:
        value = values[name]
        places = [match.start() for match in re.finditer(re.escape(value), data) if data[match.start() - 1] != QUOTE]
        if places:
            alter(data, source.choice(places), len(value), source)
            return
        while True:
            start = source.randrange(len(value) - WINDOW)
            if data.count(value[start : start + WINDOW]) == 1:
                alter(data, data.index(value[start : start + WINDOW]), WINDOW, source)
                return

    return change


KINDS: dict[str, Callable[[bytearray, bytearray, dict[str, bytes], random.Random], None]] = {
    **{name: in_value(name) for name in ("item text", "item id", "price", "picture", "vector", "mapping")},
    "index": lambda data, index, values, source: alter(index, 0, len(index), source),
    "anywhere": lambda data, index, values, source: alter(data, 0, len(data), source),
}


if __name__ == "__main__":
    sys.exit(main())
