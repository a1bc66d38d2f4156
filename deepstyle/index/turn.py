"""Whose turn it is to write an index: one process at a time, and what it may still write once it is not.

A ``Turn`` is checked before and after each call that writes. A process that was paused between the check and the call
may write once more after its turn has ended; it then reports that (``Turn.check``), and whoever has the turn compares
the whole index again.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from deepstyle.errors import StoreBusyError
from deepstyle.index.base import Condition, Held, Position, Row, SpaceName, VectorIndex
from deepstyle.index.notes import Notes


class Turn(Protocol):
    """The right to write an index, from when it was taken on."""

    def check(self, *, has_written: bool = False) -> None:
        """Raise ``StoreBusyError`` where it was lost, and report it where a write ended after that."""
        ...

    def doubts(self) -> int:
        """How often a process reported that it wrote after its turn; another number: compare the index again."""
        ...


class HeldTurn:
    """A turn that cannot be lost: the system frees a lock on a file when its process ends."""

    def check(self, *, has_written: bool = False) -> None:
        """See ``Turn.check``."""

    def doubts(self) -> int:
        """See ``Turn.doubts``."""
        return 0


@contextlib.contextmanager
def file_turn(path: Path) -> Iterator[Turn]:
    """The turn of one machine's processes, by a lock on ``path``; raises ``StoreBusyError`` where another has it."""
    try:
        with FileLock(path).acquire(timeout=0):
            yield HeldTurn()
    except Timeout:
        raise busy() from None


def busy() -> StoreBusyError:
    """The error where another process has the turn."""
    return StoreBusyError(
        "another process writes the vector index of this store.", remedy="Wait for it, or stop that server."
    )


class FencedIndex:
    """``index``, written only while ``turn`` is this process's; see ``VectorIndex`` for each call."""

    def __init__(self, index: VectorIndex, turn: Turn, notes: Notes) -> None:
        self._index = index
        self._turn = turn
        self._notes = notes

    def count(self, position: Position, without: Sequence[int]) -> int:
        """See ``VectorIndex.count``."""
        return self._index.count(position, without)

    def position(self, space: SpaceName, *, fresh: bool = False) -> Position | None:
        """See ``VectorIndex.position``."""
        return self._index.position(space, fresh=fresh)

    def propose(
        self, position: Position, query: NDArray[np.float64], k: int, conditions: Sequence[Condition]
    ) -> list[int]:
        """See ``VectorIndex.propose``."""
        return self._index.propose(position, query, k, conditions)

    def create(self, space: SpaceName) -> Position:
        """See ``VectorIndex.create``."""
        with self._fenced():
            return self._index.create(space)

    def write(self, place: str, rows: Sequence[Row], gone: Sequence[int]) -> None:
        """See ``VectorIndex.write``."""
        with self._fenced():
            self._index.write(place, rows, gone)
        self._notes.has_written(len(rows) + len(gone))

    def acknowledge(self, place: str, revision: int) -> Position:
        """See ``VectorIndex.acknowledge``."""
        with self._fenced():
            return self._index.acknowledge(place, revision)

    def settle(self, place: str) -> None:
        """See ``VectorIndex.settle``."""
        self._index.settle(place)

    def held(self, position: Position) -> Held:
        """See ``VectorIndex.held``."""
        return self._index.held(position)

    def publish(self, space: SpaceName, position: Position) -> None:
        """See ``VectorIndex.publish``."""
        with self._fenced():
            self._index.publish(space, position)
        self._notes.has_built()

    def retain(self, spaces: Iterable[SpaceName]) -> None:
        """See ``VectorIndex.retain``."""
        with self._fenced():
            self._index.retain(spaces)

    def close(self) -> None:
        """See ``VectorIndex.close``."""
        self._index.close()

    @contextlib.contextmanager
    def _fenced(self) -> Iterator[None]:
        self._turn.check()
        try:
            yield
        finally:
            self._turn.check(has_written=True)
