"""The lists of Street2Shop, as ``deepstyle.catalogue.feeds.lists`` reads them."""

from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place


def place(cells: Cells, above: str) -> Place:
    """Each photo after a product's first one is a part of it."""
    product = cells["product"]
    continued = bool(cells["continued"])
    return Place(product=product, names=() if continued else (product,), part=continued)


STREET2SHOP: Final = Layout(
    name="street2shop",
    title="Street2Shop products (meta/json/retrieval_*.json)",
    clue="a folder with meta/json/retrieval_<category>.json and images",
    example=("photo", "product"),
    needs=(("street2shop_category",),),
    columns={
        "item_id": ("product",), "category": ("street2shop_category",), "gallery": ("photo_file",), "title": (),
    },
    place=place,
)  # fmt: skip
