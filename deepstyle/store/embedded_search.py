"""How the embedded store searches by vectors."""

import logging
from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Hit, ItemFilter
from deepstyle.store.check import check_dimension, check_k, direction_of
from deepstyle.store.nearest import nearest
from deepstyle.store.rows import RowsUnreadableError
from deepstyle.store.snapshot import Snapshots

EVERYTHING: Final = ItemFilter()

logger = logging.getLogger(__name__)


@runtime_checkable
class PreparesSearch(Protocol):
    """A store that derives files from a large space, from which it is searched."""

    def prepare_search(self, space: str) -> None:
        """Write them, unless they are there and have all but the newest vectors."""
        ...


class EmbeddedSearch:
    """The part of the store that searches by vectors."""

    _snapshots: Snapshots

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
        """The ``k`` items of ``space`` that match ``where`` and are most similar to ``query`` (D,) by cosine.

        Exact in spaces of fewer than 50,000 vectors. Past that an index proposes candidates, whose similarities are
        exact; of vectors that are equal bit for bit it may then propose any.
        Raises ``UsageError`` where ``query`` has another dimension or no direction, or ``k`` is below 1.
        """
        check_k(k)
        direction = direction_of(query)
        for is_last in (False, True):
            snapshot = self._snapshots.current(space)
            vectors, columns = snapshot.spaces.get(space), snapshot.columns
            if vectors is None:
                return []
            check_dimension(direction, space, vectors.dimension)
            try:
                hits = nearest(columns, vectors, direction, k=k, where=where, exclude=exclude, group_by=group_by)
                break
            except RowsUnreadableError as error:
                if is_last:
                    raise
                logger.warning("the rows of the space %s are written again: %s", space, error.message)
                self._snapshots.forget(space)
        self._snapshots.searched(space)
        return hits

    def build_index(self, space: str) -> None:
        """Write what ``space`` is searched by now; a large space gets it by itself after a few searches."""
        self._snapshots.build(space)

    def prepare_search(self, space: str) -> None:
        """See ``PreparesSearch``; a small space has no files."""
        self._snapshots.prepare(space)
