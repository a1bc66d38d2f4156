"""A store whose searches go to a vector index; everything else goes to the store itself.

Each answer is put together from two halves that never overlap in doubt: what the index proposes, which has everything
up to its position, and the *tail*: what the store wrote after that, read from the store and compared exactly. So a
search finds every write that was finished before it, however far the index lags. Both halves are scored from the
store's vectors and checked against its facts.

An engine that was started anew may answer before it has loaded everything. What an index proposes therefore counts
only where the same processes of the engine answered before and after it, and were seen to have all rows.
"""

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.catalogue.variants import GroupBy, group_of
from deepstyle.errors import IndexUnavailableError
from deepstyle.index.base import Condition, Position, SpaceName, VectorIndex
from deepstyle.index.conditions import conditions_of, outside_groups
from deepstyle.index.truth import Scored, Truth
from deepstyle.store.base import Hit, Store
from deepstyle.store.check import check_dimension, check_k, direction_of

TAIL_MAX: Final = 5000
"""So many rows may have changed since the index's position, or be in a space that has no index: 10 MB of vectors."""
MARGIN: Final = 16
"""Proposals beyond those that are needed, as some may be stale."""
GROWTH: Final = 8
PROPOSALS_MAX: Final = 16_384
"""What Milvus allows."""
SEARCHES_MAX: Final = 3
"""So often a search is repeated where the engine was started anew meanwhile."""
EVERYTHING: Final = ItemFilter()
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One search: ``unit`` (D,) of unit norm; ``left_out`` are the groups of what is excluded."""

    unit: NDArray[np.float64]
    k: int
    where: ItemFilter
    group_by: GroupBy
    left_out: frozenset[tuple[str, ...]]


class IndexedStore:
    """``store``, searched through ``index``; see ``deepstyle.store.base.Store`` for each call.

    ``falls_back``: whether the store's own search answers where the index cannot.
    """

    def __init__(self, store: Store, truth: Truth, index: VectorIndex, *, falls_back: bool = False) -> None:
        self.store = store
        self.truth = truth
        self.index = index
        self.url = store.url
        self._falls_back = falls_back
        self._tails: dict[SpaceName, tuple[int, int, Scored]] = {}
        self._loaded: dict[SpaceName, tuple[str, str]] = {}
        self._totals: dict[SpaceName, tuple[int, int]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def __enter__(self) -> "IndexedStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the index, then the store."""
        self.index.close()
        self.truth.close()
        self.store.close()

    def search(
        self,
        space: str,
        query: NDArray[np.float32],
        *,
        k: int = 10,
        where: ItemFilter = EVERYTHING,
        exclude: Sequence[str] = (),
        group_by: GroupBy = "none",
    ) -> list[Hit]:
        """See ``Store.search``; of vectors that are equal bit for bit the index may propose any.

        Raises ``IndexUnavailableError`` where the index does not answer, or lags more than ``TAIL_MAX`` rows.
        """
        check_k(k)
        unit, found = direction_of(query), self.truth.space(space)
        if found is None:
            return []
        check_dimension(unit, space, found.dimension)
        try:
            wanted = _Wanted(unit, k, where, group_by, self._groups_of(exclude, group_by))
            return self._search(found, wanted)
        except IndexUnavailableError as error:
            if not self._falls_back:
                raise
            logger.warning("the store answers itself: %s", error)
            return self.store.search(space, query, k=k, where=where, exclude=exclude, group_by=group_by)

    def _search(self, space: SpaceName, wanted: _Wanted) -> list[Hit]:
        currency = self.store.currency() if wanted.where.has_price_bound else ""
        conditions = conditions_of(wanted.where, currency) + outside_groups(wanted.left_out, wanted.group_by)
        for _ in range(SEARCHES_MAX):
            revision = self.truth.revision(space)
            position = self._position(space)
            tail = self._tail(space, position, revision)
            if not position.place:
                return self._ranked(tail, wanted)[: wanted.k]
            hits = self._looked(space, position, tail, wanted, conditions)
            if self._ran_on(space, position):
                return hits
        raise IndexUnavailableError(
            f"what searches the index of {space.name} was started anew meanwhile.", remedy="Try again in a few seconds."
        )

    def _ran_on(self, space: SpaceName, position: Position) -> bool:
        """Whether what was searched at ``position`` has run on until now."""
        try:
            now = self.index.position(space)
        except IndexUnavailableError:
            return False
        return now is not None and now.source == position.source

    def _looked(
        self, space: SpaceName, position: Position, tail: Scored, wanted: _Wanted, conditions: list[Condition]
    ) -> list[Hit]:
        """Ask for more until there are ``k`` hits, or nothing more is proposed."""
        proposals = wanted.k + MARGIN
        while True:
            keys = self.index.propose(position, wanted.unit, proposals, conditions)
            hits = self._ranked(_joined(self.truth.scored(space, keys), tail), wanted)
            if len(hits) >= wanted.k or len(keys) < proposals:
                return hits[: wanted.k]
            if proposals == PROPOSALS_MAX:
                return self._exact(space, wanted)
            proposals = min(PROPOSALS_MAX, proposals * GROWTH)

    def _exact(self, space: SpaceName, wanted: _Wanted) -> list[Hit]:
        """Compare all that matches: of too many proposals most were of the same groups, or did not match."""
        matching = self.store.matching(wanted.where, limit=PROPOSALS_MAX)
        if matching is None:
            raise IndexUnavailableError(
                f"more than {PROPOSALS_MAX} items match, and the index does not tell their groups apart.",
                remedy="Ask for fewer results, or narrow the filter.",
            )
        batch = self.store.vectors(space.name, matching)
        known = self.store.get(list(batch.item_ids))
        return self._ranked(Scored(tuple(known[one] for one in batch.item_ids), batch.vectors), wanted)[: wanted.k]

    def _position(self, space: SpaceName) -> Position:
        """Where the index stands; before every revision where there is none, or it says nothing about small spaces."""
        try:
            position = self.index.position(space)
            if position is None or not self.truth.knows(space, position.revision):
                return Position(-1)
            self._require_loaded(space, position)
            return position
        except IndexUnavailableError:
            if self.truth.count(space, TAIL_MAX + 1) > TAIL_MAX:
                raise
            return Position(-1)

    def _require_loaded(self, space: SpaceName, position: Position) -> None:
        """Raise ``IndexUnavailableError`` where an engine that was started anew does not have everything yet.

        Milvus answers searches before it has loaded all segments, with what it has. What the store has and did not
        change after the position is in the index, so that many other rows than those that changed must be there.
        """
        if self._loaded.get(space) == position.source:
            return
        changed = self.truth.changed_keys(space, position.revision)
        if len(changed) > PROPOSALS_MAX:
            raise _lags(space)
        # Before the store is read: what is deleted meanwhile is then missing there too.
        present = self.index.count(position, changed)
        revision = self.truth.revision(space)
        unchanged = self._total(space, revision) - len(self._tail(space, position, revision).items)
        if present < unchanged:
            raise IndexUnavailableError(
                f"the index of {space.name} has loaded {present} of {unchanged} items.",
                remedy="Try again in a few seconds.",
            )
        self._loaded[space] = position.source

    def _total(self, space: SpaceName, revision: int) -> int:
        """How many vectors the store has, counted again where its ``revision`` is another one."""
        known = self._totals.get(space)
        if known is None or known[0] != revision:
            known = self._totals[space] = revision, self.truth.count(space, sys.maxsize)
        return known[1]

    def _tail(self, space: SpaceName, position: Position, revision: int) -> Scored:
        """What the store wrote after ``position``, read again where its ``revision`` is another one."""
        known = self._tails.get(space)
        if known is not None and known[:2] == (position.revision, revision):
            return known[2]
        tail = self.truth.changed(space, position.revision, TAIL_MAX)
        if tail is None:
            raise _lags(space)
        self._tails[space] = position.revision, revision, tail
        return tail

    def _groups_of(self, item_ids: Sequence[str], by: GroupBy) -> frozenset[tuple[str, ...]]:
        if by == "none":
            return frozenset(group_of(Item(item_id), by) for item_id in item_ids)
        return frozenset(group_of(item, by) for item in self.store.get(item_ids).values())

    def _ranked(self, among: Scored, wanted: _Wanted) -> list[Hit]:
        """The best of each group of those that match, best first, ties by item id."""
        if not among.items:
            return []
        similarities = np.clip(np.vecdot(among.vectors, wanted.unit), -1, 1).tolist()
        scores = {item.item_id: (value, item) for item, value in zip(among.items, similarities, strict=True)}
        matching = list(scores)
        if not wanted.where.is_empty:
            matching = self.store.matching(wanted.where, among=matching, limit=len(matching)) or []
        best: dict[tuple[str, ...], Hit] = {}
        for item_id in sorted(matching, key=lambda one: (-scores[one][0], one)):
            value, item = scores[item_id]
            best.setdefault(group_of(item, wanted.group_by), Hit(item_id, value))
        return [hit for group, hit in best.items() if group not in wanted.left_out]


def _lags(space: SpaceName) -> IndexUnavailableError:
    return IndexUnavailableError(
        f"the index of {space.name} lags more than {TAIL_MAX} items, or is being built.",
        remedy="Try again in a few seconds.",
    )


def _joined(proposed: Scored, tail: Scored) -> Scored:
    if not tail.items:
        return proposed
    return replace(proposed, items=(*proposed.items, *tail.items), vectors=np.vstack([proposed.vectors, tail.vectors]))
