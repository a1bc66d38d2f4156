"""The index of a large space: a 4-bit scan proposes candidates, which the float32 vectors then rank.

It is a derived file beside the database, stamped with the file of rows that it covers, and built again whenever it is
of others. See research/search_index.md for the alternatives.
"""

import contextlib
import hashlib
import logging
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import turbovec  # type: ignore[import-untyped]
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.files import atomic_file, open_regular
from deepstyle.store.rows import Rows

BIT_WIDTH: Final = 4
OVERSAMPLE: Final = 4
PROPOSALS_MIN: Final = 64
CALIBRATION_ROWS: Final = 4096
MAGIC: Final = b"deepstyle index 3\n"
ADDED_ROWS: Final = 16_384
# After the library's own bytes, which it reads by itself and faster than it takes them from Python.
_TRAILER: Final = struct.Struct(f"<32sq32s{len(MAGIC)}s")  # stamp of the rows, size, SHA-256 of bytes and stamp, magic

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Index:
    """``native`` has the first P rows of a space, in their order."""

    native: turbovec.TurboQuantIndex

    def __len__(self) -> int:
        return len(self.native)

    def propose(self, query: NDArray[np.float32], k: int, places: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Places of the likely ``k`` best and a margin, among ``places`` (P) bool where given."""
        wanted = min(max(OVERSAMPLE * k, PROPOSALS_MIN), len(self))
        if places is not None and not places.any():
            return np.empty(0, np.int64)
        _, found = self.native.search(query[None], wanted, mask=places)
        return np.asarray(found[0], np.int64)


def quantised(vectors: Rows) -> turbovec.TurboQuantIndex:
    """A calibrated 4-bit index of ``vectors`` (P, D), in their order; D is a multiple of 8."""
    native = turbovec.TurboQuantIndex(vectors.shape[1], BIT_WIDTH)
    sample = np.random.default_rng(0).choice(len(vectors), min(CALIBRATION_ROWS, len(vectors)), replace=False)
    with contextlib.suppress(ValueError):  # a sample without any spread; calibrating only improves the proposals
        native.calibrate(vectors[np.sort(sample)])
    for start in range(0, len(vectors), ADDED_ROWS):
        native.add(vectors[start : start + ADDED_ROWS])
    native.prepare()
    return native


def save_index(path: Path, index: Index, stamp: bytes) -> None:
    """Write the ``index`` of the rows that ``stamp`` names to ``path``, atomically."""
    data = index.native.to_bytes()
    with atomic_file(path) as file:
        file.write(data)
        file.write(sealed(data, stamp))


def sealed(data: bytes, stamp: bytes) -> bytes:
    """The trailer of a file with the library's ``data``."""
    digest = hashlib.sha256(data)
    digest.update(stamp)
    return _TRAILER.pack(stamp, len(data), digest.digest(), MAGIC)


def load_index(path: Path, rows: Rows, stamp: bytes) -> Index | None:
    """The index in ``path`` of the ``rows`` that ``stamp`` names; ``None`` where there is none, or another: logged."""
    try:
        return read_index(path, rows, stamp)
    except FileNotFoundError:
        return None
    except (OSError, StoreError) as error:
        logger.warning("the index %s cannot be used and will be built again: %s", path, error)
        return None


def read_index(path: Path, rows: Rows, stamp: bytes) -> Index:
    """The index in ``path``; raises ``StoreError`` where it is of other rows, ``OSError`` where it cannot be read."""
    with open_regular(path) as file:
        trailer = _read_trailer(file)
    if trailer[0] != stamp:
        raise StoreError("it is of other rows.")
    try:
        native = turbovec.TurboQuantIndex.load(str(path))
    except OSError:
        raise
    except Exception as error:  # of another version of the library; its parser raises many kinds
        raise StoreError(f"it cannot be read: {error}.") from error
    with open_regular(path) as file:
        is_replaced = _read_trailer(file) != trailer  # meanwhile, by another process
    if is_replaced or (len(native), native.dim) != rows.shape:
        raise StoreError("it is of other rows.")
    native.prepare()
    return Index(native)


def verify_index(path: Path) -> None:
    """Read all of ``path``; raises ``StoreError`` where it is not what was written, ``OSError`` where it is unread."""
    with open_regular(path) as file:
        stamp, size, _ = _read_trailer(file)
        file.seek(0)
        data = file.read(size)
        if file.read() != sealed(data, stamp):
            raise StoreError("it does not verify.")


def _read_trailer(file: BinaryIO) -> tuple[bytes, int, bytes]:
    """The stamp, and the size and digest of what is before the trailer."""
    size = file.seek(0, 2) - _TRAILER.size
    file.seek(max(0, size))
    data = file.read(_TRAILER.size)
    if len(data) < _TRAILER.size or not data.endswith(MAGIC):
        raise StoreError("it is no index, or of another version.")
    stamp, covered, digest, _ = _TRAILER.unpack(data)
    if covered != size:
        raise StoreError("it has another size than it should have.")
    return stamp, covered, digest


def index_folder(database: Path) -> Path:
    """The folder of what is derived from the store in the file ``database``, beside it."""
    return database.with_name(f"{database.name}.index")


def remove_derived(path: Path) -> None:
    """Remove the derived file ``path``; one that stays there, which is logged, is never used again."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s could not be removed: %s", path, error)
