"""What filters and facets need of every item, in memory: one immutable snapshot of the catalogue's columns.

Rows are SQLite's item keys, which are never reused: a deleted item leaves a gap of about 200 bytes.
An update copies the arrays (about 10 MB for 250,000 items); threads that still read the old snapshot are not affected.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.moments import seconds_of
from deepstyle.catalogue.variants import GroupBy
from deepstyle.store.base import Facets, ItemFilter
from deepstyle.store.groups import Groups, each_once, first_places
from deepstyle.store.sorting import Sort, Sorted

CACHED_FILTERS: Final = 64

Row = tuple[Any, ...]
"""(key, id, text for ``ItemFilter.text``, product, ``added_at``, the VALUE_FILTERS' values, the RANGE_FILTERS')."""

_MONEY: Final = [place for place, declared in enumerate(RANGE_FILTERS) if declared.money]


class Vocabulary:
    """Values of one column as small integers; it only grows, so snapshots share it."""

    def __init__(self, declared: Field) -> None:
        self._declared = declared
        self.values: list[str] = []
        self._folded: list[frozenset[str]] = []
        self._code_of: dict[str, int] = {}

    def code(self, value: str) -> int:
        """The value's code, a new one where it is new."""
        known = self._code_of.get(value)
        if known is None:
            self.values.append(value)
            self._folded.append(frozenset(map(self._declared.fold, self._declared.values(value))))
            known = self._code_of[value] = len(self.values) - 1
        return known

    def among(self, folded: frozenset[str]) -> NDArray[np.bool_]:
        """(V,) whether each code's value, folded, is one of ``folded``; where it names several, one is enough."""
        return np.array([not values.isdisjoint(folded) for values in self._folded], bool)

    def folded_codes(self) -> NDArray[np.int64]:
        """(V,) for each code the first one whose value folds to the same."""
        first: dict[frozenset[str], int] = {}
        return np.array([first.setdefault(values, code) for code, values in enumerate(self._folded)], np.int64)

    def count(self, codes: NDArray[np.int32]) -> dict[str, int]:
        """How many of ``codes`` name each value, most frequent first, without the empty value."""
        counts: Counter[str] = Counter()
        numbers = np.bincount(codes)
        for code in np.flatnonzero(numbers).tolist():
            counts.update(dict.fromkeys(self._declared.values(self.values[code]), int(numbers[code])))
        return _most_frequent_first(counts)

    def count_groups(self, codes: NDArray[np.int32], groups: NDArray[np.int64]) -> dict[str, int]:
        """As ``count``, where ``groups`` (M), numbered from 0, are those of ``codes`` (M): each counts a value once."""
        used = np.flatnonzero(np.bincount(codes))
        named = [self._declared.values(self.values[code]) for code in used.tolist()]
        place_of = {value: place for place, value in enumerate(dict.fromkeys(value for one in named for value in one))}
        places = np.full((len(self.values), max(map(len, named), default=0)), -1, np.int64)
        for code, values in zip(used.tolist(), named, strict=True):
            places[code, : len(values)] = [place_of[value] for value in values]
        numbers = each_once(groups, places[codes], len(place_of))
        return _most_frequent_first(Counter(dict(zip(place_of, numbers.tolist(), strict=True))))


def _most_frequent_first(counts: Counter[str]) -> dict[str, int]:
    del counts[""]
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True)
class Columns:
    """Rows by item key, in the order of the declared filters F and numbers P.

    ``codes`` (F, R) int32, ``numbers`` (P, R) float64 with NaN for none, ``present`` (R) bool. ``products`` (R) int32
    numbers the products, 0 where an item has none. ``added_s`` (R) float64 is since 1970, NaN where that is unknown.

    ``order`` (N) int64 are the present keys by item id; ``texts`` are what ``ItemFilter.text`` looks in. The two lists
    are shared by all snapshots: an item's id never changes, and who reads a newer text only sees a write early.
    ``sorted`` and ``counted`` are what ``deepstyle.store.browsing`` and ``counting`` cache for the snapshot's lifetime.
    """

    codes: NDArray[np.int32]
    numbers: NDArray[np.float64]
    present: NDArray[np.bool_]
    item_ids: list[str]
    texts: list[str]
    order: NDArray[np.int64]
    vocabularies: tuple[Vocabulary, ...]
    products: NDArray[np.int32]
    product_of: dict[str, int]
    added_s: NDArray[np.float64]
    _masks: dict[ItemFilter, NDArray[np.bool_]] = field(default_factory=dict)
    _groups: dict[GroupBy, Groups] = field(default_factory=dict)
    sorted: dict[tuple[ItemFilter, GroupBy, Sort], Sorted] = field(default_factory=dict)
    counted: dict[tuple[ItemFilter, GroupBy], tuple[int, Facets]] = field(default_factory=dict)
    _category_counts: dict[str, int] = field(default_factory=dict)

    def key(self, item_id: str) -> int | None:
        """The item's key, ``None`` where there is no such item."""
        place = bisect_left(self.order, item_id, key=self.item_ids.__getitem__)
        found = place < len(self.order) and self.item_ids[self.order[place]] == item_id
        return int(self.order[place]) if found else None

    def mask(self, where: ItemFilter) -> NDArray[np.bool_]:
        """(R,) whether each row is an item that matches."""
        if where.is_empty:
            return self.present
        known = self._masks.get(where)
        if known is None:
            if len(self._masks) >= CACHED_FILTERS:
                self._masks.clear()
            known = self._masks[where] = self._match(where)
        return known

    def shelved(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The order (M) int64 that puts the items ``keys`` (M) of one category together, and of one kind within it."""
        return np.lexsort((self._codes_of("category")[keys], self._codes_of("semantic_category")[keys]))

    def category_counts(self) -> Mapping[str, int]:
        """How many items each semantic category has; cached for the snapshot's lifetime."""
        if not self._category_counts:
            vocabulary = self.vocabularies[_place("semantic_category")]
            self._category_counts.update(vocabulary.count(self._codes_of("semantic_category")[self.order]))
        return self._category_counts

    def groups(self, by: GroupBy) -> Groups:
        """The items' groups; cached for the snapshot's lifetime."""
        known = self._groups.get(by)
        if known is None:
            known = self._groups[by] = Groups(self._group_codes(by), self.order)
        return known

    @cached_property
    def currency(self) -> str:
        """The currency of most prices, as most of these write it; "" where none has one."""
        vocabulary, codes = self.vocabularies[_place("currency")], self._codes_of("currency")
        priced = self.order[~np.isnan(self.numbers[_MONEY][:, self.order]).all(axis=0)]
        counts = vocabulary.count(codes[priced])
        return most_frequent(counts)

    @cached_property
    def mixed(self) -> NDArray[np.float64]:
        """(R,) a number that a row has in common with its product, and hardly with another one."""
        # A list at once: other threads add to the names, which all snapshots share.
        of_products = np.array([crc32(name.encode()) for name in list(self.product_of)], np.float64)
        mixed = of_products[self.products]
        alone = np.flatnonzero(self.products == 0).tolist()
        mixed[alone] = [crc32(self.item_ids[key].encode()) for key in alone]
        return np.asarray(mixed)

    def _codes_of(self, name: str) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self.codes[_place(name)]
        return found

    def _group_codes(self, by: GroupBy) -> NDArray[np.int64]:
        """(R,) the same number for the items of a group: those alone have their negative key."""
        alone = -np.arange(len(self.present))
        if by == "none":
            return alone
        products = self.products.astype(np.int64)
        if by == "colour":
            colours = self.vocabularies[_place("colour")].folded_codes()
            if colours.size:
                products = products * colours.size + colours[self._codes_of("colour")]
        return np.where(self.products > 0, products, alone)

    def among(self, item_ids: Sequence[str]) -> NDArray[np.bool_]:
        """(R,) whether each row is one of these items."""
        mask = np.zeros(len(self.present), bool)
        mask[[key for item_id in item_ids if (key := self._key_of.get(item_id)) is not None]] = True
        return mask

    def matching(self, where: ItemFilter, among: Sequence[str] | None, by: GroupBy, limit: int) -> list[str] | None:
        """The ids of the items that match, of each group the first alone; see ``Store.matching``."""
        mask = self.mask(where)
        if among is None:
            keys = self.order[mask[self.order]]
        else:
            found = np.array([self._key_of.get(item_id, 0) for item_id in among], np.int64)
            keys = found[mask[found] & self.present[found]]
        if by != "none":
            keys = keys[first_places(self.groups(by).codes[keys])]
        return [self.item_ids[key] for key in keys.tolist()] if len(keys) <= limit else None

    @cached_property
    def _key_of(self) -> dict[str, int]:
        return {self.item_ids[key]: key for key in self.order.tolist()}

    def _match(self, where: ItemFilter) -> NDArray[np.bool_]:
        mask = self.present.copy()
        for declared, codes, vocabulary in zip(VALUE_FILTERS, self.codes, self.vocabularies, strict=True):
            wanted = where.folded(declared)
            if wanted and vocabulary.values:
                mask &= vocabulary.among(wanted)[codes]
        for declared, numbers in zip(RANGE_FILTERS, self.numbers, strict=True):
            low, high = where.bounds(declared)
            if low is not None:
                mask &= numbers >= low
            if high is not None:
                mask &= numbers <= high
            if declared.money and (low, high) != (None, None):
                mask &= self.is_compared(where)
        if where.words:
            rows = np.flatnonzero(mask)
            mask[rows] = [where.is_in_text(self.texts[row]) for row in rows.tolist()]
        return mask

    def is_compared(self, where: ItemFilter) -> NDArray[np.bool_]:
        """(R,) whether each row's amounts are in the currency that ``where`` compares."""
        vocabulary, codes = self.vocabularies[_place("currency")], self._codes_of("currency")
        if not vocabulary.values:
            return np.ones(len(codes), bool)
        compared: NDArray[np.bool_] = vocabulary.among(where.price_currencies(self.currency))[codes]
        return compared


def empty_columns() -> Columns:
    """Columns of a store without items."""
    return Columns(
        codes=np.zeros((len(VALUE_FILTERS), 1), np.int32),
        numbers=np.full((len(RANGE_FILTERS), 1), np.nan),
        present=np.zeros(1, bool),
        item_ids=[""],
        texts=[""],
        order=np.zeros(0, np.int64),
        vocabularies=tuple(Vocabulary(declared) for declared in VALUE_FILTERS),
        products=np.zeros(1, np.int32),
        product_of={"": 0},
        added_s=np.full(1, np.nan),
    )


def update_columns(old: Columns, voided: Sequence[int], rows: Sequence[Row]) -> Columns:
    """New columns: the ``voided`` keys are absent unless among ``rows``, which are the items as they are now.

    Only one thread at a time may derive columns, and only from the newest.
    """
    keys = [row[0] for row in rows]
    size = max([len(old.present), *(key + 1 for key in keys)])
    for texts in (old.item_ids, old.texts):
        texts.extend([""] * (size - len(texts)))
    new = replace(
        old,
        codes=_grown(old.codes, size, 0),
        numbers=_grown(old.numbers, size, np.nan),
        present=_grown(old.present, size, False),
        products=_grown(old.products, size, 0),
        added_s=_grown(old.added_s, size, np.nan),
        _masks={},
        _groups={},
        sorted={},
        counted={},
        _category_counts={},
    )
    new.present[[key for key in voided if key < size]] = False
    added = [key for key in keys if not (key < len(old.present) and old.present[key])]
    if rows:
        _set_rows(new, keys, rows)
    return _with_order(new, added)


def _set_rows(columns: Columns, keys: list[int], rows: Sequence[Row]) -> None:
    _, item_ids, texts, products, added, *filtered = zip(*rows, strict=True)
    values, numbers = filtered[: len(VALUE_FILTERS)], filtered[len(VALUE_FILTERS) :]
    for codes, vocabulary, column in zip(columns.codes, columns.vocabularies, values, strict=True):
        codes[keys] = [vocabulary.code(value) for value in column]
    for stored, column in zip(columns.numbers, numbers, strict=True):
        stored[keys] = [np.nan if value is None else value for value in column]
    columns.present[keys] = True
    columns.added_s[keys] = [*map(seconds_of, added)]
    numbered = columns.product_of
    columns.products[keys] = [numbered.setdefault(product, len(numbered)) for product in products]
    for key, item_id, text in zip(keys, item_ids, texts, strict=True):
        columns.item_ids[key] = item_id
        columns.texts[key] = text.casefold()


def _with_order(columns: Columns, added: list[int]) -> Columns:
    remaining = columns.order[columns.present[columns.order]]
    added.sort(key=columns.item_ids.__getitem__)
    places = [bisect_left(remaining, columns.item_ids[key], key=columns.item_ids.__getitem__) for key in added]
    order = np.insert(remaining, places, added) if added else remaining
    return replace(columns, order=order)


def most_frequent(counts: Mapping[str, int]) -> str:
    """The value with the highest of ``counts``, where those that differ in case alone are one; "" where there is none.

    Of several, the first by its text; of its spellings the most frequent.
    """
    totals: Counter[str] = Counter()
    for value, count in counts.items():
        totals[value.casefold()] += count
    best = min(totals, key=lambda folded: (-totals[folded], folded), default="")
    spellings = [value for value in counts if value.casefold() == best]
    return min(spellings, key=lambda value: (-counts[value], value), default="")


def _place(name: str) -> int:
    """Which of the declared filters has this name."""
    return [declared.name for declared in VALUE_FILTERS].index(name)


def _grown(array: NDArray[np.generic], size: int, fill: object) -> NDArray:  # type: ignore[type-arg]
    grown = np.full((*array.shape[:-1], size), fill, array.dtype)
    grown[..., : array.shape[-1]] = array
    return grown
