"""Rows that belong together: variants take what they lack from their product, pictures of a product are shared.

Which rows those are says the layout (``Place``). What variants may need is stored in a temporary database on disk, in
a first pass over the table, since a product need not stand before its variants, and a feed need not fit in memory.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from deepstyle.catalogue.feeds.layouts.columns import normal
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place
from deepstyle.catalogue.feeds.raw import RawRow

_REMEMBERED: Final = 64
_SCHEMA: Final = """
CREATE TABLE product (name TEXT PRIMARY KEY, line INTEGER, row TEXT) WITHOUT ROWID;
CREATE TABLE child (name TEXT PRIMARY KEY, product TEXT) WITHOUT ROWID;
CREATE TABLE wanted (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE picture (product TEXT, position REAL, number INTEGER, reference TEXT);
CREATE TABLE variant_picture (product TEXT, reference TEXT, PRIMARY KEY (product, reference)) WITHOUT ROWID;
CREATE INDEX picture_of ON picture (product, position, number);
"""


@dataclass(frozen=True, slots=True)
class Product:
    """What a row shares with its variants: ``values`` by column, its own ``pictures`` and the ``group`` of all."""

    values: Mapping[str, Any]
    pictures: tuple[str, ...]
    group: str
    is_published: bool


class Families:
    """The products of a table, found in one pass over its rows."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._found = sqlite3.connect("", check_same_thread=False)
        self._found.executescript(_SCHEMA)
        self._number = 0
        # Variants mostly stand together. Nothing is read before everything was noted.
        self._product = lru_cache(_REMEMBERED)(self._read_product)
        self._shared = lru_cache(_REMEMBERED)(self._read_shared)

    def close(self) -> None:
        """Delete what was stored."""
        self._found.close()

    def note(self, row: RawRow, place: Place, own: Sequence[str], shared: Iterable[tuple[float, str]]) -> None:
        """Remember a row with its ``own`` pictures and those that it adds to its product, each with its position."""
        found = self._found
        if place.names:
            values = {name: value for name, value in row.values.items() if not self._layout.own.fullmatch(normal(name))}
            published = self._layout.is_published(Cells(row.values))
            text = json.dumps([values, own, place.group, published], default=str)
            found.executemany(
                "INSERT OR IGNORE INTO product VALUES (?, ?, ?)", [(name, row.line, text) for name in place.names]
            )
        if place.product and not place.part and place.product not in place.names:
            found.execute("INSERT OR IGNORE INTO wanted VALUES (?)", (place.product,))
        parent = next(iter(place.names), place.product)
        if place.children and parent:
            rows = [(name, parent) for name in place.children]
            found.executemany("INSERT OR IGNORE INTO child VALUES (?, ?)", rows)
            found.execute("INSERT OR IGNORE INTO wanted VALUES (?)", (parent,))
        owner = place.product or next(iter(place.names), "")
        for position, reference in shared:
            self._number += 1
            found.execute("INSERT INTO picture VALUES (?, ?, ?, ?)", (owner, position, self._number, reference))
        if not place.part and place.product:
            rows = [(place.product, reference) for reference in own]
            found.executemany("INSERT OR IGNORE INTO variant_picture VALUES (?, ?)", rows)

    def product(self, place: Place) -> Product | None:
        """The product that a row belongs to; ``None`` where there is none, or it is the row itself."""
        name = place.product or next(iter(self._one("SELECT product FROM child WHERE name = ?", place.names)), "")
        return self._product(name) if name else None

    def has_variants(self, place: Place) -> bool:
        """Whether other rows belong to this one."""
        return any(self._one("SELECT 1 FROM wanted WHERE name = ?", place.names))

    def shared_pictures(self, product: str, own: Sequence[str]) -> list[str]:
        """The pictures of a product in order, without those that are some other variant's own."""
        return [reference for reference in self._shared(product) if reference not in own]

    def _read_product(self, name: str) -> Product | None:
        for row in self._one("SELECT row FROM product WHERE name = ?", [name]):
            values, pictures, group, published = json.loads(row)
            return Product(values, tuple(pictures), group, published)
        return None

    def _read_shared(self, product: str) -> tuple[str, ...]:
        query = (
            "SELECT reference FROM picture WHERE product = ?1 AND reference NOT IN "
            "(SELECT reference FROM variant_picture WHERE product = ?1) ORDER BY position, number"
        )
        return tuple(reference for (reference,) in self._found.execute(query, (product,)))

    def _one(self, query: str, names: Iterable[str]) -> Iterator[Any]:
        for name in names:
            if row := self._found.execute(query, (name,)).fetchone():
                yield row[0]
