"""What filters and facets need of every item, in memory: immutable snapshots that share their rows.

A snapshot says which rows are the items as they are; ``deepstyle.store.item_rows`` says why a write is cheap.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Facets, ItemFilter
from deepstyle.store.group_counts import GroupTotals, changed_counts, touched_rows
from deepstyle.store.groups import Groups, first_places
from deepstyle.store.item_rows import CODES, NUMBERS, Array, Rows, empty_rows, grown, packed_rows
from deepstyle.store.item_rows import Row as Row
from deepstyle.store.sorting import Sort, Sorted
from deepstyle.store.vocabulary import Vocabulary, most_frequent

CACHED_FILTERS: Final = 64
CACHED_BYTES: Final = 24 * 1024 * 1024
"""What the cached masks of a snapshot take at most, beside a few."""
CACHED_TOTALS: Final = 8
"""So many ``group_totals`` are maintained at most: by two kinds of group, and the currencies that are compared."""
PACK_BEYOND: Final = 4096
"""So many rows at least that are not packed, or are no longer an item's, before all are packed again."""
_FEW: Final = 4
_VALUES: Final = tuple(zip(VALUE_FILTERS, CODES, range(len(CODES)), strict=True))

Mask = NDArray[np.bool_]


def cached_masks(rows: int) -> int:
    """How many masks of ``rows`` a cache may have."""
    return min(CACHED_FILTERS, max(8, CACHED_BYTES // (rows + 1)))


@dataclass(frozen=True)
class Columns:
    """The first ``count`` of ``rows``, of which those that are ``alive`` (count) bool are the items.

    ``present`` (K,) bool says of each item key whether there is such an item. ``sorted`` and ``counted`` are what
    ``deepstyle.store.browsing`` and ``counting`` cache for the snapshot's lifetime; ``totals`` and ``group_totals`` are
    maintained.
    """

    rows: Rows
    count: int
    alive: Mask
    present: Mask
    _matches: dict[ItemFilter, Mask] = field(default_factory=dict)
    _masks: dict[ItemFilter, Mask] = field(default_factory=dict)
    _groups: dict[GroupBy, Groups] = field(default_factory=dict)
    sorted: dict[tuple[ItemFilter, GroupBy, Sort], Sorted] = field(default_factory=dict)
    counted: dict[tuple[ItemFilter, GroupBy], tuple[int, Facets]] = field(default_factory=dict)
    totals: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    group_totals: dict[tuple[GroupBy, frozenset[str] | None], GroupTotals] = field(default_factory=dict)

    # -- by key --------------------------------------------------------------------------------------------------------
    def ids_of(self, keys: Sequence[int]) -> list[str]:
        """The ids of several items, by their keys."""
        return self.rows.item_ids.at(self.rows_of(keys))

    def mask(self, where: ItemFilter) -> Mask:
        """(K,) whether each key is of an item that matches."""
        if where.is_empty:
            return self.present
        return self._cached(self._masks, where, lambda: self._by_key(self.matches(where)))

    def are_matching(self, where: ItemFilter, keys: NDArray[np.int64]) -> Mask:
        """(M,) whether each of ``keys`` (M) is of an item that matches; those of items that are gone may be any."""
        mask = self.mask(where)
        beyond = int(keys.max(initial=0)) + 1 - len(mask)
        return np.asarray((np.pad(mask, (0, beyond)) if beyond > 0 else mask)[keys])

    def shelved(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The order (M) int64 that puts the items ``keys`` (M) of one category together, and of one kind within it."""
        rows = self.rows_of(keys)
        return np.lexsort((self.codes("category")[rows], self.codes("semantic_category")[rows]))

    def rows_of(self, keys: Iterable[int] | Array) -> NDArray[np.int64]:
        """(M,) the row of each of ``keys`` (M), which are or were items."""
        rows = np.asarray(self.rows.row_of[np.asarray(keys, np.int64)], np.int64)
        for place in np.flatnonzero(rows >= self.count).tolist():  # written again after this snapshot
            rows[place] = self._seen(int(rows[place]))
        return rows

    def _by_key(self, matches: Mask) -> Mask:
        mask = np.zeros(len(self.present), bool)
        mask[self.rows.arrays["key"][np.flatnonzero(matches)]] = True
        return mask

    # -- by row --------------------------------------------------------------------------------------------------------
    def row(self, item_id: str) -> int | None:
        """The item's row, ``None`` where there is no such item."""
        row = self._seen(self.rows.newest(item_id))
        return row if row >= 0 and self.alive[row] else None

    def rows_named(self, item_ids: Sequence[str]) -> NDArray[np.int64]:
        """The rows of those of ``item_ids`` that are items, in their order."""
        rows = [self._seen(row) for row in self.rows.newest_of(item_ids)]
        found = np.array([row for row in rows if row >= 0], np.int64)
        return found[self.alive[found]]

    def _seen(self, row: int) -> int:
        while row >= self.count:
            row = self.rows.previous[row]
        return row

    def item_id(self, row: int) -> str:
        """The id of the item in ``row``."""
        return self.rows.item_ids[row]

    def column(self, name: str) -> Array:
        """(count,) one of ``deepstyle.store.item_rows.DTYPES``."""
        return self.rows.arrays[name][: self.count]

    def codes(self, name: str) -> Array:
        """(count,) the codes of a declared filter."""
        return self.column(f"code.{name}")

    def vocabulary(self, name: str) -> Vocabulary:
        """The values of a declared filter."""
        return self.rows.vocabularies[CODES.index(f"code.{name}")]

    def matches(self, where: ItemFilter) -> Mask:
        """(count,) whether each row is an item that matches."""
        if where.is_empty:
            return self.alive
        return self._cached(self._matches, where, lambda: self._match(where))

    def _cached(self, cache: dict[ItemFilter, Mask], where: ItemFilter, make: Callable[[], Mask]) -> Mask:
        known = cache.get(where)
        if known is None:
            if len(cache) >= cached_masks(self.count):
                cache.clear()
            known = cache[where] = make()
        return known

    def _match(self, where: ItemFilter) -> Mask:
        mask = self.alive.copy()
        for declared, name, place in _VALUES:
            if wanted := where.folded(declared):
                mask &= is_one_of(self.column(name), self.rows.vocabularies[place].codes(wanted))
        for declared, name in zip(RANGE_FILTERS, NUMBERS, strict=True):
            low, high = where.bounds(declared)
            if low is not None:
                mask &= self.column(name) >= low
            if high is not None:
                mask &= self.column(name) <= high
            if declared.money and (low, high) != (None, None):
                mask &= self.is_compared(where)
        if where.words:
            self._keep_words(mask, where)
        return mask

    def _keep_words(self, mask: Mask, where: ItemFilter) -> None:
        """Keep in ``mask`` what has the words of ``where``; the longest one is looked up in all texts at once."""
        rows = np.flatnonzero(mask)
        if len(rows) * 8 > self.count:
            holding = self.rows.texts.containing(max(where.words, key=len), self.count)
            rows = holding[mask[holding]]
        mask[:] = False
        mask[rows] = [where.is_in_text(text) for text in self.rows.texts.at(rows)]

    def is_compared(self, where: ItemFilter) -> Mask:
        """(count,) whether each row's amounts are in the currency that ``where`` compares."""
        return self.has_currency(where.price_currencies(self.currency))

    def has_currency(self, currencies: frozenset[str], rows: NDArray[np.int64] | slice = slice(None)) -> Mask:
        """(M,) whether each of ``rows`` (M), or of all, is in one of the folded ``currencies``."""
        return is_one_of(self.codes("currency")[rows], self.vocabulary("currency").codes(currencies))

    @cached_property
    def size(self) -> int:
        """How many items there are."""
        return int(np.count_nonzero(self.alive))

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """(N,) the rows of the items, by item id."""
        packed = self.rows.base_order
        rest = np.flatnonzero(self.alive[self.rows.base :]) + self.rows.base
        ordered = sorted(rest.tolist(), key=self.rows.item_ids.__getitem__)
        places = [self.rows.place(row) for row in ordered]
        joined = np.insert(packed, places, ordered) if ordered else packed
        return np.asarray(joined if self.size == len(joined) else joined[self.alive[joined]])

    def totals_of(self, name: str) -> NDArray[np.int64]:
        """How many items have each code, or bucket, of a column; maintained from one snapshot to the next."""
        known = self.totals.get(name)
        if known is None:
            column = self.column(name)
            codes = column if self.size == self.count else column[self.alive]
            known = self.totals[name] = np.bincount(codes)
        return known

    def group_totals_of(self, by: GroupBy, currencies: frozenset[str] | None) -> GroupTotals:
        """See ``GroupTotals``; maintained from one snapshot to the next."""
        known = self.group_totals.get((by, currencies))
        if known is None:
            if len(self.group_totals) >= CACHED_TOTALS:
                self.group_totals.clear()
            known = self.group_totals[by, currencies] = GroupTotals.of(self, by, currencies)
        return known

    def category_counts(self) -> Mapping[str, int]:
        """How many items each semantic category has."""
        return self.vocabulary("semantic_category").named(self.totals_of("code.semantic_category"))

    @cached_property
    def currency(self) -> str:
        """The currency of most prices, as most of these write it; "" where none has one."""
        return most_frequent(self.vocabulary("currency").named(self.totals_of("priced")[1:]))

    def groups(self, by: GroupBy) -> Groups:
        """The items' groups; cached for the snapshot's lifetime."""
        known = self._groups.get(by)
        if known is None:
            known = self._groups[by] = Groups.of(self, by)
        return known

    def among(self, item_ids: Sequence[str]) -> Mask:
        """(count,) whether each row is one of these items."""
        mask = np.zeros(self.count, bool)
        mask[self.rows_named(item_ids)] = True
        return mask

    def matching(self, where: ItemFilter, among: Sequence[str] | None, by: GroupBy, limit: int) -> list[str] | None:
        """The ids of the items that match, of each group the first alone; see ``Store.matching``."""
        mask = self.matches(where)
        if among is None:
            if by == "none" and np.count_nonzero(mask) > limit:
                return None
            rows = self.order[mask[self.order]]
        else:
            rows = self.rows_named(among)
            rows = rows[mask[rows]]
        if by != "none":
            rows = rows[first_places(self.groups(by).of_rows(rows))]
        return self.rows.item_ids.at(rows) if len(rows) <= limit else None


def is_one_of(codes: Array, wanted: Sequence[int]) -> Mask:
    """(M,) whether each of ``codes`` (M) is one of ``wanted``."""
    fitting = [code for code in wanted if code <= np.iinfo(codes.dtype).max]
    if len(fitting) > _FEW:
        table = np.zeros(int(max(codes.max(initial=0), *fitting)) + 1, bool)
        table[fitting] = True
        return np.asarray(table[codes])
    found = np.zeros(len(codes), bool)
    for code in fitting:
        found |= codes == code
    return found


def empty_columns() -> Columns:
    """Columns of a store without items."""
    return columns_of(empty_rows())


def columns_of(rows: Rows) -> Columns:
    """All of ``rows``, each of which is an item."""
    present = np.zeros(len(rows.row_of), bool)
    present[rows.arrays["key"][: rows.count]] = True
    return Columns(rows, rows.count, np.ones(rows.count, bool), present)


def update_columns(old: Columns, voided: Sequence[int], rows: Sequence[Row]) -> Columns:
    """New columns: the ``voided`` keys are absent unless among ``rows``, which are the items as they are now.

    Only one thread at a time may derive columns, and only from the newest.
    """
    new = appended_columns(old, voided, rows)
    unused = new.count - new.size + new.count - new.rows.base
    return packed_columns(new) if unused > max(PACK_BEYOND, new.size // 2) else new


def appended_columns(old: Columns, voided: Sequence[int], rows: Sequence[Row]) -> Columns:
    """As ``update_columns``, never packed."""
    keys = [row[0] for row in rows]
    gone = [key for key in {*voided, *keys} if key < len(old.present) and old.present[key]]
    dead = old.rows_of(gone)
    fresh = old.rows.append(rows) if rows else np.zeros(0, np.int64)
    count = old.rows.count  # an update that failed after this step may have left rows that are no item's
    alive, present = np.zeros(count, bool), old.present.copy()
    alive[: old.count] = old.alive
    alive[dead], alive[fresh] = False, True
    if (most := max(keys, default=0)) >= len(present):
        present = grown(present, most + 1)
        present[len(old.present) :] = False
    present[gone] = False
    present[keys] = True
    new = Columns(old.rows, count, alive, present)
    _carry_totals(old, new, dead, fresh)
    return new


def _carry_totals(old: Columns, new: Columns, dead: NDArray[np.int64], fresh: NDArray[np.int64]) -> None:
    """What ``old`` has counted, in ``new``: without the rows ``dead`` and with the ``fresh`` ones."""
    for name, numbers in old.totals.copy().items():  # other threads may count more meanwhile
        column = new.column(name)
        new.totals[name] = changed_counts(numbers, np.bincount(column[dead]), np.bincount(column[fresh]))
    if not (counted := old.group_totals.copy()):
        return
    products = np.unique(new.column("product")[np.concatenate([dead, fresh])])
    before, after = touched_rows(old, products[products > 0], dead), touched_rows(new, products[products > 0], fresh)
    new.group_totals.update((key, totals.carried(old, new, before, after)) for key, totals in counted.items())


def packed_columns(columns: Columns) -> Columns:
    """The same items in rows of their own, in the order of their keys."""
    rows = np.flatnonzero(columns.alive)
    kept = rows[np.argsort(columns.column("key")[rows], kind="stable")]
    return columns_of(packed_rows(columns.rows, kept, columns.order))
