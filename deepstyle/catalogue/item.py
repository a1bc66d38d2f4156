"""The vocabulary of a catalogue: ``Item``, ``Outfit`` and the eleven semantic categories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SEMANTIC_CATEGORIES: Final = (
    "all-body",
    "bottoms",
    "tops",
    "outerwear",
    "shoes",
    "bags",
    "jewellery",
    "hats",
    "scarves",
    "sunglasses",
    "accessories",
)
"""The semantic categories of Polyvore Outfits, in its order."""


@dataclass(frozen=True, slots=True)
class Item:
    """One product as the shop describes it; only ``item_id`` is required.

    ``semantic_category`` is one of ``SEMANTIC_CATEGORIES`` or ``""`` where unknown; ``category`` is the shop's own
    fine category ("Ankle Boots"). ``model_id`` groups the colours of one garment. ``price`` is in ``currency``
    units (not cents), ``None`` where unknown. ``attributes`` holds whatever else the catalogue says, as text.
    """

    item_id: str
    title: str = ""
    description: str = ""
    semantic_category: str = ""
    category: str = ""
    brand: str = ""
    colour: str = ""
    pattern: str = ""
    price: float | None = None
    currency: str = ""
    url: str = ""
    model_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outfit:
    """Items that were styled together, in the order the stylist gave; an item may occur once only."""

    set_id: str
    item_ids: tuple[str, ...]
    title: str = ""
