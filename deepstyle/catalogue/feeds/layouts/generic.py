"""Any other table: its columns have usual names, in one of eight languages."""

from typing import Final

from deepstyle.catalogue.feeds.layouts.columns import COLUMNS
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place

_PARENTS: Final = ("parent_sku", "parent_id", "parent", "parent_product", "ubergeordnetes_produkt", "parent_code")
_SKU: Final = ("item_sku", "sku", "product_number", "variant_sku", "artikelnummer")


def place(cells: Cells, above: str) -> Place:
    """A row belongs to the one whose id it names as its parent."""
    names = tuple(name for name in (cells.first(*_SKU), cells["id"], cells["code"]) if name)
    parent = cells.first(*_PARENTS)
    return Place(product="" if parent in names else parent, names=names, group=next(iter(names), ""))


PARENTED: Final = Layout(
    name="variants",
    title="Any table with a column for the parent (Amazon, Shopware, Akeneo …)",
    clue="an id, beside parent_sku, parent_id or parent",
    example=("sku", "parent_sku", "name", "color", "size", "price", "image"),
    needs=((*_SKU, "id", "code"), _PARENTS),
    columns={
        "item_id": (*_SKU, "id", "code"),
        "image": ("main_image_url", *COLUMNS["image"]),
        "regular_price": COLUMNS["regular_price"],
    },
    fallbacks=frozenset(("item_id",)),
    place=place,
)

GENERIC: Final = Layout(
    name="table",
    title="Any table (CSV, TSV, JSON, JSON Lines, XLSX, Parquet)",
    clue="a column for the id; all others are optional, in eight languages; --column names unusual ones",
    example=("sku", "title", "category", "brand", "colour", "size", "price", "currency", "image"),
    needs=(),
)
