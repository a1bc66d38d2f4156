"""eBay's listings: the File Exchange and Seller Hub template, whose variations stand below their listing."""

import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, Place, options, pairs, slug


def place(cells: Cells, above: str) -> Place:
    """A variation belongs to the listing above."""
    if cells["relationship"].lower() == "variation":
        return Place(product=above)
    name = cells.first("custom_label", "custom_label_sku", "item_id", "title")
    return Place(names=(name,), group=name)


def compute(cells: Cells) -> dict[str, str]:
    """A variation's options: ``Size=S|Colour=Red``; a listing names all values of each, which are none of its own."""
    is_variation = cells["relationship"].lower() == "variation"
    return options(pairs(cells["relationship_details"], "|", "=")) if is_variation else {}


def derive_id(cells: Cells) -> str:
    """The id of a row without a label: the listing's number, or its title or options."""
    return cells["item_id"] or slug(cells.first("title", "relationship_details").replace("|", "-"))


EBAY: Final = Layout(
    name="ebay",
    title="eBay listings (Seller Hub template, CSV)",
    clue="CustomLabel and Title, beside RelationshipDetails, PicURL or ConditionID",
    example=("*Action", "CustomLabel", "*Category", "*Title", "*C:Brand", "*ConditionID", "PicURL", "*StartPrice",
             "*Quantity", "Relationship", "RelationshipDetails"),
    needs=(("custom_label", "custom_label_sku"), ("title",), ("relationship_details", "pic_url", "condition_id")),
    columns={
        "item_id": ("custom_label", "custom_label_sku"),
        "price": ("start_price", "price", "buy_it_now_price"),
        "images": ("pic_url", "item_photo_url"),
        "category": ("category_name", "store_category", "type", "produktart"),
        "gender": ("department", "abteilung", "gender"),
        "semantic_category": (),
        "model_id": (),
        "url": (),
    },
    plain=frozenset(("category", "item_id")),
    separator=r"\s*\|\s*",
    compute=compute,
    computed=re.compile("relationship(_details)?"),
    derive_id=derive_id,
    place=place,
    own=re.compile(r"custom_label.*|start_price|price|quantity|relationship.*|pic_url|item_id"),
)  # fmt: skip
