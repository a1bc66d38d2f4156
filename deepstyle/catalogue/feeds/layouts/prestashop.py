"""PrestaShop: the product list that its back office exports, and the columns of its product import."""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, is_yes, options


def compute(cells: Cells) -> dict[str, str]:
    """Features (``Colour:Black:1``) as fields and attributes; the dates of a discount."""
    text = cells.first("feature_name_value_position", "feature_name_value_position_customized")
    parts = [part.split(":") for part in text.split(",")]
    return options((part[0].strip(), part[1].strip()) for part in parts if len(part) > 1)


def is_published(cells: Cells) -> bool:
    """Whether the product is active."""
    return is_yes(cells.first("active_0_1", "active", "status", "actif_0_1"))


PRESTASHOP: Final = Layout(
    name="prestashop",
    title="PrestaShop product list or import file (CSV)",
    clue="Product ID or Reference, beside Price (tax excl.), Price tax excluded or Image URLs (x,y,z...)",
    example=("Product ID", "Image", "Name", "Reference", "Category", "Price (tax excl.)", "Price (tax incl.)",
             "Quantity", "Status"),
    needs=(
        ("product_id", "id", "reference"), ("name", "nom"),
        ("price_tax_excl", "price_tax_excluded", "price_tax_included", "price_tax_incl", "image_urls_x_y_z",
         "prix_ht", "prix_ttc", "price_tax_excluded_or_price_tax_included"),
    ),
    columns={
        "item_id": ("reference", "product_id", "id"),
        "title": ("name", "nom"),
        "description": ("description", "short_description", "summary", "description_short"),
        "category": ("category", "categories_x_y_z", "categorie", "category_default"),
        "brand": ("manufacturer", "brand", "marque"),
        "price": ("price_tax_incl", "price_tax_included", "price_tax_included_or_price_tax_excluded", "prix_ttc",
                  "price_tax_excluded_or_price_tax_included", "price_tax_excl", "price_tax_excluded", "prix_ht"),
        "image": ("image_urls_x_y_z", "image", "image_urls", "photo"),
        "regular_price": (),
    },
    plain=frozenset(("url", "status", "ean13")),
    fallbacks=frozenset(("item_id", "description", "price")),
    separator=r"\s*,\s*",
    paths=r",\s*",
    compute=compute,
    computed=re.compile(r"feature_name_value_position(_customized)?"),
    is_published=is_published,
)  # fmt: skip
