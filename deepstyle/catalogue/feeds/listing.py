"""Items as their layout reads them: raw values by field, before anything is cleaned or checked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from deepstyle.catalogue.feeds.families import Families, Product
from deepstyle.catalogue.feeds.layouts.columns import COLUMNS, PICTURES, normal
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, as_text
from deepstyle.catalogue.feeds.nested import PICTURE_KEYS
from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.feeds.text_table import wrong_width
from deepstyle.errors import DataError, UsageError

Chosen = Mapping[str, tuple[str, ...]]
"""Field → the columns that hold it, best first."""

MAX_PICTURES: Final = 100
_UNSAID: Final = 1e9


@dataclass(frozen=True, slots=True)
class Listing:
    """An item of a table: ``values`` by field, ``words`` about its category, its ``pictures`` as the feed writes them.

    ``rest`` are the values that no field holds, by name. Where ``part_of`` is not ``None``, the row is no item: it adds
    a picture to that product, which is empty where the feed does not have it.
    """

    row: RawRow
    columns: Chosen
    values: Mapping[str, Any]
    words: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)
    has_variants: bool = False
    is_published: bool = True
    part_of: str | None = None


@dataclass(frozen=True)
class ListingReader:
    """Reads the ``table`` by its ``layout``; ``columns`` (field → column name) takes precedence."""

    table: Table
    layout: Layout
    columns: Mapping[str, str] = field(default_factory=dict)

    def listings(self) -> Iterator[Listing | RawRow]:
        """Each row that is not empty: a row with a fault as it is. Raises ``DataError``."""
        if self.layout.place is None:
            for row, chosen in self.rows():
                yield row if row.fault else self._listing(row, chosen)
            return
        with closing(Families(self.layout)) as families:
            for row, chosen, place in self._placed():
                own, shared = self._pictures(row, chosen, place)
                families.note(row, place, own, shared)
            for row, chosen, place in self._placed():
                yield row if row.fault else self._variant(row, chosen, place, families)

    def choose(self, names: Sequence[str]) -> Chosen:
        """Field → the columns among ``names`` that hold it.

        Raises ``UsageError`` for a field or a column that does not exist, ``DataError`` where no column has the ids.
        """
        chosen = self.layout.choose(names)
        for name, column in self.columns.items():
            if name not in COLUMNS:
                raise UsageError(f"no field is called {name!r}.", remedy=f"Fields are {', '.join(COLUMNS)}.")
            if column in names:
                chosen = {**{at: _without(found, column) for at, found in chosen.items()}, name: (column,)}
            elif self.table.header:
                raise UsageError(f"{self.table.name} has no column {column!r}.", remedy=f"It has {', '.join(names)}.")
        chosen = {name: found for name, found in chosen.items() if found}
        if "item_id" not in chosen and self.table.header and self.layout.derive_id is None:
            raise DataError(
                f"{self.table.name}: no column contains the ids (found {', '.join(names)[:200]}).",
                remedy="Name it, for example --column item_id=Reference.",
            )
        return chosen

    def rows(self) -> Iterator[tuple[RawRow, Chosen]]:
        """Each row that is not empty, and which column holds which field."""
        header = names = self.table.header
        chosen = self.choose(names) if names else {}
        required = self._required(chosen)
        for row in self.table.rows():
            if not row.fault and not header and names != tuple(row.values):
                names = tuple(row.values)
                chosen = self.choose(names)
            if self.layout.last_takes_surplus and _has_surplus(row, header):
                yield _with_surplus(row, header, self.table.delimiter), chosen
            elif not row.fault and header and not required <= row.values.keys():
                yield RawRow(row.line, fault=wrong_width(len(row.values), len(header))), chosen
            else:
                yield row, chosen

    def _required(self, chosen: Chosen) -> set[str]:
        """The columns that a short row may not lack."""
        return {chosen[name][0] for name in ("item_id", "image") if name in chosen and self.layout.place is None}

    def _placed(self) -> Iterator[tuple[RawRow, Chosen, Place]]:
        above = ""
        for row, chosen in self.rows():
            place = Place()
            if not row.fault and self.layout.place:
                place = self.layout.place(Cells(row.values), above)
                above = place.product or next(iter(place.names), "")
            yield row, chosen, place

    def _pictures(self, row: RawRow, chosen: Chosen, place: Place) -> tuple[list[str], list[tuple[float, str]]]:
        """The row's own pictures, and those that it adds to its product, each with its position."""
        own = self._references(row.values, chosen, PICTURES)
        gallery = self._references(row.values, chosen, ("gallery",))
        if place.part:
            own, gallery = [], own + gallery
        if not gallery:
            return own, []
        position = Cells(row.values).first("image_position", "image_sort_order", "position")
        return own, [(float(position) if position.isdecimal() else _UNSAID, reference) for reference in gallery]

    def _references(self, values: Mapping[str, Any], chosen: Chosen, fields: Iterable[str]) -> list[str]:
        columns = [column for name in fields for column in chosen.get(name, ())]
        found = (part for column in columns for part in _references(values.get(column), self.layout.separator))
        return list(dict.fromkeys(found))[:MAX_PICTURES]

    def _variant(self, row: RawRow, chosen: Chosen, place: Place, families: Families) -> Listing:
        """The row with what it takes from its product."""
        product = families.product(place)
        if place.part:
            return Listing(row, chosen, {}, part_of=place.product if product else "")
        own = self._references(row.values, chosen, PICTURES)
        has_variants = families.has_variants(place)
        listing = self._listing(replace(row, values=_inherited(row.values, product)), chosen)
        model_id = (product.group if product else "") or place.product or (place.group if has_variants else "")
        owner = place.product or ("" if has_variants else next(iter(place.names), ""))
        shared = families.shared_pictures(owner, own) if owner else []
        pictures = [*own, *shared] or list(product.pictures if product else ())
        return replace(
            listing,
            values={**listing.values, "model_id": listing.values.get("model_id") or model_id},
            pictures=tuple(pictures[:MAX_PICTURES]),
            has_variants=has_variants,
            is_published=listing.is_published and (product is None or product.is_published),
        )

    def _listing(self, row: RawRow, chosen: Chosen) -> Listing:
        cells = Cells(row.values)
        values = {name: _first(row.values, columns) for name, columns in chosen.items()}
        if levels := _levels(row.values, chosen.get("category", ())):
            values["category"] = levels
        used = {column for name, columns in chosen.items() for column in _used(name, row.values, columns)}
        computed = self.layout.compute(cells)
        fields = {name: value for name, value in computed.items() if name in COLUMNS}
        if self.layout.derive_id and not as_text(values.get("item_id")):
            values["item_id"] = self.layout.derive_id(cells)
        rest = {
            name: value
            for name, value in row.values.items()
            if name not in used and not self.layout.computed.fullmatch(normal(name))
        }
        return Listing(
            row,
            chosen,
            {**values, **fields},
            tuple(as_text(row.values.get(column)) for column in chosen.get("category", ())),
            tuple(self._references(row.values, chosen, (*PICTURES, "gallery"))),
            {**rest, **{name: value for name, value in computed.items() if name not in COLUMNS}},
            is_published=self.layout.is_published(cells),
        )


def _without(columns: tuple[str, ...], column: str) -> tuple[str, ...]:
    return tuple(name for name in columns if name != column)


def _has_surplus(row: RawRow, header: Sequence[str]) -> bool:
    """Whether nothing is wrong with a row but that it has too many cells."""
    fault, cells = row.fault, len(row.cells)
    return fault is not None and cells > len(header) and fault.message == wrong_width(cells, len(header)).message


def _with_surplus(row: RawRow, header: Sequence[str], delimiter: str) -> RawRow:
    """A row with too many cells, the surplus ones in its last column."""
    kept = row.cells[: len(header) - 1]
    return RawRow(row.line, dict(zip(header, (*kept, delimiter.join(row.cells[len(kept) :])), strict=True)))


def _inherited(values: Mapping[str, Any], product: Product | None) -> dict[str, Any]:
    """The values of a variant, with its product's in place of empty ones."""
    if product is None:
        return dict(values)
    return {**values, **{name: value for name, value in product.values.items() if _is_empty(values.get(name))}}


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _first(values: Mapping[str, Any], columns: Sequence[str]) -> Any:
    """The first value of ``columns`` that is not empty."""
    return next((value for column in columns if not _is_empty(value := values.get(column))), None)


def _levels(values: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The levels of a category that has a column for each (``category_1``, ``category_2``), empty where it has not."""
    stem = normal(columns[0]).removesuffix("1") if columns and normal(columns[0]).endswith("1") else ""
    found = [as_text(values.get(name)) for name in columns if stem and normal(name).rstrip("23456789") == stem]
    levels = [as_text(values.get(columns[0])), *found] if found else []
    return "" if any(re.search("[>/|]", level) for level in levels) else " > ".join(filter(None, levels))


def _used(name: str, values: Mapping[str, Any], columns: Sequence[str]) -> Iterable[str]:
    """The columns that the field ``name`` is read from in this row; the others of them are attributes."""
    if name in (*PICTURES, "gallery"):
        return columns
    if name == "quantity":
        return ()
    return next(([column] for column in columns if not _is_empty(values.get(column))), columns)


def _references(value: Any, separator: str) -> Iterator[str]:
    """The pictures that a cell names: a text, a list of texts, or of objects that have an address."""
    if isinstance(value, list | tuple):
        for part in value[:MAX_PICTURES]:
            yield from _references(part, separator if not isinstance(part, list | tuple) else "")
    elif isinstance(value, dict):
        yield from _references(next((value[key] for key in PICTURE_KEYS if key in value), None), "")
    elif text := as_text(value):
        for part in _splitter(separator).split(text) if separator else (text,):
            if reference := part.strip():
                yield reference


@lru_cache
def _splitter(separator: str) -> re.Pattern[str]:
    return re.compile(separator)
