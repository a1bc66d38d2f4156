"""Shopify's product webhooks: https://shopify.dev/docs/api/webhooks and the Product resource."""

from collections.abc import Mapping
from typing import Any, Final

from deepstyle.jobs.webhooks.change import (
    IN_STOCK,
    SOLD_OUT,
    ItemChange,
    ProductChange,
    added_at,
    item_id_of,
    objects,
    price_of,
    seconds_of,
    split_options,
    text_of,
)

NAME: Final = "shopify"
DELETED: Final = "products/delete"
TOPICS: Final = frozenset({"products/create", "products/update", DELETED})
"""The topics that change a product; others are acknowledged."""


def read_change(topic: str, product: Mapping[str, Any], occurred_s: float) -> ProductChange:
    """The change that a payload says; raises ``ValueError`` where it is not one of ``topic``."""
    product_id = str(product["id"])
    if topic == DELETED:
        if "variants" in product:
            raise ValueError("a deletion that describes a product")
        return ProductChange(product_id, occurred_s)
    if "title" not in product:
        raise ValueError("an update without the product")
    updated_s = seconds_of(product.get("updated_at"), occurred_s)
    if product.get("status", "active") != "active":
        return ProductChange(product_id, updated_s)
    variants = objects(product.get("variants"))
    # Of a product with many variants only some are sent, and the ids of all.
    is_complete = len(product.get("variant_gids") or ()) <= len(variants)
    names = [str(option.get("name", "")) for option in objects(product.get("options"))]
    items = tuple(_item(product, variant, names) for variant in variants)
    return ProductChange(product_id, updated_s, items, is_complete)


def _item(product: Mapping[str, Any], variant: Mapping[str, Any], names: list[str]) -> ItemChange:
    options = {name: str(variant.get(f"option{at}") or "") for at, name in enumerate(names, 1)}
    if list(options.values()) == ["Default Title"]:  # what a product without variants has
        options = {}
    fields, attributes = split_options(options)
    values = {
        **fields,
        **added_at(product.get("published_at") or product.get("created_at")),
        "title": str(product.get("title") or ""),
        "description": text_of(product.get("body_html")),
        "category": str(product.get("product_type") or ""),
        "brand": str(product.get("vendor") or ""),
        "model_id": str(product.get("handle") or product["id"]),
        "price": price_of(variant.get("price")),
        "regular_price": price_of(variant.get("compare_at_price")),
        "availability": _availability(variant),
    }
    item_id = item_id_of(variant.get("sku"), variant["id"])
    return ItemChange(item_id, values, attributes, _pictures(product, variant))


def _availability(variant: Mapping[str, Any]) -> str:
    is_counted = bool(variant.get("inventory_management")) and variant.get("inventory_policy") != "continue"
    return SOLD_OUT if is_counted and (variant.get("inventory_quantity") or 0) <= 0 else IN_STOCK


def _pictures(product: Mapping[str, Any], variant: Mapping[str, Any]) -> tuple[str, ...]:
    """The variant's own picture first, then the product's."""
    images = objects(product.get("images"))
    own = [image for image in images if image.get("id") is not None and image.get("id") == variant.get("image_id")]
    return tuple(dict.fromkeys(str(image["src"]) for image in (*own, *images) if image.get("src")))
