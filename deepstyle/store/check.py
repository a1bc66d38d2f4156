"""What every store refuses to write or to search for."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import StoreError, UsageError
from deepstyle.store.base import VectorBatch


def check_item(item: Item) -> None:
    """Refuse what a database would change or choke on: NUL, lone surrogates, and prices that are no number."""
    fields = (item.item_id, item.title, item.description, item.semantic_category, item.category, item.brand)
    texts = (*fields, item.colour, item.pattern, item.currency, item.url, item.model_id, *_pairs(item))
    if not item.item_id or any("\0" in text or not _is_unicode(text) for text in texts):
        raise UsageError(f"item {item.item_id!r} has an empty id, or text that is not valid Unicode without NUL.")
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


def _pairs(item: Item) -> Iterator[str]:
    for key, value in item.attributes.items():
        yield from (key, value)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
