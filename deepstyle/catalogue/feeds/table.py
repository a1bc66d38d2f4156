"""Tables of items: CSV and all other tables, by the layout that their columns show.

A layout says which column holds which field (``deepstyle.catalogue.feeds.layouts``); ``columns`` names the others.
Every other column becomes an attribute of the item.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

from deepstyle.catalogue.characters import visible
from deepstyle.catalogue.feeds.item_fields import build_item
from deepstyle.catalogue.feeds.layouts.columns import PRICE_COLUMNS
from deepstyle.catalogue.feeds.layouts.layout import Layout
from deepstyle.catalogue.feeds.layouts.registry import layout_of
from deepstyle.catalogue.feeds.listing import Listing, ListingReader
from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.feeds.spoilt_ids import SAMPLE_ROWS, common_digits, spoilt_id
from deepstyle.catalogue.picture_files import PictureFiles
from deepstyle.catalogue.prices import column_mark
from deepstyle.catalogue.private import is_private, read_margin
from deepstyle.catalogue.rows import Omission, Record, Rejection, RowError, check_item_id
from deepstyle.catalogue.text import clean_text

# With more surplus cells than this, a row's id can be anything.
_MAX_EXTRA_CELLS: Final = 8
_ROWS_WITH_PRICES: Final = 1000
_EXPLAINED_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """How one column was understood: the field that it holds, empty where it is an attribute.

    ``images`` are further pictures; ``layout`` is what only the layout uses, such as the names of options, and
    ``private`` what no shopper may learn.
    """

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

    @classmethod
    def of(
        cls, table: Table, path: Path, columns: Mapping[str, str] | None = None, downloads: Path | None = None
    ) -> Self:
        """``table`` with the layout that its columns show. Raises ``DataError`` where they cannot be read."""
        return cls(path, table, layout_of(table), columns or {}, downloads)

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

    def column_uses(self) -> tuple[ColumnUse, ...]:
        """How each column was understood, in the table's order; where rows name their own, those of the first rows."""
        names = self.table.header or tuple(
            dict.fromkeys(name for row in islice(self.table.rows(), _EXPLAINED_ROWS) for name in row.values)
        )
        chosen = self._reader.choose(names)
        fields = {column: name for name, columns in reversed(list(chosen.items())) for column in columns}
        fields = {column: "images" if name == "gallery" else name for column, name in fields.items()}
        computed = self.format.computed_columns(names)
        rest = {name: "layout" if name in computed else "private" if is_private(name) else "" for name in names}
        return tuple(ColumnUse(name, fields.get(name) or rest[name]) for name in names)

    @cached_property
    def _reader(self) -> ListingReader:
        return ListingReader(self.table, self.format, self.columns)

    @cached_property
    def _pictures(self) -> PictureFiles:
        return PictureFiles(self.table.folder, self.downloads)

    @cached_property
    def _digits(self) -> int:
        """How many digits nearly all of the first ids have."""
        rows = islice(self._reader.rows(), SAMPLE_ROWS)
        return common_digits(row.values.get(column) for row, chosen in rows for column in chosen.get("item_id", ())[:1])

    @cached_property
    def _decimal_mark(self) -> str:
        """The decimal mark of the prices, as far as the first rows leave no doubt of it."""
        rows = islice(self._reader.rows(), _ROWS_WITH_PRICES)
        return column_mark(
            row.values.get(column) for row, chosen in rows for name in PRICE_COLUMNS for column in chosen.get(name, ())
        )

    def _faulty(self, row: RawRow) -> Rejection:
        may_name = self._possible_ids(row)
        fault = row.fault or RowError("bad-row", "The row cannot be read.", "Correct it.")
        return fault.at(self.table.name, row.line, next(iter(may_name), ""), may_name)

    def _possible_ids(self, row: RawRow) -> tuple[str, ...]:
        """Every id that the faulty ``row`` may refer to; none where that is unknown."""
        header = self.table.header
        if not header or not row.cells or self.format.place or self.format.derive_id:
            return ()
        places = [header.index(column) for column in self._reader.choose(header)["item_id"]]
        extra = max(0, len(row.cells) - len(header))
        return _possible_ids(row.cells, places, extra, self.table.delimiter)

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
        """The id with the zeros that its layout always has, and a warning where they were lost or it looks spoilt."""
        restored = self.format.restore_id(item_id) if self.format.restore_id else item_id
        if restored == item_id:
            return item_id, spoilt_id(item_id, self._digits)
        message = f"The id {item_id} lacks leading zeros; it is read as {restored}."
        return restored, (RowError("lost-zeros", message, "Export ids as text."),)

    def _record(self, listing: Listing, item_id: str, problems: tuple[RowError, ...]) -> Record:
        row = listing.row
        item, of_item = build_item(listing, item_id, self.format, decimal_mark=self._decimal_mark)
        short = (_short(row),) if row.missing else ()
        warnings = (*short, *row.warnings, *problems, *of_item)
        named = [clean_text(reference, "image") for reference in listing.pictures]
        record = Record(
            item,
            None,
            self.table.name,
            row.line,
            warnings=tuple(problem.as_warning(self.table.name, row.line, item_id) for problem in warnings),
            id_is_certain=not row.missing,
            margin=read_margin(listing.rest),
        )
        return self._pictures.look_up(named, item_id).attach(record)


def _omitted(listing: Listing) -> str:
    """Why the row is no item of its own, empty where it is one."""
    if listing.part_of:
        return "merged"
    return "" if listing.is_published else "not-published"


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


def _possible_ids(cells: Sequence[str], places: Iterable[int], extra: int, delimiter: str) -> tuple[str, ...]:
    """Every id that a row with ``extra`` surplus cells may refer to: the surplus separators can be anywhere.

    The id is in one of the cells ``places`` of a row without surplus ones.
    """
    if extra > _MAX_EXTRA_CELLS:
        return ()
    spans = [
        (start, end) for at in places for start in range(at, at + extra + 1) for end in range(start + 1, at + extra + 2)
    ]
    return _usable_ids([delimiter.join(cells[start:end]) for start, end in spans])


def _short(row: RawRow) -> RowError:
    return RowError(
        "short-row",
        f"The row lacks {row.missing} {'cell' if row.missing == 1 else 'cells'} at its end; they are read as empty.",
        "Write a separator for each column.",
    )
