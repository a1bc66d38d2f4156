"""Groups of items as numbers: the members of each, and counts in which each group counts once."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

TABLE_CELLS: Final = 1 << 24
"""A table of groups by values up to this size is faster than sorting the pairs."""


@dataclass(frozen=True)
class Groups:
    """Items by key: ``codes`` (R,) int64 are equal within a group, ``order`` (N) int64 are the keys by item id."""

    codes: NDArray[np.int64]
    order: NDArray[np.int64]

    @cached_property
    def _by_code(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The keys (N) by group, within it by item id, and their codes (N), ascending."""
        codes = self.codes[self.order]
        by_code = np.argsort(codes, kind="stable")
        return self.order[by_code], codes[by_code]

    @cached_property
    def mean_size(self) -> float:
        """How many items a group has on average; 1 where there are none."""
        _, codes = self._by_code
        return len(codes) / (1 + np.count_nonzero(np.diff(codes))) if len(codes) else 1.0

    def members(self, code: int) -> NDArray[np.int64]:
        """The keys of a group, by item id."""
        keys, codes = self._by_code
        return keys[np.searchsorted(codes, code, "left") : np.searchsorted(codes, code, "right")]

    def size_of(self, codes: Collection[int]) -> int:
        """How many items these groups have together."""
        return sum(len(self.members(code)) for code in codes)


def first_places(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the first of each of ``codes`` (M), ascending."""
    return np.sort(np.unique(codes, return_index=True)[1])


def each_once(groups: NDArray[np.int64], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many of ``groups`` (M), numbered from 0, have each of the values 0..``count``: (count,).

    ``values`` (M, W) are those of each member, -1 for none.
    """
    pairs = [groups[column >= 0] * count + column[column >= 0] for column in values.T]
    cells = (int(groups.max(initial=-1)) + 1) * count
    if cells <= TABLE_CELLS:
        table = np.zeros(cells, bool)
        for pair in pairs:
            table[pair] = True
        return np.asarray(table.reshape(-1, count).sum(axis=0)) if count else np.zeros(0, np.int64)
    distinct = np.unique(np.concatenate(pairs))
    return np.bincount(distinct % count, minlength=count)
