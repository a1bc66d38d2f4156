"""A shop's own table (CSV, TSV or JSON Lines) beside its images.

Column names are recognised by what shops call them (``sku``, ``Product Name``, ``Image_File`` …); ``columns`` names
the others. A column that means nothing to deepstyle becomes an attribute of the item.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from deepstyle.catalogue.categories import model_of, semantic_category
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.prices import parse_price
from deepstyle.catalogue.source import (
    IMAGE_SUFFIXES,
    Record,
    Rejection,
    RowError,
    check_item_id,
    clean_text,
    find_image,
    read_picture,
)
from deepstyle.errors import DataError, UsageError

TABLE_SUFFIXES: Final = (".csv", ".tsv", ".jsonl", ".ndjson")

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "item_id": ("item_id", "id", "sku", "product_id", "article_id", "article", "article_number", "code", "asin"),
        "title": ("title", "name", "product_name", "product_title", "item_name", "product"),
        "description": ("description", "desc", "long_description", "product_description", "body", "details", "text"),
        "semantic_category": ("semantic_category", "department", "main_category", "master_category"),
        "category": ("category", "product_type", "article_type", "type", "sub_category", "subcategory"),
        "brand": ("brand", "brand_name", "vendor", "manufacturer", "label", "designer"),
        "colour": ("colour", "color", "colour_name", "color_name", "base_colour", "base_color"),
        "pattern": ("pattern", "print", "graphical_appearance"),
        "price": ("price", "sale_price", "retail_price", "unit_price", "amount"),
        "currency": ("currency", "price_currency", "currency_code"),
        "url": ("url", "link", "product_url", "page"),
        "model_id": ("model_id", "model", "parent_id", "parent_sku", "item_group_id", "style_id"),
        "image": ("image", "image_path", "image_file", "image_filename", "filename", "file_name", "file", "picture",
                  "photo", "image_src", "image_name", "image_url", "image_link", "img", "path"),
    }
)  # fmt: skip
"""Field → the column names that mean it, best first; upper case, spaces and hyphens do not matter."""

# Names tried first where a folder holds several tables.
_USUAL_NAMES: Final = ("catalogue", "catalog", "items", "products")


@dataclass(frozen=True, slots=True)
class TableSource:
    """The rows of a table; ``columns`` (field → column name) goes before the recognised names."""

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    layout: str = "table"

    def total(self) -> int:
        """Number of rows that hold anything."""
        return sum(1 for _ in _rows(self.path, self.encoding))

    def records(self) -> Iterator[Record | Rejection]:
        """Each row in turn. Raises ``DataError`` where no column holds the ids."""
        chosen: dict[str, str] | None = None
        seen: set[str] = set()
        for line, row in _rows(self.path, self.encoding):
            item_id = ""
            try:
                if isinstance(row, RowError):
                    raise row
                if chosen is None or self.path.suffix.lower() not in (".csv", ".tsv"):
                    chosen = self._choose(list(row))
                item_id = clean_text(row.get(chosen.get("item_id", "")), "item_id")
                record = self._record(row, chosen, check_item_id(item_id), line)
                if item_id in seen:
                    raise RowError(
                        "duplicate-id", f"Item {item_id} is there twice.", "Give each item an id of its own."
                    )
            except RowError as error:
                yield error.at(self.path.name, line, item_id)
                continue
            seen.add(item_id)
            yield record

    def read_bytes(self, record: Record) -> bytes:
        """The row's image file. Raises ``RowError``."""
        return read_picture(record)

    def _choose(self, names: list[str]) -> dict[str, str]:
        """Field → the column of this table that holds it."""
        by_name = {_normal(name): name for name in reversed(names)}
        chosen = {
            name: by_name[alias] for name, aliases in COLUMNS.items() for alias in reversed(aliases) if alias in by_name
        }
        for name, column in self.columns.items():
            if name not in COLUMNS:
                raise UsageError(f"no field is called {name!r}.", remedy=f"Fields are {', '.join(COLUMNS)}.")
            if column in names:
                chosen[name] = column
            elif self.path.suffix.lower() in (".csv", ".tsv"):
                raise UsageError(f"{self.path} has no column {column!r}.", remedy=f"It has {', '.join(names)}.")
        if "item_id" not in chosen and self.path.suffix.lower() in (".csv", ".tsv"):
            raise DataError(
                f"{self.path}: no column holds the ids (found {', '.join(names)[:200]}).",
                remedy="Say which one does, for example --map item_id=Reference.",
            )
        return chosen

    def _record(self, row: Mapping[str, Any], chosen: Mapping[str, str], item_id: str, line: int) -> Record:
        told = {name: row.get(column) for name, column in chosen.items()}
        text = {name: clean_text(told.get(name), chosen.get(name, name)) for name in COLUMNS}
        price, currency = parse_price(told.get("price"), text["currency"].upper())
        rest = {clean_text(name, "a column"): value for name, value in row.items() if name not in chosen.values()}
        extra = {name: clean_text(_flat(value), name) for name, value in rest.items()}
        item = Item(
            item_id=item_id,
            title=text["title"],
            description=text["description"],
            semantic_category=_semantic(text),
            category=text["category"],
            brand=text["brand"],
            colour=text["colour"],
            pattern=text["pattern"],
            price=price,
            currency=currency,
            url=text["url"],
            model_id=text["model_id"] or model_of(item_id),
            attributes={name: value for name, value in extra.items() if name and value},
        )
        return Record(item, self._image(text["image"], item_id), self.path.name, line)

    def _image(self, named: str, item_id: str) -> Path | None:
        """The image that the row names, from the table's folder or ``images``, else the one named like the item."""
        folder = self.path.parent
        if re.match(r"[a-z][a-z0-9+.-]+://", named, re.IGNORECASE):
            raise RowError("image-url", "The image is an address, not a file.", "Download it into the folder first.")
        names = [named.replace("\\", "/")] if named else [f"{item_id}{suffix}" for suffix in IMAGE_SUFFIXES]
        return find_image(folder, [place / name for name in names for place in (folder, folder / "images")])


def find_table(path: Path) -> Path | None:
    """``path`` itself where it is a table, else the table in the folder ``path``, ``None`` where there is none.

    Raises ``DataError`` where the folder has several and none has a usual name.
    """
    if path.is_file():
        return path if path.suffix.lower() in TABLE_SUFFIXES else None
    tables = sorted(file for file in path.iterdir() if file.suffix.lower() in TABLE_SUFFIXES and file.is_file())
    usual = [table for name in _USUAL_NAMES for table in tables if table.stem.lower() == name]
    if len(tables) > 1 and not usual:
        raise DataError(
            f"{path} has several tables: {', '.join(table.name for table in tables)}.",
            remedy="Give the path of the one with the items.",
        )
    return next(iter(usual or tables), None)


def _rows(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any] | RowError]]:
    """Each row with the line it starts on; blank lines are no rows. Raises ``DataError``."""
    try:
        with path.open("rb") as file:
            start = file.read(2)
        utf16 = start in (b"\xff\xfe", b"\xfe\xff")
        chosen = "utf-16" if utf16 else "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
        with path.open(encoding=chosen, errors="replace" if utf16 else "surrogateescape", newline="") as file:
            yield from _json_rows(file) if path.suffix.lower() in (".jsonl", ".ndjson") else _csv_rows(path, file)
    except LookupError as error:
        raise UsageError(f"there is no encoding {encoding!r}.", remedy="Try utf-8, cp1252 or latin-1.") from error
    except (OSError, UnicodeError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy="Save it as UTF-8.") from error


def _json_rows(file: Iterator[str]) -> Iterator[tuple[int, dict[str, Any] | RowError]]:
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
            why = "" if isinstance(row, dict) else "it is no object"
        except (ValueError, RecursionError) as error:
            why = getattr(error, "msg", str(error))
        if why:
            yield line, RowError("bad-row", f"The line is no JSON object: {why}.", "Write one JSON object a line.")
        else:
            yield line, row


def _csv_rows(path: Path, file: Iterator[str]) -> Iterator[tuple[int, dict[str, Any] | RowError]]:
    lines = (line.replace("\0", "") for line in file)
    head = next(lines, "")
    rows = csv.reader(_chain(head, lines), delimiter=_delimiter(path, head))
    names: list[str] | None = None
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if names is None:
                raise DataError(f"{path}: the header is no CSV: {error}.", remedy="Give the columns' names.") from error
            yield line, RowError("bad-row", f"The row is no CSV: {error}.", "Close the quotes, or shorten the cell.")
            continue
        if names is None:
            names = [name.strip() for name in cells]
        elif any(cell.strip() for cell in cells):
            yield line, _by_name(names, cells)


def _chain(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


def _by_name(names: list[str], cells: list[str]) -> dict[str, Any] | RowError:
    if len(cells) > len(names):
        return RowError(
            "bad-row",
            f"The row has {len(cells)} cells, the header {len(names)} columns.",
            "Put quotes around cells that hold the separator.",
        )
    return dict(zip(names, cells, strict=False))


def _delimiter(path: Path, head: str) -> str:
    """The separator most frequent in the header outside of quotes; a tab in a .tsv."""
    bare = re.sub(r'"[^"]*"', "", head)
    return "\t" if path.suffix.lower() == ".tsv" else max(",;\t|", key=bare.count)


def _normal(name: str) -> str:
    """``Product-Name`` and ``productName`` alike as ``product_name``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", spaced.lower()).strip("_")


def _semantic(text: Mapping[str, str]) -> str:
    """The table's own semantic category, else what category or title says."""
    own = text["semantic_category"].lower()
    return own if own in SEMANTIC_CATEGORIES else semantic_category(own, text["category"], text["title"])


def _flat(value: Any) -> Any:
    """A nested JSON value of an attribute as JSON text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
