"""Tables of items: CSV and all other tables, by the layout that their columns show.

A layout says which column holds which field (``deepstyle.catalogue.feeds.layouts``); ``columns`` names the others.
Every other column becomes an attribute of the item.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.characters import visible
from deepstyle.catalogue.feeds.layouts.layout import Layout, as_text
from deepstyle.catalogue.feeds.listing import Listing, ListingReader
from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.item import CATALOGUE_FIELDS, SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.picture_files import PictureFiles
from deepstyle.catalogue.prices import Prices, read_prices
from deepstyle.catalogue.rows import Omission, Record, Rejection, RowError, check_item_id, read_picture
from deepstyle.catalogue.text import clean_attributes, clean_text, kept_url

_TEXTS: Final = tuple(field.name for field in CATALOGUE_FIELDS if field.kind == "text")

# With more surplus cells than this, a row's id can be anything.
_MAX_EXTRA_CELLS: Final = 8
_EXPLAINED_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """How one column was understood: the field that it holds, or empty where it is an attribute."""

    column: str
    field: str


@dataclass(frozen=True)
class TableSource:
    """The rows of ``table``, read by its layout; ``columns`` (field → column name) takes precedence.

    An id is never changed, except that surrounding spaces and tabs are removed. Pictures of URLs may lie in the folder
    ``downloads``.
    """

    path: Path
    table: Table
    format: Layout
    columns: Mapping[str, str] = field(default_factory=dict)
    downloads: Path | None = None

    @property
    def layout(self) -> str:
        """The name of the layout."""
        return self.format.name

    def total(self) -> int:
        """Number of rows that are not empty."""
        return sum(1 for _ in self.table.rows())

    def records(self) -> Iterator[Record | Rejection | Omission]:
        """Each row in turn. Raises ``DataError`` where no column contains the ids."""
        seen: set[str] = set()
        for entry in self._reader.listings():
            if isinstance(entry, Listing) and (code := _omitted(entry)):
                yield Omission(self.table.name, entry.row.line, code)
                continue
            read = self._faulty(entry) if isinstance(entry, RawRow) else self._read(entry, seen)
            if isinstance(read, Record):
                seen.add(read.item.item_id)
            yield read

    def read_bytes(self, record: Record) -> bytes:
        """The row's image file. Raises ``RowError``."""
        return read_picture(record)

    def column_uses(self) -> tuple[ColumnUse, ...]:
        """How each column was understood, in the table's order; where rows name their own, those of the first rows."""
        names = self.table.header or tuple(
            dict.fromkeys(name for row in islice(self.table.rows(), _EXPLAINED_ROWS) for name in row.values)
        )
        chosen = self._reader.choose(names)
        fields = {column: name for name, columns in reversed(chosen.items()) for column in columns}
        computed = self.format.computed_columns(names)
        return tuple(ColumnUse(name, fields.get(name) or ("option" if name in computed else "")) for name in names)

    @cached_property
    def _reader(self) -> ListingReader:
        return ListingReader(self.table, self.format, self.columns)

    @cached_property
    def _files(self) -> PictureFiles:
        return PictureFiles(self.table.folder, self.downloads)

    def _faulty(self, row: RawRow) -> Rejection:
        may_name = self._possible_ids(row)
        fault = row.fault or RowError("bad-row", "The row cannot be read.", "Correct it.")
        return fault.at(self.table.name, row.line, next(iter(may_name), ""), may_name)

    def _possible_ids(self, row: RawRow) -> tuple[str, ...]:
        """Every id that the faulty ``row`` may refer to; none where that is unknown."""
        header = self.table.header
        if not header or not row.cells or self.format.place or self.format.derive_id:
            return ()
        columns = self._reader.choose(header)["item_id"]
        if len(columns) > 1:
            return ()
        extra = max(0, len(row.cells) - len(header))
        return _possible_ids(row.cells, header.index(columns[0]), extra, self.table.delimiter)

    def _read(self, listing: Listing, seen: set[str]) -> Record | Rejection | Omission:
        row, item_id = listing.row, ""
        may_name: tuple[str, ...] = ()
        try:
            if listing.part_of is not None:
                raise RowError("no-product", "The row has a picture of a product that is not there.", "Add its row.")
            item_id = _raw_id(listing.values.get("item_id"))
            item_id, problems = self._restored(check_item_id(item_id))
            may_name = () if row.missing else (item_id,)
            record = self._record(listing, item_id, problems)
            if item_id in seen:
                raise RowError("duplicate-id", f"Item {item_id} is there twice.", "Give each item an id of its own.")
        except RowError as error:
            return error.at(self.table.name, row.line, item_id, may_name)
        if listing.has_variants and record.image_path is None:
            return Omission(self.table.name, row.line, "merged")
        return record

    def _restored(self, item_id: str) -> tuple[str, tuple[RowError, ...]]:
        """The id with the zeros that its layout always has, and a warning where they were lost."""
        restored = self.format.restore_id(item_id) if self.format.restore_id else item_id
        if restored == item_id:
            return item_id, ()
        message = f"The id {item_id} lacks leading zeros; it is read as {restored}."
        return restored, (RowError("lost-zeros", message, "Export ids as text."),)

    def _record(self, listing: Listing, item_id: str, problems: tuple[RowError, ...]) -> Record:
        row, values, columns = listing.row, listing.values, listing.columns
        text = {name: clean_text(values.get(name), name, next(iter(columns.get(name, ())), "")) for name in _TEXTS}
        prices = _prices(values, text["currency"].upper())
        url, of_url = kept_url(text["url"])
        short = (_short(row),) if row.missing else ()
        item = Item(
            item_id,
            **{
                **text,
                "semantic_category": _semantic(text, [_spoken(word, self.format) for word in listing.words]),
                "category": _leaf(text["category"], self.format),
                "availability": _availability(text["availability"], as_text(values.get("quantity"))),
                "currency": prices.currency,
                "url": url,
            },
            price=prices.price,
            attributes=clean_attributes({**_paths(text, columns, self.format), **listing.rest}.items()),
        )
        warnings = (*short, *row.warnings, *problems, *of_url, *prices.warnings)
        named = [clean_text(reference, "image") for reference in listing.pictures]
        pictures = self._files.find(named, item_id)
        return Record(
            item,
            next(iter(pictures), None),
            self.table.name,
            row.line,
            warnings=tuple(problem.as_warning(self.table.name, row.line, item_id) for problem in warnings),
            id_is_certain=not row.missing,
            more_images=tuple(pictures[1:]),
        )


def _omitted(listing: Listing) -> str:
    """Why the row is no item of its own, empty where it is one."""
    if listing.part_of:
        return "merged"
    return "" if listing.is_published else "not-published"


def _prices(values: Mapping[str, Any], currency: str) -> Prices:
    """The price now and the regular one: ``price`` is the lower one beside a ``regular_price``, else the higher one."""
    price, regular, sale = (values.get(name) for name in ("price", "regular_price", "sale_price"))
    dates = as_text(values.get("sale_dates"))
    if sale is None and regular is not None and price is not None and as_text(regular).strip("0., ") != "":
        regular, sale, dates = regular, price, ""
    elif sale is not None:
        regular = price if regular is None else regular
    else:
        regular = price if price is not None else regular
    return read_prices(regular, sale, currency=currency, sale_dates=dates)


def _availability(text: str, quantity: str) -> str:
    """The shop's word, or where it has a flag or a number in stock, whether that is any."""
    said = text.casefold()
    if said in ("1", "true", "yes", "y"):
        return "in stock"
    if said in ("0", "false", "no", "n"):
        return "out of stock"
    if text or not re.fullmatch(r"-?\d+(?:\.\d+)?", quantity):
        return text
    return "in stock" if float(quantity) > 0 else "out of stock"


def _path(text: str, layout: Layout) -> str:
    """Of several categories the one with the most levels, the first of these."""
    several = re.split(layout.paths, text) if layout.paths else [text]
    return max(several, key=lambda path: path.count(layout.level))


def _spoken(text: str, layout: Layout) -> str:
    """A category with ``>`` between its levels, the one with the most levels of several."""
    return " > ".join(level.strip() for level in _path(text, layout).split(layout.level))


def _leaf(text: str, layout: Layout) -> str:
    """The last level of a category: "Boots" of "Women > Shoes > Boots"."""
    levels = [level.strip() for level in _path(text, layout).split(layout.level)]
    return next((level for level in reversed(levels) if level), "")


def _paths(text: Mapping[str, str], columns: Mapping[str, tuple[str, ...]], layout: Layout) -> dict[str, str]:
    """The whole of a category of which the item has only the last level, as an attribute."""
    whole = text["category"]
    return {columns["category"][0]: whole} if "category" in columns and whole != _leaf(whole, layout) else {}


def _semantic(text: Mapping[str, str], words: Sequence[str]) -> str:
    """The table's own semantic category, else what its categories, its departments or the title say."""
    own = text["semantic_category"].lower()
    if own in SEMANTIC_CATEGORIES:
        return own
    return semantic_category(*(words or [text["category"]]), own, text["title"])


def _raw_id(value: Any) -> str:
    """The id as the row has it, without spaces and tabs around it. Raises ``RowError``."""
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        kind = type(value).__name__
        raise RowError("bad-id", f"The id is a value of the type {kind}, not text.", "Write the id as text.")
    text = "" if value is None else str(value).strip(" \t")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise RowError("bad-encoding", f"The id is not UTF-8: {text[:40]!a}.", "Save the file as UTF-8.")
    return text


def _usable_ids(texts: Sequence[str]) -> tuple[str, ...]:
    """Those of ``texts`` that can be ids; none where one is damaged, since what it was is unknown."""
    found: list[str] = []
    for text in texts:
        try:
            found.append(check_item_id(text.strip(" \t")))
        except RowError:
            if visible(text, len(text)) != text:
                return ()
    return tuple(dict.fromkeys(found))


def _possible_ids(cells: Sequence[str], id_at: int, extra: int, delimiter: str) -> tuple[str, ...]:
    """Every id that a row with ``extra`` surplus cells may refer to: the surplus separators can be anywhere."""
    if extra > _MAX_EXTRA_CELLS:
        return ()
    spans = [(start, end) for start in range(id_at, id_at + extra + 1) for end in range(start + 1, id_at + extra + 2)]
    return _usable_ids([delimiter.join(cells[start:end]) for start, end in spans])


def _short(row: RawRow) -> RowError:
    return RowError(
        "short-row",
        f"The row lacks {row.missing} {'cell' if row.missing == 1 else 'cells'} at its end; they are read as empty.",
        "Write a separator for each column.",
    )
