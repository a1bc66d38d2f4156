"""A sample of a catalogue to learn from: the same items each time, with all variants of a product or none."""

import hashlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.store.base import Store


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """N ``items`` and the ``vectors`` (N, D) of their first pictures, which have the SHA-256s ``image_sha256s``."""

    items: Sequence[Item]
    vectors: NDArray[np.float32]
    image_sha256s: Sequence[str]


def draw_sample(store: Store, space: str, most: int) -> Sample:
    """At most ``most`` items that have a vector in ``space``, drawn by a hash of their products."""
    drawn = heapq.nsmallest(most, store.iter_items(), key=_place)
    items = {item.item_id: item for item in sorted(drawn, key=lambda item: item.item_id)}
    batch = store.vectors(space, [*items])
    return Sample([items[item_id] for item_id in batch.item_ids], batch.vectors, batch.image_sha256s)


def _place(item: Item) -> tuple[bytes, str]:
    return hashlib.sha256((item.model_id or item.item_id).encode()).digest(), item.item_id
