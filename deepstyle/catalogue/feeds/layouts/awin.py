"""Feeds of the affiliate network Awin."""

from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Layout

AWIN: Final = Layout(
    name="awin",
    title="Awin product feed (CSV)",
    clue="aw_product_id or merchant_product_id, and product_name",
    example=("aw_deep_link", "product_name", "aw_product_id", "merchant_product_id", "merchant_image_url",
             "search_price", "rrp_price", "currency", "merchant_category", "colour", "Fashion:size"),
    needs=(("aw_product_id", "merchant_product_id"), ("product_name",)),
    columns={
        "item_id": ("merchant_product_id", "aw_product_id"),
        "title": ("product_name",),
        "description": ("description", "product_short_description"),
        "category": ("merchant_product_category_path", "merchant_category", "fashion_category", "category_name",
                     "product_type"),
        "price": ("search_price", "store_price", "display_price"),
        "regular_price": ("rrp_price", "product_price_old", "base_price"),
        "colour": ("colour", "fashion_swatch"),
        "size": ("fashion_size", "size"),
        "material": ("fashion_material",),
        "pattern": ("fashion_pattern",),
        "gender": ("fashion_suitable_for", "gender"),
        "url": ("merchant_deep_link", "aw_deep_link"),
        "model_id": ("parent_product_id", "product_model"),
        "image": ("merchant_image_url", "large_image", "aw_image_url"),
        "images": ("alternate_image", "alternate_image_two", "alternate_image_three", "alternate_image_four"),
        "availability": ("stock_status", "in_stock"),
        "quantity": ("stock_quantity", "number_available"),
    },
    fallbacks=frozenset(("item_id", "price")),
)  # fmt: skip
