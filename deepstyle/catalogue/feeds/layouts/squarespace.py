"""Squarespace's product CSV: the rows of further variants leave what belongs to the product empty."""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options, slug

_SALE: Final = ("yes", "true", "1")


def place(cells: Cells, above: str) -> Place:
    """A row without a title belongs to the product above."""
    title = cells["title"]
    product = cells.first("product_id_non_editable", "product_url", "title") or above
    return Place(product=product if title or not above else above, names=(product,) if title else (), group=product)


def compute(cells: Cells) -> dict[str, str]:
    """Options; a sale price only while the item is on sale."""
    found = options(zip(cells.numbered("option_name_#"), cells.numbered("option_value_#"), strict=False))
    sale = cells["sale_price"] if cells["on_sale"].lower() in _SALE else ""
    return found | ({"sale_price": sale} if sale else {})


def derive_id(cells: Cells) -> str:
    """The id of a variant without SKU: the variant's, else the product and its options."""
    product = cells.first("product_url", "product_id_non_editable", "title")
    return cells["variant_id_non_editable"] or slug(product, *cells.numbered("option_value_#"))


SQUARESPACE: Final = Layout(
    name="squarespace",
    title="Squarespace product export (CSV)",
    clue="Title and Hosted Image URLs, beside Product URL or Option Name 1",
    example=("Product ID [Non Editable]", "Variant ID [Non Editable]", "Product URL", "Title", "SKU", "Option Name 1",
             "Option Value 1", "Price", "Sale Price", "On Sale", "Stock", "Categories", "Visible",
             "Hosted Image URLs"),
    needs=(("title",), ("hosted_image_urls",), ("product_url", "option_name_1", "product_id_non_editable")),
    columns={
        "item_id": ("sku",),
        "category": ("categories", "tags"),
        "images": ("hosted_image_urls",),
        "url": (),
        "sale_price": (),
        "quantity": ("stock",),
        "model_id": (),
    },
    separator=r"\s+|,\s*(?=https?://)",
    level="/",
    paths=r",\s*",
    compute=compute,
    computed=re.compile(r"option_(name|value)_\d|sale_price|on_sale|visible|(product|variant)_id_non_editable"),
    derive_id=derive_id,
    place=place,
    own=re.compile(r"variant_id_non_editable|sku|option_value_\d|stock|sale_price|on_sale|hosted_image_urls"),
    is_published=lambda cells: is_yes(cells["visible"]),
)  # fmt: skip
