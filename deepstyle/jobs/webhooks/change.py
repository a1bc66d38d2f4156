"""A change of one product, whichever shop system it comes from, and what their JSON has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from deepstyle.catalogue.markup import without_markup
from deepstyle.catalogue.rows import RowError, check_item_id

IN_STOCK, SOLD_OUT, BACKORDER = "in stock", "out of stock", "backorder"
_COLOUR_NAMES: Final = frozenset(["color", "colour", "farbe", "couleur", "colore", "cor", "kleur", "kolor"])
_SIZE_NAMES: Final = frozenset(["size", "grösse", "groesse", "taille", "talla", "taglia", "tamanho", "maat", "rozmiar"])


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What is known of one variant: ``values`` are fields of ``Item``, ``pictures`` the URLs, best first."""

    item_id: str
    values: Mapping[str, Any]
    attributes: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductChange:
    """A product as it is since ``updated_s``; without ``items`` it is not sold any more.

    ``product_id`` is the shop system's. ``is_complete`` is whether ``items`` are all of the product's. ``parent_id`` is
    the product that it is a variant of, where that is a product of its own.
    """

    product_id: str
    updated_s: float
    items: tuple[ItemChange, ...] = ()
    is_complete: bool = True
    parent_id: str = ""


def field_of(option: str) -> str:
    """The field that an option or attribute of this name means, ``""`` where it is another."""
    name = option.strip().casefold().removeprefix("pa_")  # which also writes ß as ss
    return "colour" if name in _COLOUR_NAMES else "size" if name in _SIZE_NAMES else ""


def split_options(options: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A variant's options as fields of an item, and the others as attributes."""
    fields = {field_of(name): value for name, value in options.items() if field_of(name)}
    return fields, {name: value for name, value in options.items() if name and value and not field_of(name)}


def item_id_of(sku: Any, other: Any) -> str:
    """The SKU where it can be an id, as a feed of the same shop has it, else ``other``."""
    try:
        return check_item_id(str(sku or "").strip())
    except RowError:
        return str(other)


def seconds_of(time: Any, default_s: float) -> float:
    """A time in ISO 8601, UTC where it names no zone, in seconds since 1970."""
    try:
        found = datetime.fromisoformat(str(time))
    except ValueError:
        return default_s
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def added_at(time: Any) -> dict[str, str]:
    """The field ``added_at``; nothing where the system does not say it, so that a feed's stays."""
    return {"added_at": str(time)} if time else {}


def price_of(value: Any) -> float | None:
    """A price as the systems write it, ``"19.99"``; ``None`` where there is none."""
    try:
        price = float(value)
    except (TypeError, ValueError):
        return None
    return price if 0 <= price < float("inf") else None


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list of a payload; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(html: Any) -> str:
    """A description without its tags, on one line."""
    return " ".join(without_markup(str(html or "")).split())
