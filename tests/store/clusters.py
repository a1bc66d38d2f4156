"""Clusters of vectors in a store, and searches among them compared with numpy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, ItemFilter, VectorBatch
from deepstyle.store.embedded import EmbeddedStore

COUNT, DIMENSION = 4000, 64


def clustered(count: int, seed: int) -> NDArray[np.float32]:
    centres = np.random.default_rng(0).normal(size=(50, DIMENSION))
    random = np.random.default_rng(seed)
    drawn = centres[random.integers(50, size=count)] + 0.6 * random.normal(size=(count, DIMENSION))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def write(store: EmbeddedStore, vectors: NDArray[np.float32], first: int = 0) -> None:
    names = tuple(f"{number:05d}" for number in range(first, first + len(vectors)))
    images = [ItemImage(b"", name, "image/png", 1, 1) for name in names]
    items = [
        Item(name, brand="odd" if int(name) % 2 else "even", semantic_category=SEMANTIC_CATEGORIES[int(name) % 3])
        for name in names
    ]
    store.put([Entry(item, image) for item, image in zip(items, images, strict=True)])
    store.put_vectors("s", VectorBatch(names, names, vectors))


def recall(store: EmbeddedStore, vectors: NDArray[np.float32], rows: NDArray[np.int64], where: ItemFilter) -> float:
    """Mean recall@10 of 40 queries against numpy, among ``rows``."""
    found = 0
    for query in clustered(40, seed=9):
        best = rows[np.argsort(-(vectors[rows] @ query))[:10]]
        hits = store.search("s", query, where=where)
        assert [hit.similarity for hit in hits] == pytest.approx(
            [float(vectors[int(hit.item_id)] @ query) for hit in hits], abs=1e-5
        )
        found += len({int(hit.item_id) for hit in hits} & set(best.tolist()))
    return found / 400
