"""Ecwid's catalogue CSV: ``type`` says whether a row is a product, one of its options or one of its variations."""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.columns import normal
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, as_text, is_yes, options, slug

_OPTION: Final = "product_variation_option_"


def place(cells: Cells, above: str) -> Place:
    """Options and variations belong to the product with the same number, or above."""
    name = cells.first("product_internal_id", "product_sku", "product_name")
    if cells["type"] in ("product", ""):
        return Place(names=(name,), group=name)
    return Place(product=name or above, part=cells["type"] != "product_variation")


def compute(cells: Cells) -> dict[str, str]:
    """A variation's options: ``product_variation_option_Size`` or ``product_variation_option_{Shoe size}``."""
    return options(_options(cells))


def derive_id(cells: Cells) -> str:
    """The id of a row without SKU: the product's number, and a variation's options."""
    name = cells.first("product_internal_id", "product_sku", "product_name")
    return slug(name, *(value for _, value in _options(cells)))


def _options(cells: Cells) -> list[tuple[str, str]]:
    if cells["type"] != "product_variation":
        return []
    names = [name for name in cells.values if normal(name).startswith(_OPTION)]
    return [(name[len(_OPTION) :].strip("{}"), as_text(cells.values[name])) for name in names]


ECWID: Final = Layout(
    name="ecwid",
    title="Ecwid catalogue export (CSV)",
    clue="product_name, beside product_internal_id or product_sku and product_media_main_image_url",
    example=("type", "product_internal_id", "product_sku", "product_name", "product_price",
             "product_compare_to_price", "product_media_main_image_url", "product_media_gallery_image_url_1",
             "product_category_1", "product_variation_sku", "product_variation_option_Size"),
    needs=(("product_name",), ("product_internal_id", "product_sku"),
           ("product_media_main_image_url", "product_compare_to_price", "product_variation_sku")),
    columns={
        "item_id": ("product_variation_sku", "product_sku"),
        "title": ("product_name",),
        "description": ("product_description",),
        "category": ("product_category_#",),
        "brand": ("product_brand",),
        "price": ("product_price",),
        "regular_price": ("product_compare_to_price",),
        "image": ("product_media_main_image_url",),
        "images": ("product_media_gallery_image_url_#",),
        "quantity": ("product_quantity",),
        "model_id": (),
        "url": (),
    },
    plain=frozenset(("type",)),
    fallbacks=frozenset(("item_id",)),
    level="/",
    compute=compute,
    computed=re.compile(r"product_variation_option_.*|product_option_.*|product_is_available|product_internal_id|type"),
    derive_id=derive_id,
    place=place,
    own=re.compile(r"type|product_sku|product_variation_.*|product_option_.*|product_quantity|product_media_.*"),
    is_published=lambda cells: is_yes(cells["product_is_available"]),
)  # fmt: skip
