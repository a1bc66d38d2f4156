"""Pages of the items in memory, in any order."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import GroupBy
from deepstyle.errors import UsageError
from deepstyle.store.base import ItemFilter, Page
from deepstyle.store.columns import Columns
from deepstyle.store.counting import facets_of
from deepstyle.store.groups import first_places
from deepstyle.store.sorting import Sort, Sorted, pack_place, read_place

CACHED_ORDERS: Final = 8
CACHED_ROWS: Final = 1 << 22
"""How many items the cached orders have at most, beside one."""
FIRST_BLOCK: Final = 4096
GROWTH: Final = 4
_PRICE: Final = "number.price"


def browse(
    columns: Columns,
    read: Callable[[Sequence[str]], Mapping[str, Item]],
    where: ItemFilter,
    *,
    limit: int,
    after: str,
    group_by: GroupBy,
    sort: Sort,
    among: Sequence[str] | None,
) -> Page:
    """See ``Store.browse``; ``read`` returns the items with these ids that exist."""
    if limit < 1:
        raise UsageError(f"limit is {limit}; it must be at least 1.")
    chosen = None if among is None else columns.among(among)
    total, facets = facets_of(columns, where, group_by, chosen)
    if sort == "id":
        mask = columns.matches(where) if chosen is None else columns.matches(where) & chosen
        item_ids, following = _by_id(columns, mask, limit, after, group_by)
    else:
        item_ids, following = _sorted(columns, _in_order(columns, where, group_by, sort, chosen), limit, after)
    items = read(item_ids)
    return Page(tuple(items[item_id] for item_id in item_ids if item_id in items), total, facets, following)


def _by_id(columns: Columns, mask: NDArray[np.bool_], limit: int, after: str, by: GroupBy) -> tuple[list[str], str]:
    """The ids of a page and the next one's ``after``; of a group only its first match is one of them."""
    order = columns.order
    start = bisect_right(order, after, key=columns.item_id) if after else 0
    found = _some(order[start:], mask, limit + 1) if by == "none" else _some_first(columns, by, mask, start, limit + 1)
    item_ids = [columns.item_id(row) for row in found[:limit]]
    return item_ids, item_ids[-1] if len(found) > limit else ""


def _some(rows: NDArray[np.int64], mask: NDArray[np.bool_], limit: int) -> list[int]:
    """The first ``limit`` of ``rows`` that are in ``mask``, in blocks: most pages need the first block alone."""
    found: list[int] = []
    start, size = 0, FIRST_BLOCK
    while start < len(rows) and len(found) < limit:
        block = rows[start : start + size]
        found += block[mask[block]][: limit - len(found)].tolist()
        start, size = start + size, size * GROWTH
    return found


def _some_first(columns: Columns, by: GroupBy, mask: NDArray[np.bool_], start: int, limit: int) -> list[int]:
    """The first ``limit`` rows from place ``start`` of the order that are in ``mask`` and the first of their group.

    Which rows are first depends on those before alone, so an early page needs the beginning of the order alone.
    """
    order, groups, size = columns.order, columns.groups(by), FIRST_BLOCK
    while True:
        places = np.flatnonzero(mask[order[: start + size]])
        places = places[first_places(groups.of_rows(order[places]))]
        found = places[places >= start][:limit]
        if len(found) == limit or start + size >= len(order):
            return list(order[found].tolist())
        size *= GROWTH


def _sorted(columns: Columns, ordered: Sorted, limit: int, after: str) -> tuple[list[str], str]:
    start = ordered.start_after(*read_place(after), columns.item_id) if after else 0
    end = start + limit
    item_ids = [columns.item_id(row) for row in ordered.rows[start:end].tolist()]
    has_more = end < len(ordered.rows)
    return item_ids, pack_place(float(ordered.values[end - 1]), item_ids[-1]) if has_more else ""


def _in_order(columns: Columns, where: ItemFilter, by: GroupBy, sort: Sort, chosen: NDArray[np.bool_] | None) -> Sorted:
    """What matches, of each group the first alone; the last few orders of all items are cached."""
    if chosen is not None:
        return _put_in_order(columns, where, by, sort, columns.matches(where) & chosen)
    known = columns.sorted.get((where, by, sort))
    if known is None:
        if len(columns.sorted) >= min(CACHED_ORDERS, 1 + CACHED_ROWS // (1 + columns.size)):
            columns.sorted.clear()
        known = _put_in_order(columns, where, by, sort, columns.matches(where))
        columns.sorted[where, by, sort] = known
    return known


def _put_in_order(columns: Columns, where: ItemFilter, by: GroupBy, sort: Sort, mask: NDArray[np.bool_]) -> Sorted:
    matching = columns.order[mask[columns.order]]
    found = Sorted.of(matching, _values(columns, where, sort)[matching])
    return found if by == "none" else found.only(first_places(columns.groups(by).of_rows(found.rows)))


def _values(columns: Columns, where: ItemFilter, sort: Sort) -> NDArray[np.float64]:
    """(R,) what each row is sorted by, ascending; infinite for what comes last."""
    if sort == "mixed":
        return columns.column("mixed").astype(np.float64)
    if sort == "new":
        values = -columns.column("added_s")
    else:
        prices = columns.column(_PRICE)
        values = np.where(columns.is_compared(where), -prices if sort == "-price" else prices, np.nan)
    return np.asarray(np.nan_to_num(values, nan=np.inf))
