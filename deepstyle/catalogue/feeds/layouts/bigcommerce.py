"""BigCommerce's product CSV, of both export tools: the rows after a product are its variants, pictures and rules."""

import re
from collections.abc import Iterator
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options, slug

_KIND: Final = ("item", "item_type")
_V3_OPTION: Final = re.compile(r"Name=([^|]+)\|(?:[^|=]+=[^|]*\|)*?Value=(.+?)(?=\||\[|Type=|$)")
_V2_OPTION: Final = re.compile(r"(?:\[\w+\])?([^=,\]]+)=([^,]+)")


def place(cells: Cells, above: str) -> Place:
    """A product is called by its id, else by its SKU or name; what follows belongs to it."""
    kind = cells.first(*_KIND).lower()
    if kind == "product":
        name = cells.first("id", "product_id", "sku", "product_code_sku", "name", "product_name")
        return Place(names=(name,), group=name)
    return Place(product=above, part=kind not in ("variant", "sku"))


def compute(cells: Cells) -> dict[str, str]:
    """A variant's options."""
    return options(_options(cells))


def derive_id(cells: Cells) -> str:
    """The id of a row without SKU: the product's number, or its name and options."""
    values = [value for _, value in _options(cells)]
    return cells.first("id", "product_id") or slug(cells.first("name", "product_name"), *values)


def _options(cells: Cells) -> Iterator[tuple[str, str]]:
    for name, value in _V3_OPTION.findall(cells["options"]):
        yield name.strip(), value.strip()
    if cells.first(*_KIND).lower() in ("sku", "variant"):
        text = cells["product_name"] or ("" if "|" in cells["options"] else cells["options"])
        for name, value in _V2_OPTION.findall(text):
            yield name.strip(), value.strip()


BIGCOMMERCE: Final = Layout(
    name="bigcommerce",
    title="BigCommerce product export (CSV)",
    clue="Item (or Item Type), beside Image URL (Import), Product Code/SKU or Inventory Tracking",
    example=("Item", "ID", "Name", "SKU", "Options", "Price", "Retail Price", "Sale Price", "Categories",
             "Description", "Variant Image URL", "Image URL (Import)", "Image Sort Order"),
    needs=(
        _KIND,
        ("image_url_import", "product_code_sku", "inventory_tracking", "internal_image_url_export"),
    ),
    columns={
        "item_id": ("sku", "product_code_sku"),
        "title": ("name", "product_name"),
        "description": ("description", "product_description"),
        "category": ("categories", "category"),
        "brand": ("brand_name", "brand"),
        "price": ("price",),
        "sale_price": ("sale_price",),
        "regular_price": ("retail_price",),
        "image": ("variant_image_url",),
        "gallery": ("internal_image_url_export", "image_url_import", "product_image_url", "product_image_path"),
        "images": ("product_image_file_#", "product_image_url_#"),
        "quantity": ("current_stock", "current_stock_level"),
        "url": (),
        "model_id": (),
    },
    plain=frozenset(("type", "product_type", "product_condition", "product_id", "id", "brand_id")),
    level="/",
    paths=r"\s*;\s*",
    compute=compute,
    computed=re.compile(r"item|item_type|options|is_visible|product_visible|image_sort_order|option_set"),
    derive_id=derive_id,
    place=place,
    own=re.compile(r"id|product_id|sku|product_code_sku|item|item_type|options|.*image.*|current_stock.*|product_upc_ean"),
    is_published=lambda cells: is_yes(cells.first("is_visible", "product_visible")),
)  # fmt: skip
