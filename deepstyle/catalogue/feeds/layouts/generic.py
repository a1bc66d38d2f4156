"""Any other table: its columns have usual names, in one of eight languages."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from deepstyle.catalogue.feeds.layouts.columns import COLUMNS, currency_in, field_of, normal
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options
from deepstyle.catalogue.feeds.layouts.sales import sale_dates

_PARENTS: Final = (
    "parent_sku", "parent_id", "parent", "parent_product", "ubergeordnetes_produkt", "parent_code", "mainnumber",
)  # fmt: skip
_FLAGS: Final = ("active", "enabled", "published", "is_active", "visible", "is_visible")
_OPTIONS: Final = re.compile(r"(option|attribute)_?\d_(name|value)|option_(name|value)_\d")
_OPTION_TEXTS: Final = ("variant_title", "variation_details", "variation", "configurator_options", "options")
"""Columns of several options in one text, such as "Size: 38, Colour: Black"."""
_OPTION: Final = re.compile(r"([^:=,;|\[\]]{1,40})[:=]\s*([^:=,;|\[\]]{1,80})")
_OFF: Final = frozenset(
    ("inactive", "disabled", "draft", "archived", "deleted", "hidden", "unpublished", "inaktiv", "inactif", "inactivo")
)
_SKU: Final = ("item_sku", "sku", "product_number", "variant_sku", "artikelnummer", "ordernumber")


def place(cells: Cells, above: str) -> Place:
    """A row belongs to the one whose id it names as its parent."""
    names = tuple(name for name in (cells.first(*_SKU), cells["id"], cells["code"]) if name)
    parent = cells.first(*_PARENTS)
    return Place(product="" if parent in names else parent, names=names, group=next(iter(names), ""))


def compute(cells: Cells) -> dict[str, str]:
    """Options; the dates of a sale; the currency of a column that is called after it, such as ``price-EUR``."""
    found: dict[str, str] = {}
    for name, value in (("option#_name", "option#_value"), ("option_#_name", "option_#_value"),
                        ("attribute_#_name", "attribute_#_value"), ("option_name_#", "option_value_#")):  # fmt: skip
        found |= options(zip(cells.numbered(name), cells.numbered(value), strict=False))
    texts, priced = _computed_columns(tuple(cells.values))
    text = cells.first(*texts)
    found |= options(pair for pair in _option_pairs(text) if field_of(pair[0]) in ("colour", "size", "material"))
    currency = next((code for name, code in priced if cells[name]), "")
    is_open = currency and not cells.first("price", *COLUMNS["currency"])
    return found | sale_dates(cells) | ({"currency": currency} if is_open else {})


@lru_cache(maxsize=256)
def _computed_columns(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The columns that have a variant's options in one text, and those of prices that name a currency; normalised."""
    texts = tuple(name for name in map(normal, names) if name.endswith(_OPTION_TEXTS))
    return texts, tuple((normal(name), code) for name in names if (code := currency_in(name)))


def _option_pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names and values in the text of a variant's options."""
    return ((name.strip(), value.strip()) for name, value in _OPTION.findall(text))


def is_published(cells: Cells) -> bool:
    """Whether no column says that the item is disabled."""
    return all(is_yes(cells[name]) for name in _FLAGS) and cells["status"].casefold() not in _OFF


PARENTED: Final = Layout(
    name="variants",
    title="Any table with a column for the parent (Amazon, Shopware, Akeneo …)",
    clue="an id, beside parent_sku, parent_id or parent",
    example=("sku", "parent_sku", "name", "color", "size", "price", "image"),
    needs=((*_SKU, "id", "code"), _PARENTS),
    columns={
        "item_id": (*_SKU, "id", "code"),
        "image": ("main_image_url", *COLUMNS["image"]),
        "model_id": ("model_id", "item_group_id"),
    },
    fallbacks=frozenset(("item_id",)),
    compute=compute,
    computed=re.compile(f"{_OPTIONS.pattern}|{'|'.join((*_PARENTS, *_FLAGS))}"),
    place=place,
    own=re.compile("|".join((*_SKU, *_PARENTS, "id", "code", "stock", "quantity", "parent_child"))),
    is_published=is_published,
)

GENERIC: Final = Layout(
    name="table",
    title="Any table (CSV, TSV, JSON, JSON Lines, XLSX, Parquet)",
    clue="a column for the id; all others are optional, in eight languages; --column names unusual ones",
    example=("sku", "title", "category", "brand", "colour", "size", "price", "currency", "image"),
    needs=(),
    fallbacks=frozenset(("item_id",)),
    compute=compute,
    computed=_OPTIONS,
    is_published=is_published,
)
