"""The index of a large space: a scan of 4-bit codes proposes candidates, which the float32 vectors then rank.

Of a very large space the scan reads the vectors' principal dimensions alone, where ``index_build`` finds that these
suffice; 8-bit codes of all dimensions then rank what it proposes, since reading many rows of a file takes longer. See
research/search_index.md and research/reduced_index.md for the alternatives.

An index is a derived file beside the database, stamped with the file of rows that it covers, and built again whenever
it is of others. Layout: what the library reads, the basis float32 (D, P), the codes int8 (N, D), their scales float32
(N), and the trailer. Without a basis there are no codes.
"""

import hashlib
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import turbovec  # type: ignore[import-untyped]
from numpy.typing import NDArray

from deepstyle.errors import StoreError
from deepstyle.files import atomic_file, open_regular
from deepstyle.store.index_codes import Codes, mapped_codes, written_codes
from deepstyle.store.rows import Rows

OVERSAMPLE: Final = 4
PROPOSALS_MIN: Final = 64
REDUCED_OVERSAMPLE: Final = 10
"""So many times as many candidates are needed where the scan reads some of the dimensions alone."""
MASKED_OVERSAMPLE: Final = (4, 24)
"""The same under a filter that few rows pass: at least and at most, and in between a share of these rows."""
MASKED_SHARE: Final = 1 / 48
UNMASKED_FROM: Final = 0.25
"""Where at least this share may be returned, dropping the others afterwards is faster than a scan under a mask."""
UNMASKED_MARGIN: Final = 1.5
SLOW_SHARES: Final = (1 / 34, 1 / 15)
"""The library takes up to a hundred times as long where it is to return a share of the rows between these."""
MAGIC: Final = b"deepstyle index 4\n"
_BLOCK_BYTES: Final = 1 << 24
_TRAILER: Final = struct.Struct(f"<32sqq32s{len(MAGIC)}s")
"""Stamp of the rows, bytes of the library, columns of the basis, SHA-256 of what is before and of these, magic."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Index:
    """``native`` has the first N rows of a space, in their order: their products with ``basis`` (D, P), where given."""

    native: turbovec.TurboQuantIndex
    basis: NDArray[np.float32] | None = None
    codes: Codes | None = None

    def __len__(self) -> int:
        return len(self.native)

    def propose(self, query: NDArray[np.float32], k: int, places: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Places of the likely ``k`` best and a margin, among ``places`` (N) bool where given."""
        wanted = min(max(OVERSAMPLE * k, PROPOSALS_MIN), len(self))
        allowed = len(self) if places is None else int(np.count_nonzero(places))
        if not allowed:
            return np.empty(0, np.int64)
        if self.basis is None:
            return self._scan(query, (wanted, wanted), places, allowed)
        # A filter that is independent of the vectors keeps its share of an unfiltered scan's candidates. One that
        # selects what is far from the query leaves more that are about as near as the nearest.
        unmasked = int(REDUCED_OVERSAMPLE * wanted * max(allowed / len(self), 0.5))
        least, most = (times * wanted for times in MASKED_OVERSAMPLE)
        masked = min(max(int(MASKED_SHARE * allowed), least), most)
        found = self._scan(query @ self.basis, (unmasked, masked), places, allowed)
        return found if self.codes is None else self.codes.best(found, query, wanted)

    def _scan(
        self, query: NDArray[np.float32], depths: tuple[int, int], places: NDArray[np.bool_] | None, allowed: int
    ) -> NDArray[np.int64]:
        """The best of ``places``, of which there are ``allowed``: how many without a mask, and how many under it."""
        unmasked, masked = depths
        if places is None:
            return self._found(query, unmasked, None, allowed)
        if allowed >= UNMASKED_FROM * len(self):
            found = self._found(query, int(UNMASKED_MARGIN * unmasked * len(self) / allowed), None, len(self))
            found = found[places[found]]
            if len(found) >= unmasked:
                return found[:unmasked]
        return self._found(query, masked, places, allowed)

    def _found(
        self, query: NDArray[np.float32], wanted: int, places: NDArray[np.bool_] | None, allowed: int
    ) -> NDArray[np.int64]:
        low, high = SLOW_SHARES
        if low * allowed < wanted < high * allowed:
            wanted = int(high * allowed)
        _, found = self.native.search(query[None], min(wanted, allowed), mask=places)
        return np.asarray(found[0], np.int64)


@dataclass(frozen=True)
class _Trailer:
    stamp: bytes
    native_bytes: int
    reduced: int
    """The columns of the basis; 0 without one."""

    def packed(self, digest: "hashlib._Hash") -> bytes:
        """The trailer of what ``digest`` has read."""
        digest = digest.copy()
        digest.update(_TRAILER.pack(self.stamp, self.native_bytes, self.reduced, b"", b""))
        return _TRAILER.pack(self.stamp, self.native_bytes, self.reduced, digest.digest(), MAGIC)

    def size(self, count: int, dimension: int) -> int:
        """The size of a file of ``count`` rows with this trailer, in bytes."""
        more = 4 * dimension * self.reduced + count * (dimension + 4) if self.reduced else 0
        return self.native_bytes + more + _TRAILER.size


def save_index(path: Path, index: Index, rows: Rows, stamp: bytes) -> None:
    """Write the ``index`` of the ``rows`` that ``stamp`` names to ``path``, atomically; raises ``OSError``."""
    data = index.native.to_bytes()
    trailer = _Trailer(stamp, len(data), 0 if index.basis is None else index.basis.shape[1])
    digest = hashlib.sha256()
    with atomic_file(path) as file:
        for block in _content(data, index.basis, rows):
            file.write(block)
            digest.update(block)
        file.write(trailer.packed(digest))


def _content(native: bytes, basis: NDArray[np.float32] | None, rows: Rows) -> Iterator[bytes]:
    yield native
    if basis is not None:
        yield np.ascontiguousarray(basis, "<f4").tobytes()
        yield from written_codes(rows)


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
    count, dimension = rows.shape
    with open_regular(path) as file:
        trailer, _ = _read_trailer(file)
        if trailer.stamp != stamp:
            raise StoreError("it is of other rows.")
        if trailer.size(count, dimension) != file.seek(0, 2):
            raise StoreError("it has another size than it should have.")
        native = _read_native(path)
        basis, codes = None, None
        if trailer.reduced:
            file.seek(trailer.native_bytes)
            size = 4 * dimension * trailer.reduced
            basis = np.frombuffer(file.read(size), "<f4").reshape(dimension, trailer.reduced)
            codes = mapped_codes(file, trailer.native_bytes + size, (count, dimension))
    with open_regular(path) as file:
        is_replaced = _read_trailer(file)[0] != trailer  # meanwhile, by another process
    if is_replaced or (len(native), native.dim) != (count, trailer.reduced or dimension):
        raise StoreError("it is of other rows.")
    native.prepare()
    return Index(native, basis, codes)


def _read_native(path: Path) -> turbovec.TurboQuantIndex:
    try:
        return turbovec.TurboQuantIndex.load(str(path))
    except OSError:
        raise
    except Exception as error:  # of another version of the library; its parser raises many kinds
        raise StoreError(f"it cannot be read: {error}.") from error


def verify_index(path: Path) -> None:
    """Read all of ``path``; raises ``StoreError`` where it is not what was written, ``OSError`` where it is unread."""
    with open_regular(path) as file:
        trailer, end = _read_trailer(file)
        size = file.tell() - _TRAILER.size
        file.seek(0)
        digest = hashlib.sha256()
        while size and (block := file.read(min(size, _BLOCK_BYTES))):
            digest.update(block)
            size -= len(block)
        if trailer.packed(digest) != end:
            raise StoreError("it does not verify.")


def _read_trailer(file: BinaryIO) -> tuple[_Trailer, bytes]:
    """The trailer and its bytes; the file is left at its end."""
    size = file.seek(0, 2) - _TRAILER.size
    file.seek(max(0, size))
    data = file.read(_TRAILER.size)
    if len(data) < _TRAILER.size or not data.endswith(MAGIC):
        raise StoreError("it is no index, or of another version.")
    stamp, native_bytes, reduced, _, _ = _TRAILER.unpack(data)
    if not 0 <= native_bytes <= size or reduced < 0:
        raise StoreError("it has another size than it should have.")
    return _Trailer(stamp, native_bytes, reduced), data


def index_folder(database: Path) -> Path:
    """The folder of what is derived from the store in the file ``database``, beside it."""
    return database.with_name(f"{database.name}.index")


def remove_derived(path: Path) -> None:
    """Remove the derived file ``path``; one that stays there, which is logged, is never used again."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s could not be removed: %s", path, error)
