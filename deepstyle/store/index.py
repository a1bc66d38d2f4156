"""The index of a large space: a 4-bit scan proposes candidates, which the float32 vectors then rank.

It is a derived file beside the database: checksummed, stamped with the revision and the vectors that it covers, and
rebuilt whenever it does not verify. See research/search_index.md for the alternatives.
"""

import contextlib
import hashlib
import io
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import turbovec  # type: ignore[import-untyped]
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.files import write_atomic

BIT_WIDTH: Final = 4
OVERSAMPLE: Final = 4
PROPOSALS_MIN: Final = 64
CALIBRATION_ROWS: Final = 4096
MAGIC: Final = b"deepstyle index 2\n"
ADDED_ROWS: Final = 16_384

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Index:
    """``native`` holds the vectors whose keys are ``vector_keys`` (P) int64, in its order, as of ``revision``."""

    native: turbovec.TurboQuantIndex
    vector_keys: NDArray[np.int64]
    revision: int

    def propose(self, query: NDArray[np.float32], k: int, places: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Places of the likely ``k`` best and a margin, among ``places`` (P) bool where given."""
        wanted = min(max(OVERSAMPLE * k, PROPOSALS_MIN), len(self.vector_keys))
        if places is not None and not places.any():
            return np.empty(0, np.int64)
        _, found = self.native.search(query[None], wanted, mask=places)
        return np.asarray(found[0], np.int64)


def build_index(
    vectors: NDArray[np.float32], vector_keys: NDArray[np.int64], revision: int, order: NDArray[np.int64] | None = None
) -> Index:
    """Index ``vectors`` (P, D) float32; D must be a multiple of 8.

    ``order`` (P) int64 puts rows beside each other that a filter allows together: the scan skips whole runs of masked
    rows, so such a filter takes as long as the rows that it allows.
    """
    order = np.arange(len(vectors)) if order is None else order
    return Index(quantised(vectors, order), vector_keys[order], revision)


def quantised(vectors: NDArray[np.float32], order: NDArray[np.int64]) -> turbovec.TurboQuantIndex:
    """A calibrated 4-bit index of the rows of ``vectors`` (P, D) float32 in ``order`` (P); D is a multiple of 8."""
    native = turbovec.TurboQuantIndex(vectors.shape[1], BIT_WIDTH)
    sample = np.random.default_rng(0).choice(len(vectors), min(CALIBRATION_ROWS, len(vectors)), replace=False)
    with contextlib.suppress(ValueError):  # a sample without any spread; calibrating only improves the proposals
        native.calibrate(vectors[np.sort(sample)])
    for start in range(0, len(order), ADDED_ROWS):
        native.add(vectors[order[start : start + ADDED_ROWS]])
    native.prepare()
    return native


def save_index(path: Path, index: Index) -> None:
    """Write ``index`` to ``path``, atomically: magic, SHA-256 of the rest, revision, keys, the native bytes."""
    body = io.BytesIO()
    np.save(body, np.array([index.revision, len(index.vector_keys)], np.int64))
    np.save(body, index.vector_keys)
    body.write(index.native.to_bytes())
    write_atomic(path, MAGIC + hashlib.sha256(body.getbuffer()).digest() + body.getbuffer())


def load_index(path: Path, dimension: int) -> Index | None:
    """The index in ``path`` of vectors of ``dimension``; ``None`` where it is missing, or unfit, which is logged."""
    try:
        return read_index(path, dimension)
    except FileNotFoundError:
        return None
    except (OSError, StoreError) as error:
        logger.warning("the index %s cannot be used and will be built again: %s", path, error)
        return None


def read_index(path: Path, dimension: int) -> Index:
    """The index in ``path``; raises ``StoreError`` where it does not verify, ``OSError`` where it cannot be read."""
    data = path.read_bytes()
    header = len(MAGIC) + 32
    body = memoryview(data)[header:]
    if data[: len(MAGIC)] != MAGIC or hashlib.sha256(body).digest() != data[len(MAGIC) : header]:
        raise StoreError("it does not verify.")
    try:
        index = _parse(io.BytesIO(body))
    except Exception as error:  # of another version of this program or the library; both parsers raise many kinds
        raise StoreError(f"it cannot be read: {error}.") from error
    if (index.native.dim, len(index.native)) != (dimension, len(index.vector_keys)) or not len(index.vector_keys):
        raise StoreError("it is of other vectors.")
    return index


def _parse(body: io.BytesIO) -> Index:
    revision, count = np.load(body, allow_pickle=False).tolist()
    vector_keys = np.asarray(np.load(body, allow_pickle=False), np.int64).reshape(count)
    return Index(turbovec.TurboQuantIndex.from_bytes(body.read()), vector_keys, revision)


def index_folder(database: Path) -> Path:
    """The folder of what is derived from the store in the file ``database``, beside it."""
    return database.with_name(f"{database.name}.index")


def remove_index(path: Path) -> None:
    """Remove the index in ``path``; one that stays there, which is logged, is never used again."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("the index %s could not be removed: %s", path, error)
