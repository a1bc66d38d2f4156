"""Magento 2's (Adobe Commerce's) product export: configurable products name their variants.

Pictures are paths below ``pub/media/catalog/product``. Rows for further store views repeat a product in another
language, and count as merged.
"""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, is_yes, options, pairs
from deepstyle.catalogue.feeds.layouts.sales import sale_dates
from deepstyle.catalogue.moments import iso_day

_PAIR: Final = re.compile(r'([^=,"]+)=("[^"]*"|[^,]*)')


def place(cells: Cells, above: str) -> Place:
    """The simple products that a configurable one lists belong to it; another store view's row to its own product."""
    sku = cells["sku"]
    if cells["store_view_code"] not in ("", "default", "admin") and above == sku:
        return Place(product=sku, part=True)
    variations = cells["configurable_variations"].split("|")
    children = tuple(value for one in variations for name, value in pairs(one, ",", "=") if name == "sku" and value)
    return Place(names=(sku,), children=children, group=sku)


def compute(cells: Cells) -> dict[str, str]:
    """The additional attributes, among them colour and size; the dates of the special price."""
    found = ((name.strip(), value.strip('"')) for name, value in _PAIR.findall(cells["additional_attributes"]))
    added = {"added_at": iso_day(cells["created_at"], month_first=True)} if cells["created_at"] else {}
    return options(found) | sale_dates(cells, month_first=True) | added


def is_published(cells: Cells) -> bool:
    """Whether the product is enabled: 1, and not 2 or 0."""
    return cells["product_online"] != "2" and is_yes(cells["product_online"])


MAGENTO: Final = Layout(
    name="magento",
    title="Magento 2 / Adobe Commerce product export (CSV)",
    clue="sku, beside attribute_set_code, product_websites or configurable_variations",
    example=("sku", "store_view_code", "attribute_set_code", "product_type", "categories", "name", "price",
             "special_price", "base_image", "additional_attributes", "additional_images", "configurable_variations"),
    needs=(("sku",), ("attribute_set_code", "product_websites", "configurable_variations", "additional_attributes")),
    columns={
        "item_id": ("sku",),
        "title": ("name",),
        "description": ("description", "short_description"),
        "category": ("categories",),
        "price": ("price",),
        "sale_price": ("special_price",),
        "regular_price": ("msrp_price",),
        "image": ("base_image", "small_image", "thumbnail_image"),
        "images": ("additional_images",),
        "quantity": ("qty",),
        "availability": ("is_in_stock",),
        "url": (),
        "model_id": (),
    },
    plain=frozenset(("product_type", "url_key")),
    fallbacks=frozenset(("description", "image")),
    separator=r"\s*,\s*/*|^/+|^no_selection$",
    level="/",
    paths=r",(?=\S)",
    compute=compute,
    computed=re.compile(r"additional_attributes|created_at|special_price_(from|to)_date|configurable_variation.*|product_online"),
    place=place,
    own=re.compile(r"sku|.*price.*|qty|is_in_stock|additional_attributes|.*image.*|configurable_.*|product_type|visibility"),
    is_published=is_published,
)  # fmt: skip
