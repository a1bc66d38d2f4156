"""The vectors of a large space in a file beside the database, in the order in which its index has them.

SQLite holds the truth; this file is derived from it. Rows are read by their place, through the page cache that all
processes share, and never mapped: the kernel maps the pages around each row that is touched, so that a mapped file of a
million vectors soon counts 2 GB as resident, and a file that somebody cuts would kill the process.

Layout: magic, stamp, the fixed fields, the keys (3, N) int64, and at the next multiple of 4096 the rows float32. The
stamp is the SHA-256 of fields and keys. The rows have a digest of their own, which only ``verify_rows`` compares.
"""

import hashlib
import logging
import struct
import time
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle import platform
from deepstyle.errors import StoreError
from deepstyle.files import atomic_file, open_regular

MAGIC: Final = b"deepstyle rows 1\n"
BLOCK_BYTES: Final = 32 * 1024 * 1024
ABANDONED_S: Final = 3600.0
"""Temporary files of a writer that was killed are removed when nobody has written to them for this long."""
_FIELDS: Final = struct.Struct("<4q32s")  # space key, dimension, revision, count, SHA-256 of the rows
_KEYS_AT: Final = len(MAGIC) + 32 + _FIELDS.size
_PAGE: Final = 4096

logger = logging.getLogger(__name__)


class RowsUnreadableError(StoreError):
    """A file of rows changed or failed after it was opened; what it holds can be read from the database."""


@dataclass(frozen=True)
class Head:
    """What a file of rows is of: ``keys`` (3, N) int64 are each row's vector key, item key and revision."""

    space_key: int
    dimension: int
    revision: int
    keys: NDArray[np.int64]

    @property
    def count(self) -> int:
        """N."""
        return int(self.keys.shape[1])

    @property
    def rows_at(self) -> int:
        """Where in the file the rows begin."""
        return -(-(_KEYS_AT + self.keys.nbytes) // _PAGE) * _PAGE

    def packed(self, digest: bytes) -> bytes:
        """The bytes before the rows, whose SHA-256 is ``digest``."""
        fields = _FIELDS.pack(self.space_key, self.dimension, self.revision, self.count, digest)
        covered = fields + np.ascontiguousarray(self.keys).tobytes()
        return MAGIC + hashlib.sha256(covered).digest() + covered


class FileRows:
    """Vectors (N, D) float32 in a file, from the byte ``start``; ``stamp`` names exactly these rows in this order."""

    def __init__(self, file: BinaryIO, start: int, shape: tuple[int, int], stamp: bytes) -> None:
        self.shape = shape
        self.stamp = stamp
        self._start = start
        self._handle = file.fileno()
        platform.expect_scattered_reads(self._handle)
        weakref.finalize(self, file.close)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, places: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows at ``places``; raises ``RowsUnreadableError``."""
        if isinstance(places, slice):
            first, stop, _ = places.indices(len(self))
            found = np.empty((max(0, stop - first), self.shape[1]), np.float32)
            self._fill(_bytes_of(found), first)
            return found
        found = np.empty((len(places), self.shape[1]), np.float32)
        view, size = _bytes_of(found), 4 * self.shape[1]
        for row, place in enumerate(places.tolist()):
            self._fill(view[row * size : (row + 1) * size], place)
        return found

    def _fill(self, view: memoryview, place: int) -> None:
        at = self._start + 4 * self.shape[1] * place
        try:
            while view:
                if not (size := platform.read_into(self._handle, view, at)):
                    raise RowsUnreadableError("the rows end too early.")
                view, at = view[size:], at + size
        except OSError as error:
            raise RowsUnreadableError(f"the rows cannot be read: {error}.") from error


Rows = NDArray[np.float32] | FileRows
"""Vectors (N, D) float32 by their places, in memory or in a file."""


def _bytes_of(rows: NDArray[np.float32]) -> memoryview:
    return rows.data.cast("B") if rows.size else memoryview(b"")  # an empty view has no cast


def blocks(rows: Rows) -> Iterator[NDArray[np.float32]]:
    """All ``rows`` (N, D) in order: an array at once, a file piece by piece."""
    if isinstance(rows, np.ndarray):
        yield rows
        return
    size = max(1, BLOCK_BYTES // (4 * rows.shape[1]))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def write_rows(path: Path, head: Head, vectors: Iterable[NDArray[np.float32]]) -> None:
    """Write ``vectors``, which are those of ``head`` in its order, to ``path``, atomically; raises ``OSError``."""
    _remove_abandoned(path)
    digest = hashlib.sha256()
    with atomic_file(path) as file:
        file.seek(head.rows_at)
        for block in vectors:
            data = _bytes_of(np.ascontiguousarray(block, "<f4"))
            file.write(data)
            digest.update(data)
        file.seek(0)
        file.write(head.packed(digest.digest()))


def open_rows(path: Path) -> tuple[Head, FileRows]:
    """The rows in ``path``; raises ``StoreError`` where they do not verify, ``OSError`` where they cannot be read."""
    file = open_regular(path)
    try:
        head, stamp, _ = _read_head(file)
        return head, FileRows(file, head.rows_at, (head.count, head.dimension), stamp)
    except BaseException:
        file.close()
        raise


def verify_rows(path: Path) -> None:
    """Read all of ``path``; raises ``StoreError`` where it is not what was written, ``OSError`` where it is unread."""
    with open_regular(path) as file:
        head, _, expected = _read_head(file)
        padding = file.read(head.rows_at - file.tell())
        if padding.strip(b"\0") or hashlib.file_digest(file, "sha256").digest() != expected:
            raise StoreError("its rows are not what was written.")


def _read_head(file: BinaryIO) -> tuple[Head, bytes, bytes]:
    """The head, its stamp, and the digest of the rows; the file is as long as these say."""
    start = file.read(_KEYS_AT)
    if len(start) < _KEYS_AT or not start.startswith(MAGIC):
        raise StoreError("it is no file of rows, or of another version.")
    stamp, fields = start[len(MAGIC) :][:32], start[len(MAGIC) + 32 :]
    space_key, dimension, revision, count, digest = _FIELDS.unpack(fields)
    size = file.seek(0, 2)
    if not (0 < count <= size // 24 and 0 < dimension <= size // 4):
        raise StoreError("it does not verify.")
    file.seek(_KEYS_AT)
    covered = file.read(24 * count)
    if hashlib.sha256(fields + covered).digest() != stamp:
        raise StoreError("it does not verify.")
    head = Head(space_key, dimension, revision, np.frombuffer(covered, "<i8").reshape(3, count))
    if size != head.rows_at + 4 * count * dimension:
        raise StoreError("it has another size than it should have.")
    return head, stamp, digest


def _remove_abandoned(path: Path) -> None:
    """Remove what killed writers of ``path`` left: each is as large as the file itself."""
    try:
        for left in path.parent.glob(f".{path.name}.*"):
            if time.time() - left.stat().st_mtime > ABANDONED_S:
                left.unlink()
    except OSError as error:
        logger.warning("what a killed process left of %s could not be removed: %s", path, error)
