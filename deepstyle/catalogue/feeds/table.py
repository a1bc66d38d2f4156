"""A shop's own table (CSV, TSV or JSON Lines) beside its images.

Column names are recognised by what shops call them (``sku``, ``Product Name``, ``Image_File`` …); ``columns`` names
the others. Every other column becomes an attribute of the item.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.categories import model_of, semantic_category
from deepstyle.catalogue.characters import visible
from deepstyle.catalogue.feeds.raw import RawRow, Table
from deepstyle.catalogue.feeds.text_table import TEXT_SUFFIXES, TextTable, wrong_width
from deepstyle.catalogue.item import CATALOGUE_FIELDS, SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.picture_files import PictureFiles
from deepstyle.catalogue.prices import parse_price
from deepstyle.catalogue.rows import Record, Rejection, RowError, check_item_id, read_picture
from deepstyle.catalogue.text import clean_attributes, clean_text, kept_url
from deepstyle.errors import DataError, UsageError

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "item_id": ("item_id", "id", "sku", "product_id", "article_id", "article", "article_number", "code", "asin"),
        **{field.name: field.columns for field in CATALOGUE_FIELDS},
        "image": ("image", "image_path", "image_file", "image_filename", "filename", "file_name", "file", "picture",
                  "photo", "image_src", "image_name", "image_url", "image_link", "img", "path"),
    }
)  # fmt: skip
"""Field → the column names that mean it, best first; upper case, spaces and hyphens do not matter."""

_TEXTS: Final = (*(field.name for field in CATALOGUE_FIELDS if field.kind == "text"), "image")

# Names tried first where a folder holds several tables.
_USUAL_NAMES: Final = ("catalogue", "catalog", "items", "products")


# With more surplus cells than this, a row's id can be anything.
_MAX_EXTRA_CELLS: Final = 8


@dataclass(frozen=True)
class TableSource:
    """The rows of a table; ``columns`` (field → column name) takes precedence over the recognised names.

    An id is never changed, except that surrounding spaces and tabs are removed.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    layout: str = "table"
    downloads: Path | None = None

    def total(self) -> int:
        """Number of rows that are not empty."""
        return sum(1 for _ in self._table.rows())

    def records(self) -> Iterator[Record | Rejection]:
        """Each row in turn. Raises ``DataError`` where no column contains the ids."""
        seen: set[str] = set()
        for row, columns in self._rows():
            item_id = ""
            may_name: tuple[str, ...] = ()
            try:
                if row.fault:
                    may_name = self._possible_ids(row)
                    item_id = next(iter(may_name), "")
                    raise row.fault
                item_id = _raw_id(row, columns)
                check_item_id(item_id)
                may_name = () if row.missing else (item_id,)
                record = self._record(row, columns, item_id)
                if item_id in seen:
                    raise RowError(
                        "duplicate-id", f"Item {item_id} is there twice.", "Give each item an id of its own."
                    )
            except RowError as error:
                yield error.at(self._table.name, row.line, item_id, may_name)
                continue
            seen.add(item_id)
            yield record

    def read_bytes(self, record: Record) -> bytes:
        """The row's image file. Raises ``RowError``."""
        return read_picture(record)

    @cached_property
    def _pictures(self) -> PictureFiles:
        return PictureFiles(self.path.parent, self.downloads)

    @cached_property
    def _table(self) -> Table:
        return TextTable(self.path, self.encoding)

    def _rows(self) -> Iterator[tuple[RawRow, Mapping[str, str]]]:
        """Each row that is not empty, and field → the column that holds it. Raises ``DataError``."""
        header = names = self._table.header
        columns = self._choose(names) if names else {}
        required = {columns[name] for name in ("item_id", "image") if name in columns}
        for row in self._table.rows():
            if not row.fault and not header and names != tuple(row.values):
                names = tuple(row.values)
                columns = self._choose(names)
            if not row.fault and header and not required <= row.values.keys():
                yield RawRow(row.line, fault=wrong_width(len(row.values), len(header))), columns
            else:
                yield row, columns

    def _possible_ids(self, row: RawRow) -> tuple[str, ...]:
        """Every id that the faulty ``row`` may refer to; none where that is unknown."""
        header = self._table.header
        if not header or not row.cells:
            return ()
        id_at = header.index(self._choose(header)["item_id"])
        return _possible_ids(row.cells, id_at, max(0, len(row.cells) - len(header)), self._table.delimiter)

    def _choose(self, names: Sequence[str]) -> dict[str, str]:
        """Field → the column of this table that contains it."""
        by_name = {_normal(name): name for name in reversed(names)}
        chosen = {
            name: by_name[alias] for name, aliases in COLUMNS.items() for alias in reversed(aliases) if alias in by_name
        }
        for name, column in self.columns.items():
            if name not in COLUMNS:
                raise UsageError(f"no field is called {name!r}.", remedy=f"Fields are {', '.join(COLUMNS)}.")
            if column in names:
                chosen[name] = column
            elif self._table.header:
                raise UsageError(f"{self.path} has no column {column!r}.", remedy=f"It has {', '.join(names)}.")
        if "item_id" not in chosen and self._table.header:
            raise DataError(
                f"{self.path}: no column contains the ids (found {', '.join(names)[:200]}).",
                remedy="Name it, for example --column item_id=Reference.",
            )
        return chosen

    def _record(self, row: RawRow, columns: Mapping[str, str], item_id: str) -> Record:
        values = {name: row.values.get(column) for name, column in columns.items()}
        text = {name: clean_text(values.get(name), name, columns.get(name, "")) for name in _TEXTS}
        image_name = text.pop("image")
        price, currency = parse_price(values.get("price"), text["currency"].upper())
        url, problems = kept_url(text["url"])
        if row.missing:
            problems = (_short(row), *problems)
        used = set(columns.values())
        item = Item(
            item_id,
            **{
                **text,
                "semantic_category": _semantic(text),
                "currency": currency,
                "url": url,
                "model_id": text["model_id"] or model_of(item_id),
            },
            price=price,
            attributes=clean_attributes((name, value) for name, value in row.values.items() if name not in used),
        )
        warnings = tuple(problem.as_warning(self.path.name, row.line, item_id) for problem in problems)
        pictures = self._pictures.look_up([image_name], item_id)
        certain = not row.missing
        record = Record(item, None, self.path.name, row.line, warnings=warnings, id_is_certain=certain)
        return pictures.attach(record)


def find_table(path: Path) -> Path | None:
    """``path`` itself where it is a table, else the table in the folder ``path``, ``None`` where there is none.

    Raises ``DataError`` where the folder has several and none has a usual name.
    """
    if path.is_file():
        return path if path.suffix.lower() in TEXT_SUFFIXES else None
    tables = sorted(file for file in path.iterdir() if file.suffix.lower() in TEXT_SUFFIXES and file.is_file())
    usual = [table for name in _USUAL_NAMES for table in tables if table.stem.lower() == name]
    if len(tables) > 1 and not usual:
        raise DataError(
            f"{path} has several tables: {', '.join(table.name for table in tables)}.",
            remedy="Give the path of the one with the items.",
        )
    return next(iter(usual or tables), None)


def _raw_id(row: RawRow, columns: Mapping[str, str]) -> str:
    """The id as the row has it, without spaces and tabs around it. Raises ``RowError``."""
    value = row.values.get(columns.get("item_id", ""))
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


def _normal(name: str) -> str:
    """``Product-Name`` and ``productName`` alike as ``product_name``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", spaced.lower()).strip("_")


def _semantic(text: Mapping[str, str]) -> str:
    """The table's own semantic category, else what category or title says."""
    own = text["semantic_category"].lower()
    return own if own in SEMANTIC_CATEGORIES else semantic_category(own, text["category"], text["title"])
