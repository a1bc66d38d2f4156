"""The nearest items of a space in memory, at most one of each group."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Hit, ItemFilter
from deepstyle.store.columns import Columns
from deepstyle.store.groups import Groups
from deepstyle.store.vectors import Space, search_space

GROWTH: Final = 8
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

    As many items are looked at as ``k`` groups have on average, so that one look is enough where products have one
    variant, or equally many.
    """
    groups, allowed = columns.groups(group_by), space.allowed(columns, where)
    rows = [row for item_id in exclude if (row := columns.row(item_id)) is not None]
    left_out = set(groups.of_rows(np.array(rows, np.int64)).tolist())
    wanted = k + len(rows) if group_by == "none" else math.ceil(k * groups.mean_size) + groups.size_of(left_out)
    while True:
        best: dict[int, Hit] = {}
        for code, hit in _ranked(columns, groups, *search_space(space, query, allowed, wanted)):
            best.setdefault(code, hit)
        hits = [hit for code, hit in best.items() if code not in left_out]
        if len(hits) >= k or wanted >= allowed.size:
            return hits[:k]
        wanted *= GROWTH


def _ranked(
    columns: Columns, groups: Groups, keys: NDArray[np.int64], similarities: NDArray[np.float64]
) -> Iterator[tuple[int, Hit]]:
    """The items ``keys`` (M,) as hits with the number of their group, the most similar first, equals by id."""
    rows = columns.rows_of(keys)
    item_ids = map(columns.item_id, rows.tolist())
    codes = groups.of_rows(rows).tolist()
    for negative, item_id, code in sorted(zip((-similarities).tolist(), item_ids, codes, strict=True)):
        yield code, Hit(item_id, -negative)
