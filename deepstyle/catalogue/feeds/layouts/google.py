"""Google Merchant Center's product data, and Meta's, Pinterest's and TikTok's catalogues, which share its columns.

They come as TSV (``.txt``), CSV, XML or RSS with ``g:`` before each name. ``price`` is the regular price, and
``sale_price`` the one while ``sale_price_effective_date`` lasts.
"""

from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Layout

GOOGLE: Final = Layout(
    name="google",
    title="Google Merchant / Meta catalogue (TSV, CSV, XML, RSS)",
    clue="id and image_link, beside title, availability, item_group_id or google_product_category",
    example=("id", "title", "link", "image_link", "additional_image_link", "availability", "price", "sale_price",
             "product_type", "item_group_id"),
    needs=(
        ("id", "sku_id"), ("image_link", "image_0_url"),
        ("title", "availability", "item_group_id", "google_product_category", "product_type"),
    ),
    columns={
        "item_id": ("id", "sku_id"),
        "model_id": ("item_group_id",),
        "category": ("product_type", "google_product_category", "fb_product_category", "google_product_category_name"),
        "image": ("image_link", "image_0_url", "lifestyle_image_link"),
        "images": ("additional_image_link", "additional_image_link_#", "additional_image_links", "image_#_url"),
        "regular_price": (),
        "quantity": ("quantity_to_sell_on_facebook", "inventory", "quantity"),
    },
    plain=frozenset(("gtin", "mpn")),
    fallbacks=frozenset(("image",)),
    separator=r"\s*[,;|]\s*(?=https?://)|\s+(?=https?://)|,\s*(?=[^\s,]+\.\w{3,4}(?:$|,))",
)  # fmt: skip
