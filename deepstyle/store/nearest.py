"""The nearest items of a space in memory, at most one of each group."""

import itertools
import math
from collections.abc import Callable, Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Hit, ItemFilter
from deepstyle.store.columns import Columns
from deepstyle.store.groups import Groups, first_places
from deepstyle.store.vectors import Space, search_space

SLACK: Final = 1.5
"""How many times as many further variants as ``k`` groups have on average are looked at."""
GROWTH: Final = 4
"""How many times as many items are looked at where those of the last look were of too few groups."""


def nearest(
    columns: Columns,
    space: Space,
    query: NDArray[np.float64],
    *,
    k: int,
    where: ItemFilter,
    exclude: Sequence[str],
    group_by: GroupBy,
) -> list[Hit]:
    """The ``k`` items nearest to ``query`` (D,) of unit norm: the best of each group. See ``Store.search``.

    Somewhat more items are looked at than ``k`` groups have on average, so that one look is nearly always enough.
    """
    groups, allowed = columns.groups(group_by), space.allowed(columns, where)
    left_out = groups.of_items(exclude)
    wanted = math.ceil(k * (1 + SLACK * (groups.mean_size - 1))) + groups.size_of(left_out)
    while True:
        hits = _best_of_each(columns, groups, *search_space(space, query, allowed, wanted), left_out, k)
        if len(hits) >= k or wanted >= allowed.size:
            return hits
        wanted *= GROWTH


def _best_of_each(
    columns: Columns,
    groups: Groups,
    keys: NDArray[np.int64],
    similarities: NDArray[np.float64],
    left_out: Collection[int],
    k: int,
) -> list[Hit]:
    """The ``k`` most similar of the items ``keys`` (M,), equals by id: one of each group, but those ``left_out``."""
    rows = columns.rows_of(keys)
    order = np.argsort(-similarities, kind="stable")
    _sort_equals(order, similarities, lambda place: columns.item_id(int(rows[place])))
    codes = groups.of_rows(rows[order])
    first = first_places(codes)
    if left_out:
        first = first[~np.isin(codes[first], [*left_out])]
    best = order[first[:k]]
    pairs = zip(rows[best].tolist(), similarities[best].tolist(), strict=True)
    return [Hit(columns.item_id(row), similarity) for row, similarity in pairs]


def _sort_equals(order: NDArray[np.int64], similarities: NDArray[np.float64], item_id: Callable[[int], str]) -> None:
    """Sort by id what ``order`` (M,) has side by side because its ``similarities`` are equal."""
    ends = [*(np.flatnonzero(np.diff(similarities[order])) + 1).tolist(), len(order)]
    if len(ends) < len(order):
        for start, end in itertools.pairwise([0, *ends]):
            if end - start > 1:
                order[start:end] = sorted(order[start:end].tolist(), key=item_id)
