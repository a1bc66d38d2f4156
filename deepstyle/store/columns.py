"""What filters and facets need of every item, in memory: one immutable snapshot of the catalogue's columns.

Rows are SQLite's item keys, which are never reused: a deleted item leaves a gap of about 200 bytes.
An update copies the arrays (about 10 MB for 250,000 items); threads that still read the old snapshot are not affected.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.store.base import Facets, ItemFilter

CACHED_FILTERS: Final = 64

Row = tuple[Any, ...]
"""(item key, item id, the text that ``ItemFilter.text`` looks in, the VALUE_FILTERS' values, the RANGE_FILTERS')."""


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

    def count(self, codes: NDArray[np.int32]) -> dict[str, int]:
        """How many of ``codes`` name each value, most frequent first, without the empty value."""
        counts: Counter[str] = Counter()
        numbers = np.bincount(codes)
        for code in np.flatnonzero(numbers).tolist():
            counts.update(dict.fromkeys(self._declared.values(self.values[code]), int(numbers[code])))
        del counts[""]
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True)
class Columns:
    """Rows by item key, in the order of the declared filters F and numbers P.

    ``codes`` (F, R) int32, ``numbers`` (P, R) float64 with NaN for none, ``present`` (R) bool.

    ``order`` (N) int64 are the present keys by item id; ``texts`` are what ``ItemFilter.text`` looks in. The two lists
    are shared by all snapshots: an item's id never changes, and who reads a newer text only sees a write early.
    """

    codes: NDArray[np.int32]
    numbers: NDArray[np.float64]
    present: NDArray[np.bool_]
    item_ids: list[str]
    texts: list[str]
    order: NDArray[np.int64]
    vocabularies: tuple[Vocabulary, ...]
    _masks: dict[ItemFilter, NDArray[np.bool_]] = field(default_factory=dict)
    _facets: dict[ItemFilter, tuple[int, Facets]] = field(default_factory=dict)
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

    def _codes_of(self, name: str) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self.codes[_place(name)]
        return found

    def facets(self, where: ItemFilter) -> tuple[int, Facets]:
        """How many items match, and their facets."""
        known = self._facets.get(where)
        if known is None:
            if len(self._facets) >= CACHED_FILTERS:
                self._facets.clear()
            known = self._facets[where] = self._count(np.flatnonzero(self.mask(where)))
        return known

    def page(self, where: ItemFilter, limit: int, after: str) -> tuple[list[int], bool]:
        """The first ``limit`` keys by item id that match and lie after ``after``, and whether more follow."""
        start = bisect_right(self.order, after, key=self.item_ids.__getitem__) if after else 0
        rest = self.order[start:]
        found = rest[self.mask(where)[rest]][: limit + 1]
        return found[:limit].tolist(), len(found) > limit

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
        if words := where.words:
            rows = np.flatnonzero(mask)
            mask[rows] = [all(word in self.texts[row] for word in words) for row in rows.tolist()]
        return mask

    def _count(self, rows: NDArray[np.int64]) -> tuple[int, Facets]:
        counts = {
            declared.filter: vocabulary.count(codes[rows]) if any(vocabulary.values) else {}
            for declared, codes, vocabulary in zip(VALUE_FILTERS, self.codes, self.vocabularies, strict=True)
            if declared.facet
        }
        ranges = {}
        for declared, numbers in zip(RANGE_FILTERS, self.numbers, strict=True):
            known = numbers[rows][~np.isnan(numbers[rows])]
            if known.size:
                ranges[declared.filter] = (float(known.min()), float(known.max()))
        return len(rows), Facets(counts, ranges)


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
        _masks={},
        _facets={},
        _category_counts={},
    )
    new.present[[key for key in voided if key < size]] = False
    added = [key for key in keys if not (key < len(old.present) and old.present[key])]
    if rows:
        _set_rows(new, keys, rows)
    return _with_order(new, added)


def _set_rows(columns: Columns, keys: list[int], rows: Sequence[Row]) -> None:
    _, item_ids, texts, *filtered = zip(*rows, strict=True)
    values, numbers = filtered[: len(VALUE_FILTERS)], filtered[len(VALUE_FILTERS) :]
    for codes, vocabulary, column in zip(columns.codes, columns.vocabularies, values, strict=True):
        codes[keys] = [vocabulary.code(value) for value in column]
    for stored, column in zip(columns.numbers, numbers, strict=True):
        stored[keys] = [np.nan if value is None else value for value in column]
    columns.present[keys] = True
    for key, item_id, text in zip(keys, item_ids, texts, strict=True):
        columns.item_ids[key] = item_id
        columns.texts[key] = text.casefold()


def _with_order(columns: Columns, added: list[int]) -> Columns:
    remaining = columns.order[columns.present[columns.order]]
    added.sort(key=columns.item_ids.__getitem__)
    places = [bisect_left(remaining, columns.item_ids[key], key=columns.item_ids.__getitem__) for key in added]
    order = np.insert(remaining, places, added) if added else remaining
    return replace(columns, order=order)


def _place(name: str) -> int:
    """Which of the declared filters has this name."""
    return [declared.name for declared in VALUE_FILTERS].index(name)


def _grown(array: NDArray[np.generic], size: int, fill: object) -> NDArray:  # type: ignore[type-arg]
    grown = np.full((*array.shape[:-1], size), fill, array.dtype)
    grown[..., : array.shape[-1]] = array
    return grown
