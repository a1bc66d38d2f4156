"""Groups of items as numbers: the members of each, and counts in which each group counts once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.variants import GroupBy

if TYPE_CHECKING:
    from deepstyle.store.columns import Columns

TABLE_CELLS: Final = 1 << 23
"""A table of all groups up to this size is faster than sorting those of the rows."""
_EXACT_BELOW: Final = 8192
_SAME_SIZE: Final = 1.1


@dataclass(frozen=True)
class Groups:
    """The groups of a snapshot's items, as numbers: of its product and colour, or past ``alone`` that of its row.

    ``colours`` (V,) are the colours that count as equal, by code; empty where they do not matter.
    """

    columns: "Columns"
    by: GroupBy
    colours: NDArray[np.int64]
    alone: int

    @classmethod
    def of(cls, columns: "Columns", by: GroupBy) -> Self:
        """The groups by product, by product and colour, or each item alone."""
        colours = columns.vocabulary("colour").folded_codes() if by == "colour" else np.zeros(0, np.int64)
        return cls(columns, by, colours, 0 if by == "none" else len(columns.rows.products) * max(1, len(colours)))

    def of_items(self, item_ids: Sequence[str]) -> set[int]:
        """The numbers of the groups of ``item_ids``; those that do not exist have none."""
        return set(self.of_rows(self.columns.rows_named(item_ids)).tolist())

    def of_rows(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(M,) the number of the group of each of ``rows`` (M)."""
        if self.by == "none":
            return rows
        products = self.columns.column("product")[rows].astype(np.int64)
        groups = products
        if self.colours.size:
            groups = products * len(self.colours) + self.colours[self.columns.codes("colour")[rows]]
        return np.where(products > 0, groups, self.alone + rows)

    @cached_property
    def mean_size(self) -> float:
        """About how many items a group has on average; 1 where there are none."""
        if self.by == "none":
            return 1.0
        known, size = self.columns.rows.mean_sizes, self.columns.size
        counted, mean = known.get(self.by, (0, 1.0))
        if size < _EXACT_BELOW or not counted / _SAME_SIZE <= size <= counted * _SAME_SIZE:
            number = len(first_places(self.of_rows(np.flatnonzero(self.columns.alive))))
            mean = size / number if number else 1.0
            known[self.by] = size, mean
        return mean

    def members(self, code: int) -> list[int]:
        """The rows of a group, by item id."""
        columns = self.columns
        if code >= self.alone:
            return [code - self.alone]
        product = code // max(1, len(self.colours))
        found = columns.rows.of_products(np.array([product]), columns.count)
        found = found[columns.alive[found]]
        return sorted(found[self.of_rows(found) == code].tolist(), key=columns.item_id)

    def around(self, item_ids: Iterable[str]) -> dict[str, list[int]]:
        """The rows of each item's group, by item id; without the items that do not exist."""
        rows = {item_id: row for item_id in item_ids if (row := self.columns.row(item_id)) is not None}
        codes = self.of_rows(np.array([*rows.values()], np.int64)).tolist()
        return {item_id: self.members(code) for item_id, code in zip(rows, codes, strict=True)}

    def size_of(self, codes: Collection[int]) -> int:
        """How many items these groups have together."""
        return sum(len(self.members(code)) for code in codes)


def first_of_each(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """(M,) the place of the first of ``codes`` (M), which are not negative, that equals each."""
    if not len(codes):
        return codes
    size = int(codes.max()) + 1
    if size > max(TABLE_CELLS, 4 * len(codes)) or size > 64 * len(codes):
        _, first, which = np.unique(codes, return_index=True, return_inverse=True)
        return np.asarray(first[which])
    table = np.empty(size, np.int32)
    table[codes[::-1]] = np.arange(len(codes) - 1, -1, -1, dtype=np.int32)  # of equal ones the last assignment stays
    return np.asarray(table[codes])


def first_places(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the first of each of ``codes`` (M), ascending."""
    return np.flatnonzero(first_of_each(codes) == np.arange(len(codes)))


def each_once(groups: NDArray[np.int64], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many of ``groups`` (M), any numbers, have each of the values 0..``count``: (count,).

    ``values`` (M, W) are those of each member, -1 for none.
    """
    bits = count.bit_length()
    pairs = np.concatenate([groups[column >= 0] << bits | column[column >= 0] for column in values.T])
    pairs.sort()
    distinct = pairs[np.diff(pairs, prepend=-1) != 0]
    return np.bincount(distinct & ((1 << bits) - 1), minlength=count)
