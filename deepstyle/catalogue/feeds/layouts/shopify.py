"""Shopify's product CSV: one row for each variant and each further picture of a product, which share a handle.

Only the first row of a product has its title, vendor, type and tags. ``Image Src`` are the product's pictures,
whichever row they stand in; ``Variant Image`` is the variant's own. Columns of the exports of 2025 (``URL handle``,
``Product image URL``) are read too.
"""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.columns import COLUMNS
from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options, slug

_DEFAULT: Final = "default title"


def place(cells: Cells, above: str) -> Place:
    """Every row belongs to its handle; one with a picture and nothing of a variant is a part."""
    handle = cells.first("handle", "url_handle") or above
    title = cells["title"]
    variant = cells.first("variant_sku", "sku", "variant_price", "price", "option1_value")
    has_picture = bool(cells.first("image_src", "product_image_url"))
    return Place(
        product=handle,
        names=(handle,) if title else (),
        group=handle,
        part=bool(has_picture and handle and not title and not variant),
    )


def compute(cells: Cells) -> dict[str, str]:
    """Colour, size and other options; whether the variant is sold out."""
    found = options(_options(cells))
    quantity = cells.first("variant_inventory_qty", "inventory_quantity")
    tracked = bool(cells.first("variant_inventory_tracker", "inventory_tracker"))
    refuses = cells.first("variant_inventory_policy", "continue_selling_when_out_of_stock").lower() not in (
        "continue", "true", "yes",
    )  # fmt: skip
    if re.fullmatch(r"-?\d+", quantity) and (tracked or int(quantity) > 0):
        found["availability"] = "in stock" if int(quantity) > 0 or not refuses else "out of stock"
    return found


def derive_id(cells: Cells) -> str:
    """The id of a variant without SKU: the handle and its options, the same in every export."""
    return slug(cells.first("handle", "url_handle"), *(value for _, value in _options(cells)))


def is_published(cells: Cells) -> bool:
    """Whether the product is active and in the online shop."""
    return cells["status"].lower() in ("", "active") and is_yes(cells.first("published", "published_on_online_store"))


def _options(cells: Cells) -> list[tuple[str, str]]:
    numbers = ("1", "2", "3")
    found = [(cells[f"option{number}_name"], cells[f"option{number}_value"]) for number in numbers]
    return [(name or "Option", value) for name, value in found if value and value.lower() != _DEFAULT]


SHOPIFY: Final = Layout(
    name="shopify",
    title="Shopify product export (CSV)",
    clue="Handle (or URL handle), beside Variant Price, Variant SKU or Option1 Value",
    example=("Handle", "Title", "Vendor", "Type", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price",
             "Image Src"),
    needs=(
        ("handle", "url_handle"), ("title",),
        ("variant_price", "variant_sku", "option1_value", "option1_name", "product_image_url"),
    ),
    columns={
        "item_id": ("variant_sku", "sku"),
        "model_id": ("handle", "url_handle"),
        "description": ("body_html", "description"),
        "category": ("type", "product_type", "custom_product_type", "product_category", "standard_product_type",
                     "google_shopping_google_product_category"),
        "gender": ("google_shopping_gender", *COLUMNS["gender"]),
        "price": ("variant_price", "price"),
        "regular_price": ("variant_compare_at_price", "compare_at_price"),
        "image": ("variant_image", "variant_image_url"),
        "gallery": ("image_src", "product_image_url"),
        "url": ("link", "url", "product_url"),
    },
    plain=frozenset(("image", "status", "published", "quantity", "collection")),
    compute=compute,
    computed=re.compile(r"option\d_(name|value|linked_to)|image_position|(variant_)?inventory_\w+"),
    derive_id=derive_id,
    place=place,
    own=re.compile(r"variant_.*|sku|barcode|price|compare_at_price|inventory_.*|option\d_value|image_.*|product_image_.*"),
    is_published=is_published,
)  # fmt: skip
