"""Wix's product CSV: rows of a product, its variants and its media share a handle; ``fieldType`` says which it is."""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options, slug

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def place(cells: Cells, above: str) -> Place:
    """Every row belongs to its handle."""
    handle, kind = cells.first("handle_id", "handle"), cells["field_type"].lower()
    names = (handle,) if kind == "product" else ()
    return Place(product=handle, names=names, group=handle, part=kind == "media")


def compute(cells: Cells) -> dict[str, str]:
    """A variant's options, and its price: the product's with the surcharge."""
    if cells["field_type"].lower() != "variant":
        return {}
    values = [*cells.numbered("product_option_description#")] or [*cells.numbered("product_option_choices#")]
    found = options(zip(cells.numbered("product_option_name#"), values, strict=False))
    price, surcharge = cells["price"], cells["surcharge"]
    if _NUMBER.fullmatch(price) and _NUMBER.fullmatch(surcharge) and float(surcharge):
        found["price"] = f"{float(price) + float(surcharge):.2f}"
    return found


def derive_id(cells: Cells) -> str:
    """The id of a row without SKU: the handle, and a variant's options."""
    is_variant = cells["field_type"].lower() == "variant"
    values = cells.numbered("product_option_description#") if is_variant else ()
    return slug(cells.first("handle_id", "handle"), *values)


WIX: Final = Layout(
    name="wix",
    title="Wix product export (CSV)",
    clue="handleId or handle, fieldType and name",
    example=("handleId", "fieldType", "name", "description", "productImageUrl", "collection", "sku", "price",
             "surcharge", "visible", "inventory", "productOptionName1", "productOptionDescription1", "brand"),
    needs=(("handle_id", "handle"), ("field_type",), ("name",)),
    columns={
        "item_id": ("sku",),
        "category": ("collection", "categories"),
        "images": ("product_image_url", "media_url", "media"),
        "quantity": ("inventory",),
        "model_id": (),
    },
    separator=r"\s*;\s*",
    level="/",
    paths=r";\s*",
    compute=compute,
    computed=re.compile(r"product_option_\w+\d|surcharge|visible|field_type|handle(_id)?"),
    derive_id=derive_id,
    place=place,
    own=re.compile(r"sku|field_type|inventory|surcharge|product_option_(description|choices)\d|product_image_url|media.*"),
    is_published=lambda cells: is_yes(cells["visible"]),
)  # fmt: skip
