"""Products as Shopify and WooCommerce send them, drawn for these tests."""

from typing import Any


def shopify_product(**changes: Any) -> dict[str, Any]:
    """A shirt in two sizes and two colours, of which one is not made."""
    variants = [
        {"id": 501, "sku": "LS-NAVY-S", "option1": "Navy", "option2": "S", "price": "59.00", "image_id": 92},
        {"id": 502, "sku": "LS-NAVY-M", "option1": "Navy", "option2": "M", "price": "59.00", "image_id": None},
        {"id": 503, "sku": "", "option1": "Sand", "option2": "M", "price": "49.00", "compare_at_price": "59.00"},
    ]
    stock = {"inventory_management": "shopify", "inventory_policy": "deny"}
    for variant, quantity in zip(variants, (3, 0, 8), strict=True):
        variant |= {**stock, "inventory_quantity": quantity, "product_id": 77, "title": "…"}
    return {
        "id": 77,
        "title": "Linen Shirt",
        "body_html": "<p>Cut <b>wide</b> &amp; light.</p><script></script>",
        "vendor": "Nordlicht",
        "product_type": "Shirts",
        "handle": "linen-shirt",
        "updated_at": "2026-03-02T10:00:00-05:00",
        "status": "active",
        "tags": "summer",
        "options": [
            {"name": "Color", "position": 1, "values": ["Navy", "Sand"]},
            {"name": "Size", "position": 2, "values": ["S", "M"]},
        ],
        "variants": variants,
        "images": [
            {"id": 91, "position": 1, "src": "https://cdn.example/front.jpg?v=1"},
            {"id": 92, "position": 2, "src": "https://cdn.example/navy.jpg?v=1"},
        ],
        **changes,
    }


def woocommerce_product(**changes: Any) -> dict[str, Any]:
    """A simple product."""
    return {
        "id": 31,
        "name": "Felt Hat &#8211; Wide",
        "type": "simple",
        "status": "publish",
        "sku": "HAT-1",
        "permalink": "https://shop.example/product/felt-hat",
        "date_created_gmt": "2026-02-01T10:00:00",
        "date_modified_gmt": "2026-03-02T15:00:00",
        "description": "<p>Of wool.</p>",
        "price": "39.9",
        "regular_price": "45",
        "stock_status": "instock",
        "categories": [{"id": 1, "name": "Uncategorized"}, {"id": 9, "name": "Hats", "slug": "hats"}],
        "attributes": [{"name": "Farbe", "options": ["Grau"]}, {"name": "Brim", "options": ["wide", "soft"]}],
        "images": [{"id": 5, "src": "https://shop.example/hat.jpg"}],
        "parent_id": 0,
        "variations": [],
        **changes,
    }
