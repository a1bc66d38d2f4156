"""Validation that all stores share: what they refuse to write, to search for, or to return."""

import json
import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.looks import LOOK_SOURCES, Look
from deepstyle.errors import StoreError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import VectorBatch

NORM_TOLERANCE: Final = 1e-3
CHECK_REMEDY: Final = "Run `deepstyle check`: it lists what is damaged, and with --repair removes that."


def damaged(what: str) -> StoreError:
    """The error for ``what`` the store holds and cannot return."""
    return StoreError(f"{what} is damaged in the store.", remedy=CHECK_REMEDY)


def sound_image(item_id: str, image: ItemImage) -> ItemImage:
    """``image`` as it was read; raises ``StoreError`` where a field is of another type than it was written with."""
    texts = (image.sha256, image.media_type, image.source_sha256)
    numbers = (image.width_px, image.height_px, image.normalisation)
    if not (
        isinstance(image.data, bytes)
        and all(isinstance(text, str) for text in texts)
        and all(isinstance(number, int) for number in numbers)
    ):
        raise damaged(f"the image of item {item_id!r}")
    return image


def sound_suggestions(item_id: str, text: str) -> list[str]:
    """The suggested item ids that are kept as JSON; raises ``StoreError`` where they cannot be read."""
    try:
        suggested = json.loads(text)
    except (TypeError, ValueError) as error:
        raise damaged(f"the mapping of item {item_id!r}") from error
    if not isinstance(suggested, list) or not all(isinstance(other, str) for other in suggested):
        raise damaged(f"the mapping of item {item_id!r}")
    return suggested


def sound_look(look_id: Any, title: Any, source: Any, item_ids: Any) -> Look:
    """The look with these stored values; raises ``StoreError`` where one is not as it was written."""
    try:
        ids = json.loads(item_ids) if isinstance(item_ids, str) else item_ids
    except ValueError as error:
        raise damaged(f"the look {look_id!r}") from error
    texts = [look_id, title, *ids] if isinstance(ids, list) else [None]
    if source not in LOOK_SOURCES or not all(isinstance(text, str) for text in texts):
        raise damaged(f"the look {look_id!r}")
    return Look(look_id, tuple(ids), title, source)


def sound_vectors(item_ids: Sequence[str], vectors: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    """(N, D) float32 of what is kept as bytes; raises ``StoreError`` naming the first item whose vector is damaged."""
    for item_id, data in zip(item_ids, vectors, strict=True):
        if not isinstance(data, bytes) or len(data) != 4 * dimension:
            raise damaged(f"the vector of item {item_id!r}")
    matrix = np.frombuffer(b"".join(vectors), "<f4").reshape(len(vectors), dimension)
    wrong = not_of_unit_norm(matrix)
    if wrong.size:
        raise damaged(f"the vector of item {item_ids[wrong[0]]!r}")
    return matrix


def not_of_unit_norm(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """The rows of ``vectors`` (N, D) that are not finite and of unit norm."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.flatnonzero(~(np.abs(np.linalg.norm(vectors, axis=1) - 1) <= NORM_TOLERANCE))


def checked_vectors(batch: VectorBatch) -> NDArray[np.float32]:
    """(N, D) float32; raises ``StoreError`` unless the batch is of one length and its vectors of unit norm."""
    vectors = np.ascontiguousarray(batch.vectors, np.float32)
    count = len(batch.item_ids)
    if vectors.ndim != 2 or len(vectors) != count or len(batch.image_sha256s) != count:
        raise StoreError(f"a batch of {count} items has vectors of shape {vectors.shape}.")
    wrong = not_of_unit_norm(vectors)
    if wrong.size:
        raise StoreError(
            f"the vector of item {batch.item_ids[wrong[0]]!r} is not finite and of unit norm.",
            remedy="Normalise the vectors; nothing of this batch was written.",
        )
    return vectors


def check_k(k: int) -> None:
    """Raise ``UsageError`` where a search asks for fewer than one result."""
    if k < 1:
        raise UsageError(f"k is {k}; it must be at least 1.")


def check_dimension(query: NDArray[Any], space: str, dimension: int) -> None:
    """Raise ``UsageError`` where ``query`` is not of the ``dimension`` of ``space``."""
    if query.shape != (dimension,):
        raise UsageError(f"the query has {query.size} dimensions, the space {space} {dimension}.")


def direction_of(query: NDArray[np.float32]) -> NDArray[np.float64]:
    """``query`` as float64 of unit norm."""
    wide = np.asarray(query, np.float64)
    norm = float(np.linalg.norm(wide))
    if wide.ndim != 1 or not math.isfinite(norm) or norm == 0:
        raise UsageError("the query must be one finite vector that is not zero.")
    return wide / norm
