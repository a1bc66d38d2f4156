"""What filters, facets and orders read of every version of an item: rows that are added and never change.

A row is an item as one write left it. The next write of the item adds a row, so an update takes as long as it changes
items, and threads that read an older snapshot are not affected. Arrays have spare room; what lies beyond a snapshot's
``count`` is not its concern. The first ``base`` rows are *packed*: their texts are one block, and they are indexed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import RANGE_FILTERS, VALUE_FILTERS
from deepstyle.catalogue.moments import seconds_of
from deepstyle.store.histogram import EDGES
from deepstyle.store.texts import Texts
from deepstyle.store.vocabulary import Vocabulary

Row = tuple[Any, ...]
"""(key, revision, id, text for ``ItemFilter.text``, product, ``added_at``, the VALUE_FILTERS', the RANGE_FILTERS')."""

Array = NDArray[Any]
NO_BUCKET: Final = len(EDGES)
"""The bucket of a number that is not there."""
SPARE: Final = 1.25
CODES: Final = tuple(f"code.{declared.name}" for declared in VALUE_FILTERS)
NUMBERS: Final = tuple(f"number.{declared.name}" for declared in RANGE_FILTERS)
BUCKETS: Final = tuple(f"bucket.{declared.name}" for declared in RANGE_FILTERS)
DTYPES: Final[dict[str, type[np.generic]]] = {
    "key": np.int32,
    "revision": np.int64,
    "product": np.int32,
    "mixed": np.uint32,
    "priced": np.uint8,
    "added_s": np.float64,
    **dict.fromkeys(CODES, np.uint8),
    **dict.fromkeys(NUMBERS, np.float64),
    **dict.fromkeys(BUCKETS, np.uint8),
}
"""The arrays by row; a column of codes gets a wider type as its vocabulary grows.

``product`` numbers the products, 0 where an item has none; ``mixed`` is a number that a row has in common with its
product, and hardly with another one; ``priced`` is its currency's code plus one, 0 without a price; ``added_s`` is
since 1970, NaN where that is unknown; numbers are NaN for none.
"""
_EDGES: Final = np.array(EDGES)
_CURRENCY: Final = "code.currency"
_MONEY: Final = [name for name, declared in zip(NUMBERS, RANGE_FILTERS, strict=True) if declared.money]


@dataclass
class Rows:
    """``arrays`` (C,) by their names in ``DTYPES``; ``row_of`` (K,) is the newest row of each item key, -1 for none.

    ``base_order`` (base,) int32 are the packed rows by item id. ``hashes`` (base,) uint32 are those of their ids,
    ascending, and ``hashed`` (base,) int32 their rows. ``products`` are the products' names by number, of which those
    before ``base_products`` are sorted. ``recent`` is the newest row of an id among the rows that are not packed, and
    ``previous`` the row that such a row replaced.
    """

    arrays: dict[str, Array]
    row_of: Array
    item_ids: Texts
    texts: Texts
    products: Texts
    vocabularies: tuple[Vocabulary, ...]
    base_order: Array
    hashes: Array
    hashed: Array
    base: int = 0
    base_products: int = 0
    count: int = 0
    recent: dict[str, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)
    mean_sizes: dict[str, tuple[int, float]] = field(default_factory=dict)
    _product_of: dict[str, int] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)

    def newest(self, item_id: str) -> int:
        """The newest row of an id, -1 for none."""
        return self.recent[item_id] if item_id in self.recent else self._packed(item_id)

    def newest_of(self, item_ids: Sequence[str]) -> list[int]:
        """The newest row of each id, -1 for none; packed rows are found together."""
        if not len(self.hashes):
            return [self.newest(item_id) for item_id in item_ids]
        hashes = np.fromiter((crc32(item_id.encode()) for item_id in item_ids), np.uint32, len(item_ids))
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        rows = self.hashed[places].astype(np.int64)
        return [
            row if name == item_id and item_id not in self.recent else self.newest(item_id)
            for row, name, item_id in zip(rows.tolist(), self.item_ids.at(rows), item_ids, strict=True)
        ]

    def _packed(self, item_id: str) -> int:
        place = int(np.searchsorted(self.hashes, wanted := np.uint32(crc32(item_id.encode()))))
        while place < len(self.hashes) and self.hashes[place] == wanted:
            if self.item_ids[row := int(self.hashed[place])] == item_id:
                return row
            place += 1
        return -1

    def append(self, rows: Sequence[Row]) -> NDArray[np.int64]:
        """Add ``rows``, by one thread at a time; returns their numbers."""
        keys, revisions, item_ids, texts, products, added, *filtered = zip(*rows, strict=True)
        numbered = np.array(keys, np.int32)  # first: whatever cannot be stored is refused before anything is
        at = slice(self.count, self.count + len(rows))
        values, numbers = filtered[: len(VALUE_FILTERS)], filtered[len(VALUE_FILTERS) :]
        for name, vocabulary, column in zip(CODES, self.vocabularies, values, strict=True):
            codes = [vocabulary.code(value) for value in column]
            self._write(name, at, codes, np.min_scalar_type(len(vocabulary.values) + 1))
        for name, bucket, column in zip(NUMBERS, BUCKETS, numbers, strict=True):
            known = np.array([np.nan if value is None else value for value in column], np.float64)
            self._write(name, at, known)
            self._write(bucket, at, buckets(known))
        currencies = self.arrays[_CURRENCY][at]
        has_price = ~np.isnan([self.arrays[name][at] for name in _MONEY]).all(axis=0)
        self._write("priced", at, np.where(has_price, currencies.astype(np.int64) + 1, 0), currencies.dtype)
        self._write("key", at, numbered)
        self._write("revision", at, revisions)
        self._write("added_s", at, [*map(seconds_of, added)])
        self._write("product", at, [*map(self._product, products)])
        mixed = (product or item_id for product, item_id in zip(products, item_ids, strict=True))
        self._write("mixed", at, [crc32(name.encode()) for name in mixed])
        self.item_ids.extend(item_ids)
        self.texts.extend(text.casefold() for text in texts)
        self._point(keys, item_ids)
        self.count = at.stop
        return np.arange(at.start, at.stop)

    def _write(self, name: str, at: slice, values: Any, dtype: Any = None) -> None:
        array = self.arrays[name]
        wider = array.dtype if dtype is None else np.promote_types(array.dtype, dtype)
        if at.stop > len(array) or wider != array.dtype:
            array = self.arrays[name] = grown(array[: at.start], at.stop, wider)
        array[at] = values

    def _point(self, keys: Sequence[int], item_ids: Sequence[str]) -> None:
        """Make the new rows those of their items; an older snapshot finds its own by ``previous``."""
        most = max(keys)
        if most >= len(self.row_of):
            old = len(self.row_of)
            larger = grown(self.row_of, most + 1)
            larger[old:] = -1
            self.row_of = larger
        for row, (key, item_id) in enumerate(zip(keys, item_ids, strict=True), self.count):
            self.previous[row] = self.newest(item_id)
            self.recent[item_id] = row
            self.row_of[key] = row

    def _product(self, name: str) -> int:
        if name in self._product_of:
            return self._product_of[name]
        if (found := self.products.find_sorted(name, self.base_products)) is not None:
            return found
        number = self._product_of[name] = len(self.products)
        self.products.extend([name])
        return number

    def place(self, row: int) -> int:
        """Where the id of a row that is not packed belongs among the packed ones, by id."""
        if (known := self._places.get(row)) is not None:
            return known
        item_id, low, high = self.item_ids[row], 0, self.base
        while low < high:
            middle = (low + high) // 2
            if self.item_ids[int(self.base_order[middle])] < item_id:
                low = middle + 1
            else:
                high = middle
        self._places[row] = low
        return low

    def of_products(self, products: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """The rows among the first ``count`` that have one of these ``products`` (P,), each once."""
        packed, starts = self.by_product
        packed_rows = [packed[starts[one] : starts[one + 1]] for one in products.tolist() if one + 1 < len(starts)]
        wanted = np.zeros(len(self.products), bool)
        wanted[products] = True
        rest = np.flatnonzero(wanted[self.arrays["product"][self.base : count]]) + self.base
        return np.concatenate([*packed_rows, rest])

    @cached_property
    def by_product(self) -> tuple[Array, Array]:
        """The packed rows by product, and where each product begins (its number plus one ends it)."""
        products = self.arrays["product"][: self.base]
        starts = np.concatenate([[0], np.cumsum(np.bincount(products, minlength=1))])
        return np.argsort(products, kind="stable").astype(np.int32), starts


def empty_rows() -> Rows:
    """Rows without any."""
    return Rows(
        arrays={name: np.empty(0, dtype) for name, dtype in DTYPES.items()},
        row_of=np.full(1, -1, np.int32),
        item_ids=Texts.of(()),
        texts=Texts.of(()),
        products=Texts.of([""]),
        vocabularies=tuple(map(Vocabulary, VALUE_FILTERS)),
        base_order=np.empty(0, np.int32),
        hashes=np.empty(0, np.uint32),
        hashed=np.empty(0, np.int32),
        base_products=1,
    )


def packed_rows(rows: Rows, kept: NDArray[np.int64], by_id: NDArray[np.int64]) -> Rows:
    """New packed rows with only ``kept`` (N), by ascending item key; ``by_id`` (N) are the same rows by item id."""
    arrays = {name: array[kept] for name, array in rows.arrays.items()}
    used, numbers = np.unique(np.append(arrays["product"], 0), return_inverse=True)
    names = rows.products.at(used.astype(np.int64))
    by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    arrays["product"] = inverse(by_name, len(names))[numbers[:-1]].astype(np.int32)
    item_ids = rows.item_ids.at(kept)
    hashes = np.fromiter((crc32(item_id.encode()) for item_id in item_ids), np.uint32, len(item_ids))
    hashed = np.argsort(hashes, kind="stable")
    row_of = np.full(len(rows.row_of), -1, np.int32)  # vectors may still have the keys of items that are gone
    row_of[arrays["key"]] = np.arange(len(kept))
    return Rows(
        arrays=arrays,
        row_of=row_of,
        item_ids=Texts.of(item_ids),
        texts=Texts.of(rows.texts.at(kept)),
        products=Texts.of(names[place] for place in by_name.tolist()),
        vocabularies=rows.vocabularies,
        base_order=inverse(kept, rows.count)[by_id].astype(np.int32),
        hashes=hashes[hashed],
        hashed=hashed.astype(np.int32),
        base=len(kept),
        base_products=len(names),
        count=len(kept),
    )


def inverse(places: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """(size,) where each number is among ``places``; anything for one that is not."""
    found = np.zeros(size, np.int64)
    found[places] = np.arange(len(places))
    return found


def buckets(numbers: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The bucket of each of ``numbers``, NO_BUCKET for NaN."""
    places = np.maximum(np.searchsorted(_EDGES, numbers, "right") - 1, 0)
    return np.where(np.isnan(numbers), NO_BUCKET, places).astype(np.uint8)


def grown(array: Array, size: int, dtype: Any = None) -> Array:
    """A copy with room for ``size`` and a quarter more; what is beyond the old end is undefined."""
    new = np.empty(max(64, int(size * SPARE)), dtype or array.dtype)
    new[: len(array)] = array
    return new
