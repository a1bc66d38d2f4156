"""The items of the Milvus bench, and the store that holds them."""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.images.item_image import ItemImage
from deepstyle.index.indexed import IndexedStore
from deepstyle.index.open import open_indexed
from deepstyle.store.base import Entry, Store, VectorBatch
from tests.store.mongod import ReplicaSet, replica_set, wait_for

SPACE: Final = "style"
BATCH: Final = 2000
CENTRES: Final = 200
"""Vectors lie around so many centres, as those of pictures do."""
TRUTHS: Final = ("sqlite", "mongodb")


def drawn(count: int, dimension: int, seed: int) -> NDArray[np.float32]:
    """(count, dimension) float32 of unit norm."""
    random_of = np.random.default_rng(seed)
    centres = centres_of(dimension)
    found = centres[random_of.integers(CENTRES, size=count)]
    found = found + random_of.normal(scale=0.7, size=(count, dimension)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def vector_of(number: int, version: int, dimension: int) -> NDArray[np.float32]:
    """The vector (dimension,) of one version of an item."""
    return drawn(1, dimension, number * 1000 + version)[0]


def id_of(number: int) -> str:
    return f"item-{number:07}"


def put(store: Store, numbers: Sequence[int], vectors: NDArray[np.float32]) -> None:
    """Write items and their vectors; each has a picture of its own content."""
    images = [_image_of(vector) for vector in vectors]
    items = [Item(id_of(n), f"Item {n}", semantic_category=f"c{n % 100}", price=float(n % 100)) for n in numbers]
    store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
    ids, shas = tuple(item.item_id for item in items), tuple(image.sha256 for image in images)
    store.put_vectors(SPACE, VectorBatch(ids, shas, vectors))


def opened(url: str, vector_index: str) -> IndexedStore:
    """The store at ``url`` as a server opens it; closed at the end of a ``with``."""
    return cast(IndexedStore, open_indexed(url, vector_index))


@contextlib.contextmanager
def mongodb(folder: Path) -> Iterator[ReplicaSet]:
    """Three nodes with their data in ``folder``, where a later run finds it."""
    with replica_set(folder, members=3, oplog_mb=990, is_kept=True) as server:
        yield server


def kill_primary(server: ReplicaSet) -> None:
    """``kill -9`` of the primary; it starts again when another node has been elected."""
    killed = server.primary()
    killed.kill()
    wait_for(lambda: server.primary() != killed, "another primary")
    server.start(killed)


def differences(store: Store, versions: Mapping[int, int], dimension: int) -> tuple[int, int]:
    """How many of the items of ``versions`` the store lacks, and how many it has of which nobody wrote that version."""
    batch = store.vectors(SPACE)
    stored = dict(zip(batch.item_ids, batch.vectors, strict=True))
    lacking = sum(id_of(number) not in stored for number in versions)
    right = sum(
        np.allclose(stored[id_of(number)], vector_of(number, version, dimension), atol=1e-6)
        for number, version in versions.items()
        if id_of(number) in stored
    )
    return lacking, len(stored) - right


@cache
def centres_of(dimension: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(CENTRES, dimension)).astype(np.float32)


def _image_of(vector: NDArray[np.float32]) -> ItemImage:
    data = vector[:8].tobytes()
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/png", 1, 1)
