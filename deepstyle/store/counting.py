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
from deepstyle.store.groups import each_once, first_of_each
from deepstyle.store.histogram import EDGES, Bucket, buckets_of
from deepstyle.store.item_rows import Array
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
            found[conditions, compared] = _Matching(columns, by, narrow)
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
        return matching.count_names(vocabulary, name)
    return vocabulary.named(matching.count(name))


@dataclass(frozen=True)
class _Matching:
    """The items in ``mask`` (count,) bool, counted by groups."""

    columns: Columns
    by: GroupBy
    mask: Mask

    @cached_property
    def size(self) -> int:
        return int(np.count_nonzero(self.mask))

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.mask)

    @cached_property
    def others(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.columns.alive & ~self.mask)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """(M,) the place among ``rows`` of the first of the group of each."""
        return first_of_each(self.columns.groups(self.by).of_rows(self.rows)).astype(np.int64)

    @cached_property
    def is_first(self) -> Mask:
        return np.asarray(self.first == np.arange(len(self.first)))

    @cached_property
    def total(self) -> int:
        return self.size if self.by == "none" else int(np.count_nonzero(self.is_first))

    @property
    def is_grouped(self) -> bool:
        """Whether two of the items are of one group."""
        return self.total < self.size

    def count(self, name: str) -> NDArray[np.int64]:
        """How many groups have an item with each code, or bucket, of a column."""
        column = self.columns.column(name)
        if not self.is_grouped and self.size > _MOST * self.columns.size:
            numbers = self.columns.totals_of(name).copy()
            rest = np.bincount(column[self.others])
            numbers[: len(rest)] -= rest
            return numbers
        codes = column[self.rows]
        if not self.is_grouped:
            return np.bincount(codes, minlength=1)
        numbers, odd = np.bincount(codes[self.is_first], minlength=1), self._odd(codes)
        more = each_once(self.first[odd], codes[odd, None].astype(np.int64), 1 + int(codes.max()))
        more[: len(numbers)] += numbers
        return more

    def _odd(self, codes: Array) -> NDArray[np.int64]:
        """The places whose code is not that of the first of the group: in most columns there are few."""
        return np.flatnonzero(codes != codes[self.first])

    def count_names(self, vocabulary: Vocabulary, name: str) -> dict[str, int]:
        """As ``count`` by value, where a text may name several."""
        codes = self.columns.column(name)[self.rows]
        kept = np.flatnonzero(self.is_first | (codes != codes[self.first]))
        used = np.flatnonzero(np.bincount(codes))
        named = [vocabulary.names(code) for code in used.tolist()]
        place_of = {value: place for place, value in enumerate(dict.fromkeys(value for one in named for value in one))}
        places = np.full((int(codes.max()) + 1, max(map(len, named))), -1, np.int64)
        for code, values in zip(used.tolist(), named, strict=True):
            places[code, : len(values)] = [place_of[value] for value in values]
        numbers = each_once(self.first[kept], places[codes[kept]], len(place_of))
        return most_frequent_first(Counter(dict(zip(place_of, numbers.tolist(), strict=True))))

    def range(self, field: Field, filled: NDArray[np.int64]) -> tuple[float, float]:
        """The lowest and the highest number, where ``filled`` are the buckets that have any."""
        numbers, bucket = self.columns.column(f"number.{field.name}"), self.columns.column(f"bucket.{field.name}")
        low, high = (numbers[np.flatnonzero(self.mask & (bucket == one))] for one in (filled[0], filled[-1]))
        return float(low.min()), float(high.max())
