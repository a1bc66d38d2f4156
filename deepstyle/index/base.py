"""The contract of a vector index: what it holds of a space, and what it proposes.

The store holds the truth, vectors included. An index is derived from it: it may lag, be lost and be built again. It is
written in the order of the store's revisions, says up to which one it has everything, and only *proposes*: what it
proposes is scored and checked by what the store says now (``deepstyle.index.indexed``), so nothing stale is returned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SpaceName:
    """One space of the store: ``key`` is another one after the space was dropped and written anew."""

    name: str
    key: int
    dimension: int


@dataclass(frozen=True, slots=True)
class Row:
    """One vector (D,) float32 with what filters compare (``conditions.row_values``), as of ``revision``."""

    key: int
    revision: int
    vector: NDArray[np.float32]
    values: dict[str, int | float | list[int]]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value must meet: be one of ``values``, none of them, hold one of them (``has``), or be bounded by one."""

    field: str
    kind: Literal["among", "outside", "has", "low", "high"]
    values: tuple[int, ...] | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where an index stands: it has every row of a revision up to ``revision``.

    ``place``, ``moment`` and ``run`` are the index's own: what is searched, from when on it shows this revision, and
    which processes of the engine search it: others after one of them was started anew.
    """

    revision: int
    place: str = ""
    moment: int = 0
    run: str = ""

    @property
    def source(self) -> tuple[str, str]:
        """What answers: two answers of the same source are of processes that ran on between them."""
        return self.place, self.run


@dataclass(frozen=True, slots=True)
class Held:
    """The rows that an index has: ``keys`` and ``revisions`` (N,) int64, in any order."""

    keys: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    revisions: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


class VectorIndex(Protocol):
    """What an engine does; each call raises ``IndexUnavailableError`` where the engine does not answer in time."""

    def count(self, position: Position, without: Sequence[int]) -> int:
        """How many rows a search at ``position`` compares now, but for those of the keys ``without``."""
        ...

    def position(self, space: SpaceName, *, fresh: bool = False) -> Position | None:
        """Where the live index of ``space`` stands, ``None`` where there is none.

        At most a moment old, and read after the last failure and the last pause in which the engine may have been
        started anew; or ``fresh``.
        """
        ...

    def propose(
        self, position: Position, query: NDArray[np.float64], k: int, conditions: Sequence[Condition]
    ) -> list[int]:
        """Keys of about the ``k`` nearest to ``query`` (D,) of unit norm that meet all ``conditions``, best first.

        Fewer than ``k`` only where no more are held. Everything that ``position`` promises is searched.
        """
        ...

    def create(self, space: SpaceName) -> Position:
        """A new, empty index of ``space`` beside the live one; what was left half built is dropped."""
        ...

    def write(self, place: str, rows: Sequence[Row], gone: Sequence[int]) -> None:
        """Write rows, replacing those of the same keys, and delete the keys ``gone``; idempotent."""
        ...

    def acknowledge(self, place: str, revision: int) -> Position:
        """Note that everything up to ``revision`` was written."""
        ...

    def settle(self, place: str) -> None:
        """Wait until what was written is indexed, after a whole space was written."""
        ...

    def held(self, position: Position) -> Held:
        """All rows that are held at ``position``."""
        ...

    def publish(self, space: SpaceName, position: Position) -> None:
        """Make the index at ``position`` the live one in one step, and drop the former one."""
        ...

    def retain(self, spaces: Iterable[SpaceName]) -> None:
        """Drop the indexes of all other spaces."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...
