"""The vectors of titles, by the hash of their text: one SQLite file in the cache folder, which may be deleted.

Several stores and processes share it. What is damaged is made anew.
"""

import contextlib
import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

FOLDER: Final = "titles"
HASH_BYTES: Final = 16
READ_AT_ONCE: Final = 500
WAIT_S: Final = 30.0
_TABLE: Final = "CREATE TABLE IF NOT EXISTS titles (hash BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"

Vectors = NDArray[np.float16]
logger = logging.getLogger(__name__)


def text_hash(text: str) -> bytes:
    """The key of a text."""
    return hashlib.sha256(text.encode("utf-8")).digest()[:HASH_BYTES]


class TitleVectors:
    """The vectors that the model ``name`` computed, ``dimension`` float16 numbers each."""

    def __init__(self, cache_dir: Path, name: str, dimension: int) -> None:
        self.path = cache_dir / FOLDER / f"{name}.db"
        self._dimension = dimension

    @property
    def lock(self) -> Path:
        """The file that whoever computes missing vectors locks, so that two processes do not compute the same ones."""
        return self.path.with_suffix(".lock")

    def read(self, hashes: Sequence[bytes]) -> tuple[list[bytes], Vectors]:
        """Those of ``hashes`` that are known, in their order, and their vectors (M, dimension) float16.

        None where the file cannot be read, which is logged.
        """
        found = np.empty((len(hashes), self._dimension), np.float16)
        known: list[bytes] = []
        try:
            with self._connected() as connection:
                for start in range(0, len(hashes), READ_AT_ONCE):
                    some = hashes[start : start + READ_AT_ONCE]
                    query = f"SELECT hash, vector FROM titles WHERE hash IN ({','.join('?' * len(some))})"  # noqa: S608
                    stored = dict(connection.execute(query, some))
                    for key in some:
                        if len(data := stored.get(key, b"")) == 2 * self._dimension:
                            found[len(known)] = np.frombuffer(data, np.float16)
                            known.append(key)
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return [], found[:0]
        return known, found[: len(known)]

    def write(self, hashes: Sequence[bytes], vectors: NDArray[np.floating]) -> bool:
        """Keep the ``vectors`` (N, dimension) of ``hashes``, durably; return whether that was possible."""
        rows = [(key, vector.tobytes()) for key, vector in zip(hashes, vectors.astype(np.float16), strict=True)]
        try:
            with self._connected() as connection, connection:
                connection.executemany("INSERT OR REPLACE INTO titles VALUES (?, ?)", rows)
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            return False
        return True

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=WAIT_S)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_TABLE)
            yield connection

    def _failed(self, error: Exception) -> None:
        logger.warning("the vectors of titles in %s cannot be used: %s", self.path, error)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            for suffix in ("", "-wal", "-shm"):  # damaged, and everything in it can be computed again
                with contextlib.suppress(OSError):
                    Path(f"{self.path}{suffix}").unlink()
