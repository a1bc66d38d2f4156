"""The contract of an index in a few lines of Python: exact, in memory, and silent when a test says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import IndexUnavailableError
from deepstyle.index.base import Condition, Held, Position, Row, SpaceName


@dataclass
class MemoryIndex:
    live: dict[SpaceName, str] = field(default_factory=dict)
    places: dict[str, dict[int, Row]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    is_silent: bool = False
    proposed: int = 0
    run: str = "1"
    loaded: float = 1.0
    """The share of the rows that is shown."""

    def count(self, position: Position, without: Sequence[int]) -> int:
        self._answer()
        return len({row.key for row in self._shown(position)} - {*without})

    def _shown(self, position: Position) -> list[Row]:
        rows = list(self.places[position.place].values())
        return rows[: round(self.loaded * len(rows))]

    def position(self, space: SpaceName, *, fresh: bool = False) -> Position | None:
        self._answer()
        place = self.live.get(space)
        return None if place is None else Position(self.revisions[place], place, run=self.run)

    def propose(
        self, position: Position, query: NDArray[np.float64], k: int, conditions: Sequence[Condition]
    ) -> list[int]:
        self._answer()
        rows = [row for row in self._shown(position) if all(meets(row, one) for one in conditions)]
        self.proposed += len(rows)
        return [row.key for row in sorted(rows, key=lambda row: -float(row.vector @ query))[:k]]

    def create(self, space: SpaceName) -> Position:
        self._answer()
        place = f"{space.key}-{len(self.places)}"
        self.places[place], self.revisions[place] = {}, -1
        return Position(-1, place)

    def write(self, place: str, rows: Sequence[Row], gone: Sequence[int]) -> None:
        self._answer()
        for key in gone:
            self.places[place].pop(key, None)
        self.places[place] |= {row.key: row for row in rows}

    def acknowledge(self, place: str, revision: int) -> Position:
        self._answer()
        self.revisions[place] = revision
        return Position(revision, place)

    def settle(self, place: str) -> None:
        self._answer()

    def held(self, position: Position) -> Held:
        rows = self.places[position.place].values()
        keys, revisions = [row.key for row in rows], [row.revision for row in rows]
        return Held(np.array(keys, np.int64), np.array(revisions, np.int64))

    def publish(self, space: SpaceName, position: Position) -> None:
        self._answer()
        self.live[space] = position.place

    def retain(self, spaces: Iterable[SpaceName]) -> None:
        kept = list(spaces)
        self.live = {space: place for space, place in self.live.items() if space in kept}

    def close(self) -> None:
        pass

    def _answer(self) -> None:
        if self.is_silent:
            raise IndexUnavailableError("the index is silent.")


def meets(row: Row, condition: Condition) -> bool:
    value, values = row.values[condition.field], condition.values
    match condition.kind:
        case "has":
            assert isinstance(value, list)
            return not set(value).isdisjoint(values)
        case "low":
            return value >= values[0]
        case "high":
            return value <= values[0]
        case kind:
            return (value in values) == (kind == "among")
