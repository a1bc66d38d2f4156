"""How many groups of items have each value: counted once for all items, then carried on from one snapshot to the next.

A write changes the counts by the groups that it touches: those of its products, before it and after.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.groups import each_once, first_of_each

if TYPE_CHECKING:
    from deepstyle.store.columns import Columns

_FACETS: Final = [f"code.{field.name}" for field in VALUE_FILTERS if field.facet and not field.many]
_MANY: Final = [f"code.{field.name}" for field in VALUE_FILTERS if field.facet and field.many]
_BUCKETS: Final = [f"bucket.{field.name}" for field in RANGE_FILTERS]
_MONEY: Final = [f"bucket.{field.name}" for field in RANGE_FILTERS if field.money]


@dataclass(frozen=True)
class RowGroups:
    """The groups that the items in ``rows`` (M,) are of."""

    columns: "Columns"
    by: GroupBy
    rows: NDArray[np.int64]

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """(M,) the place among ``rows`` of the first of the group of each."""
        return first_of_each(self.columns.groups(self.by).of_rows(self.rows)).astype(np.int64)

    @cached_property
    def is_first(self) -> NDArray[np.bool_]:
        """(M,) whether each is the first of its group."""
        return np.asarray(self.first == np.arange(len(self.first)))

    @cached_property
    def number(self) -> int:
        """How many groups there are."""
        return int(np.count_nonzero(self.is_first))

    def count(self, name: str) -> NDArray[np.int64]:
        """How many groups have an item with each code, or bucket, of a column."""
        codes = self.columns.column(name)[self.rows]
        numbers = np.bincount(codes[self.is_first], minlength=1)
        odd = np.flatnonzero(codes != codes[self.first])
        if not odd.size:  # as in most columns: variants differ in colour and size
            return numbers
        more = each_once(self.first[odd], codes[odd, None].astype(np.int64), 1 + int(codes.max()))
        more[: len(numbers)] += numbers
        return more

    def count_names(self, name: str) -> Counter[str]:
        """As ``count`` by value, where a text may name several."""
        codes, vocabulary = self.columns.column(name)[self.rows], self.columns.vocabulary(name.removeprefix("code."))
        kept = np.flatnonzero(self.is_first | (codes != codes[self.first]))
        used = np.flatnonzero(np.bincount(codes))
        named = [vocabulary.names(code) for code in used.tolist()]
        place_of = {value: place for place, value in enumerate(dict.fromkeys(value for one in named for value in one))}
        places = np.full((int(codes.max(initial=0)) + 1, max(map(len, named), default=1)), -1, np.int64)
        for code, values in zip(used.tolist(), named, strict=True):
            places[code, : len(values)] = [place_of[value] for value in values]
        numbers = each_once(self.first[kept], places[codes[kept]], len(place_of))
        return Counter(dict(zip(place_of, numbers.tolist(), strict=True)))


@dataclass(frozen=True)
class GroupTotals:
    """How many groups there are, and have each code or bucket of a column, or each value where a text names several.

    They are of all items, or of those with amounts in ``currencies`` (folded), where only amounts are counted.
    """

    by: GroupBy
    currencies: frozenset[str] | None
    number: int
    counts: dict[str, NDArray[np.int64]]
    names: dict[str, Counter[str]]

    @classmethod
    def of(
        cls, columns: "Columns", by: GroupBy, currencies: frozenset[str] | None, rows: NDArray[np.int64] | None = None
    ) -> Self:
        """Those of the items in ``rows`` (M,), of all by default."""
        rows = np.flatnonzero(columns.alive) if rows is None else rows
        if currencies is not None:
            rows = rows[columns.has_currency(currencies, rows)]
        groups = RowGroups(columns, by, rows)
        counts = {name: groups.count(name) for name in ([*_FACETS, *_BUCKETS] if currencies is None else _MONEY)}
        names = {name: groups.count_names(name) for name in (_MANY if currencies is None else ())}
        return cls(by, currencies, groups.number, counts, names)

    def carried(self, old: "Columns", new: "Columns", before: NDArray[np.int64], after: NDArray[np.int64]) -> Self:
        """Those of ``new``, whose rows ``after`` are what the rows ``before`` of ``old``, of whole groups, became."""
        less, more = (
            type(self).of(columns, self.by, self.currencies, rows) for columns, rows in ((old, before), (new, after))
        )
        counts = {name: changed_counts(self.counts[name], less.counts[name], more.counts[name]) for name in self.counts}
        names = {name: self.names[name].copy() for name in self.names}
        for name, counter in names.items():
            counter.subtract(less.names[name])
            counter.update(more.names[name])
        return type(self)(self.by, self.currencies, self.number - less.number + more.number, counts, names)


def touched_rows(columns: "Columns", products: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows of the items of these ``products``, and those of ``rows`` that are of none."""
    found = columns.rows.of_products(products, columns.count)
    return np.concatenate([found[columns.alive[found]], rows[columns.column("product")[rows] == 0]])


def changed_counts(numbers: NDArray[np.int64], less: NDArray[np.int64], more: NDArray[np.int64]) -> NDArray[np.int64]:
    """``numbers`` (V,) by place, without ``less`` (at most V,) and with ``more`` (any length)."""
    changed = np.zeros(max(len(numbers), len(more)), np.int64)
    changed[: len(numbers)] = numbers
    changed[: len(less)] -= less
    changed[: len(more)] += more
    return changed
