"""The vectors of a large space with 8 bits a number, which rank the candidates of a scan of some of the dimensions.

They are mapped from the file of the index, so that all processes share them; half of what each number's 4 bytes take
would not do, since the file counts as resident where it was touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.store.rows import Rows, blocks

LARGEST: Final = 127


@dataclass(frozen=True)
class Codes:
    """Row ``n`` of the vectors is about ``values[n] * scales[n]``; ``values`` (N, D) int8, ``scales`` (N,) float32."""

    values: NDArray[np.int8]
    scales: NDArray[np.float32]

    def best(self, places: NDArray[np.int64], query: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """The ``k`` of ``places`` (M,) whose rows have the largest products with ``query`` (D,), in any order."""
        if len(places) <= k:
            return places
        products = (self.values[places].astype(np.float32) @ query) * self.scales[places]
        return places[np.argpartition(products, len(places) - k)[-k:]]


def coded(vectors: NDArray[np.float32]) -> Codes:
    """The codes of ``vectors`` (N, D), each row in steps of its own."""
    scales = np.abs(vectors).max(axis=1) / np.float32(LARGEST)
    steps = vectors / np.where(scales > 0, scales, 1)[:, None]
    return Codes(np.rint(steps).astype(np.int8), scales.astype(np.float32))


def written_codes(rows: Rows) -> Iterator[bytes]:
    """What ``mapped_codes`` reads: the values of all ``rows``, then their scales."""
    scales = []
    for block in blocks(rows):
        codes = coded(block)
        yield codes.values.tobytes()
        scales.append(codes.scales.astype("<f4").tobytes())
    yield b"".join(scales)


def mapped_codes(file: BinaryIO, start: int, shape: tuple[int, int]) -> Codes:
    """The codes (N, D) of the ``shape`` that were written at the byte ``start`` of ``file``, which may be closed."""
    values = np.memmap(file, np.int8, "r", start, shape)
    scales = np.memmap(file, "<f4", "r", start + shape[0] * shape[1], shape[0])
    return Codes(np.asarray(values), np.asarray(scales))
