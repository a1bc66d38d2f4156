"""The total and the facets of the items in memory, from what each distinct filter of a facet lets pass."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Facets, ItemFilter
from deepstyle.store.columns import CACHED_FILTERS, Columns
from deepstyle.store.group_counts import GroupTotals, RowGroups
from deepstyle.store.histogram import EDGES, Bucket, buckets_of
from deepstyle.store.vocabulary import Vocabulary, most_frequent_first

_MOST: Final = 0.5
"""Where more of the items match, those that do not are counted, and taken off the totals."""
Mask = NDArray[np.bool_]


def facets_of(columns: Columns, where: ItemFilter, by: GroupBy, among: Mask | None) -> tuple[int, Facets]:
    """How many items, or groups of them, match, and their facets; of those ``among`` (R,) alone, where given."""
    if among is not None:
        return _count(columns, where, by, among)
    known = columns.counted.get((where, by))
    if known is None:
        if len(columns.counted) >= CACHED_FILTERS:
            columns.counted.clear()
        known = columns.counted[where, by] = _count(columns, where, by, None)
    return known


def _count(columns: Columns, where: ItemFilter, by: GroupBy, among: Mask | None) -> tuple[int, Facets]:
    found: dict[tuple[ItemFilter, bool], _Matching] = {}  # most facets share the same conditions

    def matching(conditions: ItemFilter, *, compared: bool = False) -> _Matching:
        """What meets ``conditions``; with ``compared``, only what has its amounts in the currency that is compared."""
        if (conditions, compared) not in found:
            mask = columns.matches(conditions)
            mask = mask if among is None else mask & among
            narrow = mask & columns.is_compared(where) if compared else mask
            if compared and np.array_equal(narrow, mask):
                return matching(conditions)
            is_all = conditions.is_empty and among is None and by != "none"
            currencies = where.price_currencies(columns.currency) if compared else None
            known = columns.group_totals_of(by, currencies) if is_all else None
            found[conditions, compared] = _Matching(columns, by, narrow, known)
        return found[conditions, compared]

    counts = {
        declared.filter: _values(vocabulary, matching(where.beside(declared)), f"code.{declared.name}")
        for declared, vocabulary in zip(VALUE_FILTERS, columns.rows.vocabularies, strict=True)
        if declared.facet
    }
    ranges: dict[str, tuple[float, float]] = {}
    histograms: dict[str, tuple[Bucket, ...]] = {}
    for field in RANGE_FILTERS:
        one = matching(where.beside(field), compared=field.money)
        numbers = one.count(f"bucket.{field.name}")[: len(EDGES)]
        histograms[field.filter] = buckets_of(dict(enumerate(numbers.tolist())))
        if numbers.any():
            ranges[field.filter] = one.range(field, np.flatnonzero(numbers))
    return matching(where).total, Facets(counts, ranges, where.price_currency(columns.currency), histograms)


def _values(vocabulary: Vocabulary, matching: "_Matching", name: str) -> dict[str, int]:
    """How many items, or groups, name each value of a column."""
    if not any(vocabulary.values):
        return {}
    if matching.is_grouped and vocabulary.many:
        return most_frequent_first(matching.count_names(name))
    return vocabulary.named(matching.count(name))


@dataclass(frozen=True)
class _Matching:
    """The items in ``mask`` (count,) bool, counted by groups; ``known`` are their counts where these are maintained."""

    columns: Columns
    by: GroupBy
    mask: Mask
    known: GroupTotals | None

    @cached_property
    def size(self) -> int:
        return int(np.count_nonzero(self.mask))

    @cached_property
    def groups(self) -> RowGroups:
        return RowGroups(self.columns, self.by, np.flatnonzero(self.mask))

    @cached_property
    def others(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.columns.alive & ~self.mask)

    @property
    def total(self) -> int:
        if self.by == "none":
            return self.size
        return self.groups.number if self.known is None else self.known.number

    @property
    def is_grouped(self) -> bool:
        """Whether two of the items are of one group."""
        return self.total < self.size

    def count(self, name: str) -> NDArray[np.int64]:
        """How many groups have an item with each code, or bucket, of a column."""
        if self.known is not None and name in self.known.counts:
            return self.known.counts[name]
        if self.is_grouped:
            return self.groups.count(name)
        column = self.columns.column(name)
        if self.size <= _MOST * self.columns.size:
            return np.bincount(column[self.groups.rows], minlength=1)
        numbers = self.columns.totals_of(name).copy()
        rest = np.bincount(column[self.others])
        numbers[: len(rest)] -= rest
        return numbers

    def count_names(self, name: str) -> Counter[str]:
        """As ``count`` by value, where a text may name several."""
        return self.groups.count_names(name) if self.known is None else self.known.names[name]

    def range(self, field: Field, filled: NDArray[np.int64]) -> tuple[float, float]:
        """The lowest and the highest number, where ``filled`` are the buckets that have any."""
        numbers, bucket = self.columns.column(f"number.{field.name}"), self.columns.column(f"bucket.{field.name}")
        low, high = (numbers[np.flatnonzero(self.mask & (bucket == one))] for one in (filled[0], filled[-1]))
        return float(low.min()), float(high.max())
