"""What every store refuses to write or to search for."""

import math
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import VectorBatch


def check_item(item: Item) -> None:
    """Refuse what a store would not give back: an id that is empty or has a NUL, lone surrogates, an infinite price."""
    if not item.item_id or "\0" in item.item_id:
        raise UsageError(f"the item id {item.item_id!r} is empty or contains a NUL character.")
    told = asdict(item)
    texts = [*(value for value in told.values() if isinstance(value, str)), *item.attributes, *item.attributes.values()]
    if not all(map(_is_unicode, texts)):
        raise UsageError(f"item {item.item_id!r} has text that is not valid Unicode (a lone surrogate).")
    if item.price is not None and not math.isfinite(item.price):
        raise UsageError(f"item {item.item_id!r} has price {item.price}.", remedy="Leave the price out if unknown.")


def checked_vectors(batch: VectorBatch) -> NDArray[np.float32]:
    """(N, D) float32; raises ``StoreError`` unless the batch is of one length and its vectors of unit norm."""
    vectors = np.ascontiguousarray(batch.vectors, np.float32)
    count = len(batch.item_ids)
    if vectors.ndim != 2 or len(vectors) != count or len(batch.image_sha256s) != count:
        raise StoreError(f"a batch of {count} items has vectors of shape {vectors.shape}.")
    wrong = np.flatnonzero(~(np.abs(np.linalg.norm(vectors, axis=1) - 1) <= 1e-3))
    if wrong.size:
        raise StoreError(
            f"the vector of item {batch.item_ids[wrong[0]]!r} is not finite and of unit norm.",
            remedy="Normalise the vectors; nothing of this batch was written.",
        )
    return vectors


def direction_of(query: NDArray[np.float32]) -> NDArray[np.float64]:
    """``query`` as float64 of unit norm."""
    wide = np.asarray(query, np.float64)
    norm = float(np.linalg.norm(wide))
    if wide.ndim != 1 or not math.isfinite(norm) or norm == 0:
        raise UsageError("the query must be one finite vector that is not zero.")
    return wide / norm


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
