"""WooCommerce's product webhooks: the payload is the REST API's product, version 3."""

from collections.abc import Mapping
from typing import Any, Final

from deepstyle.jobs.webhooks.change import (
    BACKORDER,
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

NAME: Final = "woocommerce"
DELETED: Final = "product.deleted"
TOPICS: Final = frozenset({"product.created", "product.updated", "product.restored", DELETED})
"""The topics that change a product; others are acknowledged."""
_STOCK: Final = {"instock": IN_STOCK, "outofstock": SOLD_OUT, "onbackorder": BACKORDER}
_NO_CATEGORY: Final = frozenset({"uncategorized", "uncategorised"})


def read_change(topic: str, product: Mapping[str, Any], occurred_s: float) -> ProductChange:
    """The change that a payload says; raises ``ValueError`` where it is not one of ``topic``."""
    product_id = str(product["id"])
    if topic == DELETED:
        if "name" in product:
            raise ValueError("a deletion that describes a product")
        return ProductChange(product_id, occurred_s)
    if "name" not in product:
        raise ValueError("an update without the product")
    updated_s = seconds_of(product.get("date_modified_gmt"), occurred_s)
    if product.get("status", "publish") != "publish":
        return ProductChange(product_id, updated_s)
    parent_id = str(product["parent_id"]) if product.get("type") == "variation" and product.get("parent_id") else ""
    return ProductChange(product_id, updated_s, (_item(product),), parent_id=parent_id)


def _item(product: Mapping[str, Any]) -> ItemChange:
    fields, attributes = split_options(_options(product))
    categories = [str(one.get("name", "")) for one in objects(product.get("categories"))]
    brands = [{"brand": str(one.get("name", ""))} for one in objects(product.get("brands"))]
    values = {
        **fields,
        **(brands[0] if brands else {}),
        **added_at(product.get("date_created_gmt")),
        "title": text_of(product.get("name")),
        "description": text_of(product.get("description") or product.get("short_description")),
        "category": next((name for name in categories if name.casefold() not in _NO_CATEGORY), ""),
        "url": str(product.get("permalink") or ""),
        "price": price_of(product.get("price")),
        "regular_price": price_of(product.get("regular_price")),
        "availability": _STOCK.get(str(product.get("stock_status")), ""),
    }
    images = objects(product.get("images")) or objects([product.get("image")])
    pictures = tuple(str(image["src"]) for image in images if image.get("src"))
    return ItemChange(item_id_of(product.get("sku"), product["id"]), values, attributes, pictures)


def _options(product: Mapping[str, Any]) -> dict[str, str]:
    """A variation's chosen options, and of other products the attributes, several values joined."""
    found = {}
    for one in objects(product.get("attributes")):
        options = one.get("options")
        several = ", ".join(map(str, options)) if isinstance(options, list) else ""
        found[str(one.get("name", ""))] = str(one.get("option") or several)
    return found
