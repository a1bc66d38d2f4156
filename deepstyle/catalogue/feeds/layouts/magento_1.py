"""Magento 1's product export: the rows below a product have its further pictures, categories, and variants.

Such a row has no ``sku``, and so has the row of another store view. Pictures are paths below ``media/catalog/product``.
"""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place
from deepstyle.catalogue.feeds.layouts.sales import sale_dates


def place(cells: Cells, above: str) -> Place:
    """A row without ``sku`` is a part of the product above; each names one variant of a configurable product."""
    sku, variant = cells["sku"], cells["super_products_sku"]
    children = (variant,) if variant else ()
    if not sku:
        return Place(product=above, children=children, part=True)
    return Place(names=(sku,), children=children, group=sku)


MAGENTO_1: Final = Layout(
    name="magento-1",
    title="Magento 1 product export (CSV)",
    clue="sku and _attribute_set, beside _media_image, _super_products_sku or _root_category",
    example=("sku", "_store", "_attribute_set", "_type", "_category", "_root_category", "color", "image", "name",
             "price", "special_price", "status", "size", "qty", "is_in_stock", "_media_image", "_media_position",
             "_super_products_sku"),
    needs=(("sku",), ("attribute_set",), ("media_image", "super_products_sku", "root_category")),
    columns={
        "item_id": ("sku",),
        "category": ("category",),
        "sale_price": ("special_price",),
        "regular_price": (),
        "image": ("image", "small_image", "thumbnail"),
        "gallery": ("media_image",),
        "quantity": ("qty",),
        "availability": ("is_in_stock",),
        "model_id": (),
        "url": (),
    },
    plain=frozenset(("type", "status", "store")),
    fallbacks=frozenset(("image",)),
    separator=r"^/+|^no_selection$",
    level="/",
    compute=sale_dates,
    computed=re.compile(r"special_(from|to)_date|super_.*|media_.*|store"),
    place=place,
    own=re.compile(r"sku|.*price.*|qty|is_in_stock|.*image.*|super_.*|type|visibility|color|size"),
    is_published=lambda cells: cells["status"] not in ("2", "0"),
)  # fmt: skip
