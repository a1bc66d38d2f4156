"""What a search or a stylist found, as a picture: the query beside the products."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import read_file
from deepstyle.compatibility.stylist import Suggestion
from deepstyle.images.pixels import decode
from deepstyle.report.compatibility import value_in_words
from deepstyle.report.sheet import Tile, render_sheet
from deepstyle.store.base import Store
from deepstyle.style.search import Match

PICTURE_PX: Final = 600


def render_matches(store: Store, query: Tile, matches: Sequence[Match]) -> bytes:
    """The query and the items most similar to it, as PNG."""
    notes = (f"{match.rank} · {similarity_percent(match.similarity)} similar" for match in matches)
    pairs = zip(matches, notes, strict=True)
    found = (item_tile(store, match.item, note, picture=match.picture) for match, note in pairs)
    return render_sheet(query, list(found))


def render_suggestions(store: Store, query: Tile, suggestions: Sequence[Suggestion]) -> bytes:
    """The query and the items that go with it, as PNG."""
    found = (item_tile(store, one.item, f"{one.rank} · {_fit(one)}") for one in suggestions)
    return render_sheet(query, list(found))


def _fit(one: Suggestion) -> str:
    return value_in_words(one) if one.compatibility is None else f"{value_in_words(one)} fits"


def item_tile(store: Store, item: Item, note: str = "", *, title: str = "", label: str = "", picture: int = 0) -> Tile:
    """An item of the store as a card with the ``picture`` at a position, its category and its id.

    It has the item's name where there is no other ``title``.
    """
    image = store.image(item.item_id, picture)
    pixels = decode(image.data, min_side_px=PICTURE_PX) if image else None
    return Tile(pixels, title or product_name(item), note, category_and_id(item), label)


def photo_tile(photo: Path, note: str = "") -> Tile:
    """A photo as a card, with its file's name."""
    return Tile(decode(read_file(photo), min_side_px=PICTURE_PX), photo.name, note)


def product_name(item: Item) -> str:
    """An item's title, or its brand and category, or its id."""
    return item.title or " ".join(part for part in (item.brand, item.category) if part) or item.item_id


def category_and_id(item: Item) -> str:
    """What identifies an item in a figure: ``shoes · 12035-11``."""
    return " · ".join(part for part in (item.semantic_category, item.item_id) if part)


def headline(item: Item) -> str:
    """The query: brand || semantic category, or what is known of them."""
    parts = item.brand or item.title or item.item_id, item.semantic_category or item.category
    return " || ".join(part for part in parts if part)


def similarity_percent(similarity: float) -> str:
    """A cosine as a percentage with two decimals."""
    return f"{100 * similarity:.2f}%"
