"""What keeps an index where the store is: it follows in order, builds what is missing, and verifies what is there.

One process at a time follows a store (``deepstyle.index.turn``). It may die at any moment: whoever goes on begins at
the position that the index itself names, and writes again what was written twice.
"""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import DeepstyleError, IndexUnavailableError, StoreBusyError
from deepstyle.index.base import Held, Position, SpaceName, VectorIndex
from deepstyle.index.notes import Notes
from deepstyle.index.truth import Truth
from deepstyle.index.turn import FencedIndex, Turn

POLL_S: Final = 0.2
RETRY_S: Final = 1.0
VERIFY_TIMES: Final = 3
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verified:
    """An index compared with its store: rows and digest of the store; keys that the index lacks, or has too many."""

    revision: int
    count: int
    digest: str
    missing: int
    extra: int

    @property
    def passed(self) -> bool:
        """Whether both hold the same."""
        return not self.missing and not self.extra


def follow(truth: Truth, index: VectorIndex, space: SpaceName) -> Position:
    """Bring the live index of ``space`` to the store's revision, built where there is none; return where it stands."""
    position = index.position(space, fresh=True)
    if position is None or not truth.knows(space, position.revision):
        return build(truth, index, space)
    # What is read now may have been acknowledged by another process, which has read on since.
    return position if truth.revision(space) <= position.revision else _catch_up(truth, index, space, position)


def build(truth: Truth, index: VectorIndex, space: SpaceName) -> Position:
    """Build an index of ``space`` beside the live one, verify it, and switch to it; searches go on meanwhile.

    Raises ``IndexUnavailableError`` where the new index does not verify; the live one stays.
    """
    revision = truth.revision(space)
    place = index.create(space).place
    for rows in truth.rows(space):
        index.write(place, rows, [])
    position = index.acknowledge(place, revision)
    index.settle(place)
    position = _catch_up(truth, index, space, position)
    found = verify(truth, index, space, position)
    if not found.passed:
        raise IndexUnavailableError(
            f"the new index of {space.name} lacks {found.missing} rows, has {found.extra} more."
        )
    index.publish(space, position)
    return position


def verify(truth: Truth, index: VectorIndex, space: SpaceName, position: Position) -> Verified:
    """Compare what the index holds at ``position`` with the store, row by row and revision by revision.

    Rows that changed since ``position`` are left out: the index may or may not have them yet.
    """
    found = index.held(position)
    wanted, changed = truth.held(space, position.revision)
    wanted, found = _without(wanted, changed), _without(found, changed)
    ours, theirs = _pairs(wanted), _pairs(found)
    return Verified(position.revision, len(wanted.keys), digest_of(wanted), len(ours - theirs), len(theirs - ours))


def digest_of(held: Held) -> str:
    """A digest of rows in any order: the sum of each row's mixed 64 bits."""
    with np.errstate(over="ignore"):
        mixed = _mixed(_mixed(held.keys.astype(np.uint64)) + held.revisions.astype(np.uint64))
        return f"{int(mixed.sum(dtype=np.uint64)):016x}"


@dataclass(frozen=True, slots=True)
class Lag:
    """How far an index is behind its store: ``behind_s`` between their last writes, 0 where it has all or is not built.

    ``answers`` says whether the engine does.
    """

    answers: bool
    built: bool
    behind_s: float


def lag_of(truth: Truth, index: VectorIndex, space: str) -> Lag:
    """How far the index of ``space`` is behind."""
    found = truth.space(space)
    try:
        position = None if found is None else index.position(found)
    except IndexUnavailableError:
        return Lag(False, False, 0.0)
    if found is None or position is None:
        return Lag(True, False, 0.0)
    return Lag(True, True, truth.behind_s(found, position.revision))


class Follower:
    """A thread that follows every space of the store, in one process at a time."""

    def __init__(self, truth: Truth, index: VectorIndex, notes: Notes) -> None:
        self._truth = truth
        self._index = index
        self._notes = notes
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deepstyle-follower", daemon=True)

    def start(self) -> None:
        """Begin to follow, as soon as no other process does."""
        self._thread.start()

    def close(self) -> None:
        """End after the step that is running."""
        self._ended.set()
        self._thread.join()
        self._index.close()
        self._truth.close()

    def lag(self, space: str) -> Lag:
        """How far the index of ``space`` is behind the store."""
        return lag_of(self._truth, self._index, space)

    def _run(self) -> None:
        said = ""
        while not self._ended.is_set():
            try:
                with self._truth.turn() as turn:
                    self._follow_all(turn)
            except StoreBusyError:
                self._notes.has_followed(0)
                self._ended.wait(RETRY_S)
            except DeepstyleError as error:
                self._notes.has_failed()
                if error.message != said:  # an engine may be down for hours
                    logger.warning("the vector index does not follow: %s", error)
                said = error.message
                self._ended.wait(RETRY_S)

    def _follow_all(self, turn: Turn) -> None:
        index = FencedIndex(self._index, turn, self._notes)
        retained: list[SpaceName] | None = None
        followed: dict[SpaceName, int] = {}
        doubts = turn.doubts()
        while not self._ended.is_set():
            turn.check()
            began_s = time.time()
            if turn.doubts() != doubts:
                doubts, followed = turn.doubts(), {}
            spaces = self._truth.spaces()
            for space in spaces:
                revision = self._truth.revision(space)
                if self._ended.is_set():
                    return
                if followed.get(space) != revision:
                    position = follow(self._truth, index, space)
                    if space not in followed:
                        self._verify(index, space, position)
                    followed[space] = revision
            if spaces != retained:
                index.retain(spaces)
                retained, followed = spaces, {space: followed[space] for space in spaces}
            self._notes.has_followed(began_s)
            self._ended.wait(POLL_S)

    def _verify(self, index: VectorIndex, space: SpaceName, position: Position) -> None:
        """Once per start, and after each doubt: build again what does not verify."""
        found = verify(self._truth, index, space, position)
        if not found.passed:
            logger.warning("the index of %s is built again: %s", space.name, found)
            build(self._truth, index, space)


def _catch_up(truth: Truth, index: VectorIndex, space: SpaceName, position: Position) -> Position:
    revision = truth.revision(space)
    # What is gone goes first: it may come back before the rows are read.
    index.write(position.place, [], truth.gone(space, position.revision))
    for rows in truth.rows(space, since=position.revision):
        index.write(position.place, rows, [])
    return index.acknowledge(position.place, revision)


def _without(held: Held, keys: NDArray[np.int64]) -> Held:
    kept = ~np.isin(held.keys, keys)
    return Held(held.keys[kept], held.revisions[kept])


def _pairs(held: Held) -> set[tuple[int, int]]:
    return set(zip(held.keys.tolist(), held.revisions.tolist(), strict=True))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each value's bits, mixed as by splitmix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
