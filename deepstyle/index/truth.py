"""What an index reads of the store that it follows: the rows as they are now, and which of them changed since a moment.

A *revision* is a moment of the store as a whole number that only grows. A follower reads what changed after the
revision that its index has, as it is now, and acknowledges the revision it read up to; so anybody may go on from any
revision, in order and as often as it likes. ``SqliteTruth`` and ``MongoTruth`` say where theirs come from.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.index.base import Held, Row, SpaceName
from deepstyle.index.turn import Turn

READ_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Scored:
    """Items with a current vector: ``items`` know their id and their group; ``vectors`` (N, D) float32."""

    items: tuple[Item, ...]
    vectors: NDArray[np.float32]


class Truth(Protocol):
    """Reads of a store, for any thread; ``since`` is a revision that the store ``knows``."""

    def revision(self, space: SpaceName) -> int:
        """A revision at or after which no write is that was finished before this call; the same until a write."""
        ...

    def knows(self, space: SpaceName, revision: int) -> bool:
        """Whether it can be said what changed after ``revision``; not where that is of another store."""
        ...

    def behind_s(self, space: SpaceName, revision: int) -> float:
        """The time from ``revision`` to the store's own, 0 where nothing was written after it."""
        ...

    def spaces(self) -> list[SpaceName]:
        """The spaces that exist."""
        ...

    def space(self, name: str) -> SpaceName | None:
        """The space, ``None`` where it does not exist."""
        ...

    def count(self, space: SpaceName, limit: int) -> int:
        """How many vectors ``space`` has, ``limit`` where these are more."""
        ...

    def rows(self, space: SpaceName, *, since: int = -1) -> Iterator[list[Row]]:
        """The rows of ``space`` that changed after ``since``, as they are now, ``READ_ROWS`` at a time."""
        ...

    def gone(self, space: SpaceName, since: int) -> list[int]:
        """The keys that lost their vector after ``since`` and have none now."""
        ...

    def scored(self, space: SpaceName, keys: Sequence[int]) -> Scored:
        """Those of ``keys`` that have a vector now."""
        ...

    def changed(self, space: SpaceName, since: int, limit: int) -> Scored | None:
        """What changed after ``since`` (-1: everything), ``None`` where these are more than ``limit`` vectors."""
        ...

    def changed_keys(self, space: SpaceName, since: int) -> list[int]:
        """The keys whose rows were written, changed or lost after ``since``."""
        ...

    def held(self, space: SpaceName, since: int) -> tuple[Held, NDArray[np.int64]]:
        """What an index of ``space`` should hold, and the keys (M,) that changed after ``since`` until it was read."""
        ...

    def turn(self) -> AbstractContextManager[Turn]:
        """The turn to write the index of this store; raises ``StoreBusyError`` at once where another process has it."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...
