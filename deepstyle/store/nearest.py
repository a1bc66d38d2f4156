"""The nearest items of a space in memory, at most one of each group."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Hit, ItemFilter
from deepstyle.store.columns import Columns
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
    keys = [key for item_id in exclude if (key := columns.key(item_id)) is not None]
    left_out = {int(groups.codes[key]) for key in keys}
    wanted = k + len(keys) if group_by == "none" else math.ceil(k * groups.mean_size) + groups.size_of(left_out)
    while True:
        found = search_space(space, query, allowed, wanted)
        keys, similarities = [key for key, _ in found], [similarity for _, similarity in found]
        codes = groups.codes[np.array(keys, np.int64)].tolist()
        named = zip(similarities, columns.ids_of(keys), codes, strict=True)
        best: dict[int, Hit] = {}
        for negative, item_id, code in sorted((-similarity, item_id, code) for similarity, item_id, code in named):
            best.setdefault(code, Hit(item_id, -negative))
        hits = [hit for code, hit in best.items() if code not in left_out]
        if len(hits) >= k or wanted >= allowed.size:
            return hits[:k]
        wanted *= GROWTH
