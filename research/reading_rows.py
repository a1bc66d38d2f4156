"""How a search reads its 64 candidates' vectors: from memory, from a mapped file, or by reads at their places.

python -m research.reading_rows [--rows 250000]

The file is in the page cache. Each way answers the same 1,000 drawn searches, in turn with the others.
"""

import argparse
import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.measure.machine import describe_machine
from deepstyle import platform
from deepstyle.store.rows import Head, open_rows, write_rows

DIMENSION: Final = 512
CANDIDATES: Final = 64
SEARCHES: Final = 1000
MIB: Final = 1024 * 1024

Read = Callable[[NDArray[np.int64]], NDArray[np.float32]]


def in_memory(path: Path) -> Read:
    """From a matrix in memory."""
    matrix = open_rows(path)[1][:]
    return matrix.__getitem__


def mapped(path: Path) -> Read:
    """From a map of the file, with the advice that reads are scattered."""
    head, rows = open_rows(path)
    matrix = np.memmap(path, np.float32, "r", head.rows_at, rows.shape)
    matrix._mmap.madvise(mmap.MADV_RANDOM)  # type: ignore[attr-defined]
    return matrix.__getitem__


def by_reads(path: Path) -> Read:
    """By one read at the place of each row."""
    return open_rows(path)[1].__getitem__


WAYS: Final = {"memory": in_memory, "mapped": mapped, "reads": by_reads}


def main() -> None:
    """Measure each way in a process of its own, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=250_000)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        measure(given.file, given.way)
        return
    print(f"{describe_machine()}\n\n{'':10}{'p50, µs':>10}{'p95, µs':>10}{'resident, MiB':>16}")
    with tempfile.TemporaryDirectory(prefix="rows-") as folder:
        path = Path(folder) / "any.rows"
        blocks = (np.random.default_rng(at).random((given.rows // 10, DIMENSION), np.float32) for at in range(10))
        write_rows(path, Head(1, DIMENSION, 1, np.zeros((3, given.rows // 10 * 10), np.int64)), blocks)
        for way in (*WAYS, *WAYS):
            command = [sys.executable, "-m", "research.reading_rows", "--way", way, "--file", str(path)]
            subprocess.run(command, check=True)


def measure(path: Path, way: str) -> None:
    """Print the time of a search's rows, and by how much the process grew."""
    own = platform.resident_bytes(os.getpid())
    read, draw = WAYS[way](path), np.random.default_rng(3)
    count, query = len(open_rows(path)[1]), draw.random(DIMENSION)
    times = []
    for _ in range(SEARCHES):
        places = draw.integers(0, count, CANDIDATES)
        started_s = time.perf_counter()
        np.vecdot(read(places), query)
        times.append(1e6 * (time.perf_counter() - started_s))
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{way:10}{p50:10.0f}{p95:10.0f}{(platform.resident_bytes(os.getpid()) - own) / MIB:16.0f}", flush=True)


if __name__ == "__main__":
    main()
