"""The vocabulary of a catalogue: ``Item``, whose fields are declared here, ``ItemFilter`` and ``Outfit``.

To add a field, declare it in ``Item`` with the next schema version and, where it filters, name it in ``ItemFilter``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from deepstyle.catalogue.colours import DominantColour, colour_code, read_colours
from deepstyle.catalogue.fields import Field, declared, number, text
from deepstyle.catalogue.stock import stock_state
from deepstyle.catalogue.words import has_word

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
ENCODER: Final = "encoder"
"""The ``category_source`` of a semantic category that the encoder saw in the picture."""


@dataclass(frozen=True, slots=True)
class Item:
    """One product as the shop describes it; only ``item_id`` is required.

    ``semantic_category`` is one of ``SEMANTIC_CATEGORIES`` or ``""`` where unknown; ``category`` is the shop's own
    fine category ("Ankle Boots"). ``model_id`` names the product of which the item is a variant in colour and size.
    ``price`` is in ``currency`` units (not cents), ``None`` where unknown; ``regular_price`` is what the item costs
    when it is not reduced, ``None`` where it is not. ``attributes`` holds whatever else the catalogue says, as text.
    ``category_source`` is empty where the semantic category comes from the catalogue's words, and ``encoder`` where
    ``encode`` saw it in the picture; ``category_confidence``, in [0, 1], is then how sure it is.
    Each field has one value, as the shop writes it: ``size`` is one size, or a text such as "S, M, L".
    ``added_at`` is when the shop added the product, as ``2026-11-02T00:00:00Z``.
    ``dominant_colour`` and ``dominant_lab`` are what ``encode`` read from the picture: up to three codes of
    ``deepstyle.catalogue.colours``, and their values in CIELAB. So is ``picture_print``
    (``deepstyle.images.picture_print``), by which a copy of one of its pictures is recognised.
    """

    item_id: str
    title: str = text("name", "product_name", "product_title", "item_name", "product")
    description: str = text("desc", "long_description", "product_description", "body", "details", "text")
    semantic_category: str = text(
        "department", "main_category", "master_category",
        filter="semantic_categories", en="Department", de="Abteilung", example="shoes", indexed=True,
    )  # fmt: skip
    category: str = text(
        "product_type", "article_type", "type", "sub_category", "subcategory",
        filter="categories", en="Category", de="Kategorie", example="Ankle Boots", indexed=True,
    )  # fmt: skip
    brand: str = text(
        "brand_name", "vendor", "manufacturer", "label", "designer",
        filter="brands", en="Brand", de="Marke", example="Versace", indexed=True,
    )  # fmt: skip
    colour: str = text(
        "color", "colour_name", "color_name", "base_colour", "base_color",
        filter="colours", en="Colour", de="Farbe", example="black",
    )  # fmt: skip
    pattern: str = text(
        "print", "graphical_appearance", filter="patterns", en="Pattern", de="Muster", example="plain"
    )  # fmt: skip
    price: float | None = number(
        "sale_price", "retail_price", "unit_price", "amount", filter="price", en="Price", de="Preis", example="129",
        money=True,
    )  # fmt: skip
    currency: str = text(
        "price_currency", "currency_code", filter="currencies", en="Currency", de="Währung", example="EUR"
    )  # fmt: skip
    url: str = text("link", "product_url", "page")
    model_id: str = text("model", "parent_id", "parent_sku", "item_group_id", "style_id")
    attributes: Mapping[str, str] = field(default_factory=dict)
    gender: str = text("sex", "target_gender", filter="genders", en="Gender", de="Geschlecht", example="women", since=3)
    size: str = text("size_name", filter="sizes", en="Size", de="Größe", example="M", since=4)
    material: str = text(
        "fabric", "composition", filter="materials", en="Material", de="Material", example="leather", since=5
    )  # fmt: skip
    availability: str = text(
        "stock_status", filter="availabilities", en="Availability", de="Verfügbarkeit", example="in stock",
        fold=stock_state, since=6,
    )  # fmt: skip
    season: str = text(filter="seasons", en="Season", de="Saison", example="summer", since=7)
    dominant_colour: str = text(
        filter="dominant_colours", en="Colour in the picture", de="Farbe im Bild", example="navy", fold=colour_code,
        many=True, measured=True, since=8,
    )  # fmt: skip
    dominant_lab: str = text(measured=True, since=8)
    regular_price: float | None = number(
        "list_price", "original_price", "compare_at_price", "old_price", "was_price", "rrp", "msrp", example="159",
        since=9,
    )  # fmt: skip
    category_source: str = text(measured=True, since=9)
    category_confidence: float | None = number(measured=True, since=9)
    added_at: str = text(
        "created_at", "date_added", "added_on", "date_created", "published_at", "publish_date", "listed_at",
        example="2026-11-02T00:00:00Z", since=14,
    )  # fmt: skip
    picture_print: str = text(measured=True, since=15)

    @property
    def catalogued(self) -> "Item":
        """The item without a category that only the encoder saw in its picture."""
        if not self.category_source:
            return self
        return replace(self, semantic_category="", category_source="", category_confidence=None)

    @property
    def dominant_colours(self) -> tuple[DominantColour, ...]:
        """The colours in the picture, largest share first; none before the picture was encoded."""
        return read_colours(self.dominant_colour, self.dominant_lab)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Conditions joined by *and*; the values within one are joined by *or*; empty means no condition.

    Text matches whole values, ignoring case; an availability matches what means the same (``stock_state``).
    ``text`` matches items whose title, brand or category contains every word of it as a whole, ignoring case.
    Prices are compared within one currency: that of ``currencies``, or else that of most prices in the catalogue, which
    is assumed of a price without one. No other item matches a price bound (both inclusive).
    """

    semantic_categories: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    text: str = ""
    genders: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    availabilities: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    dominant_colours: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every item matches."""
        return self == ItemFilter()

    def folded(self, by: Field) -> frozenset[str]:
        """The values that the text field ``by`` may have, folded; empty where any is right."""
        return frozenset(map(by.fold, getattr(self, by.filter)))

    def bounds(self, by: Field) -> tuple[float | None, float | None]:
        """The lowest and the highest value that the number field ``by`` may have, each inclusive."""
        return getattr(self, f"{by.filter}_min"), getattr(self, f"{by.filter}_max")

    def beside(self, by: Field) -> Self:
        """What is left without the conditions on ``by``, so that a facet counts what else might be chosen.

        Without a currency, bounds of amounts mean nothing; they go with it.
        """
        if by.kind == "number":
            return self._without_bounds(by)
        others: Self = replace(self, **{by.filter: ()})  # type: ignore[arg-type]
        return others._without_bounds(*(one for one in RANGE_FILTERS if one.money)) if by.name == "currency" else others

    def _without_bounds(self, *fields: Field) -> Self:
        bounds = {f"{one.filter}_{bound}": None for one in fields for bound in ("min", "max")}
        return replace(self, **bounds)  # type: ignore[arg-type]

    @property
    def has_price_bound(self) -> bool:
        """Whether amounts are compared."""
        return any(bound is not None for field in RANGE_FILTERS if field.money for bound in self.bounds(field))

    @property
    def words(self) -> list[str]:
        """The words of ``text``, folded."""
        return self.text.casefold().split()

    def is_in_text(self, text: str) -> bool:
        """Whether the folded ``text`` has every word."""
        return all(has_word(text, word) for word in self.words)

    def price_currency(self, usual: str) -> str:
        """The currency whose prices are compared; ``usual`` is that of most prices in the catalogue."""
        return self.currencies[0] if self.currencies else usual

    def price_currencies(self, usual: str) -> frozenset[str]:
        """The folded currencies of an item whose price is compared; empty, where it names none, is as ``usual``."""
        wanted = self.price_currency(usual).casefold()
        return frozenset({wanted, ""} if wanted == usual.casefold() else {wanted})


@dataclass(frozen=True, slots=True)
class Outfit:
    """Items that were styled together, in the order the stylist gave; an item may occur once only."""

    set_id: str
    item_ids: tuple[str, ...]
    title: str = ""


FIELDS: Final = declared(Item)
"""The declared fields: all of an item's but its id and its attributes."""
CATALOGUE_FIELDS: Final = tuple(found for found in FIELDS if not found.measured)
"""The fields that a catalogue or a person may set."""
MEASURED_FIELDS: Final = tuple(found for found in FIELDS if found.measured)
"""The fields that are read from the item's picture."""
SEEN_CATEGORY: Final = ("semantic_category", "category_source", "category_confidence")
"""The fields that ``encode`` fills together where the catalogue gives no semantic category."""
VALUE_FILTERS: Final = tuple(found for found in FIELDS if found.filter and found.kind == "text")
"""The fields that filter by whole values."""
RANGE_FILTERS: Final = tuple(found for found in FIELDS if found.filter and found.kind == "number")
"""The fields that filter by a lowest and a highest value."""
SEARCHED: Final = ("title", "brand", "category")
"""The fields in which ``ItemFilter.text`` looks for its words."""
