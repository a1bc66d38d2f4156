"""A listing's raw values as an item: cleaned texts, prices, category and availability."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.feeds.layouts.layout import Layout, as_text
from deepstyle.catalogue.feeds.listing import Listing
from deepstyle.catalogue.item import CATALOGUE_FIELDS, SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.kept import KEPT
from deepstyle.catalogue.listed import listed
from deepstyle.catalogue.prices import Prices, read_prices
from deepstyle.catalogue.rows import RowError
from deepstyle.catalogue.stock import is_in_stock, stock_state
from deepstyle.catalogue.text import clean_attributes, clean_text

_TEXTS: Final = tuple(field.name for field in CATALOGUE_FIELDS if field.kind == "text")
_LEVELS: Final = re.compile(r"\s*(?:///|~~|::|»|\u203a|\u2192|\s[|/\\]\s)\s*")
"""What stands between a category's levels beside ``>``."""
_DEPARTMENT: Final = re.compile(
    r"\s*(?:wo)?men(?:'?s)?|ladies|unisex|kids|girls|boys|damen|herren|kinder|femmes?|hommes?|enfants?|donna|uomo|bambini|"
    r"mujer|hombre|niños|mulher|homem|dames|heren|kinderen|damska|męska|dziecko\s*",
    re.IGNORECASE,
)
_SEVERAL: Final = ("category", "colour", "size", "material", "gender", "pattern", "season")
"""Fields of which a product may have several values."""
_NO_TEXTS: Final = dict.fromkeys(_TEXTS, "")
_NUMBERS: Final = frozenset(field.name for field in CATALOGUE_FIELDS if field.kind == "number")


def build_item(
    listing: Listing, item_id: str, layout: Layout, *, decimal_mark: str
) -> tuple[Item, tuple[RowError, ...]]:
    """The item, and what of it could not be used. Raises ``RowError`` for what no part of the item may be.

    ``decimal_mark`` is that of the table's prices.
    """
    values, columns = listing.values, listing.columns
    said = {name: value for name in _TEXTS if (value := values.get(name)) is not None}
    said |= {name: listed(said[name]) for name in _SEVERAL if name in said}
    cleaned = {name: clean_text(value, name, next(iter(columns.get(name, ())), "")) for name, value in said.items()}
    text = {**_NO_TEXTS, **cleaned}
    prices = _prices(values, text["currency"], decimal_mark)
    kept = {name: keep(text[name]) for name, keep in KEPT.items()}
    problems = [problem for _, found in kept.values() for problem in found]
    whole = text["category"]
    fields: dict[str, Any] = {
        **text,
        "semantic_category": _semantic(text, [_spoken(word, layout) for word in listing.words or (whole,)]),
        "category": _leaf(whole, layout),
        "availability": _availability(text["availability"], as_text(values.get("quantity"))),
        "currency": prices.currency,
        **{name: value for name, (value, _) in kept.items()},
        **{name: getattr(prices, name) for name in ("price", "regular_price") if name in _NUMBERS},
    }
    path = {columns["category"][0]: whole} if "category" in columns and whole != fields["category"] else {}
    attributes = clean_attributes({**path, **listing.rest}.items())
    return Item(item_id, **fields, attributes=attributes), (*problems, *prices.warnings)


def _prices(values: Mapping[str, Any], currency: str, decimal_mark: str) -> Prices:
    """The price now and the regular one: ``price`` is the lower one beside a ``regular_price``, else the higher one."""
    price, regular, sale = (values.get(name) for name in ("price", "regular_price", "sale_price"))
    dates = as_text(values.get("sale_dates"))
    if sale is None and regular is not None and price is not None and as_text(regular).strip("0., ") != "":
        sale, dates = price, ""
    elif sale is not None:
        regular = price if regular is None else regular
    else:
        regular = price if price is not None else regular
    return read_prices(regular, sale, currency=currency, sale_dates=dates, decimal_mark=decimal_mark)


def _availability(text: str, quantity: str) -> str:
    """The shop's word, or where it has a flag or a number in stock, whether that is any."""
    said = text.casefold()
    if said in ("1", "true", "yes", "y"):
        return "in stock"
    if said in ("0", "false", "no", "n"):
        return "out of stock"
    if text and not text.lstrip("-").isdecimal():
        return text
    if found := re.fullmatch(r"[<>=]?\s*(-?\d+(?:\.\d+)?)\s*\+?", text or quantity):
        return "in stock" if float(found[1]) > 0 else "out of stock"
    state = stock_state(quantity)
    return state if is_in_stock(state) is not None else ""


def _usual_levels(text: str) -> str:
    """``text`` with ``>`` between its levels, where another sign stands there: a slash may belong to a word."""
    if ">" not in text:
        text = _LEVELS.sub(" > ", text)
    first, *others = text.split("/")
    is_path = ">" not in text and (len(others) > 1 or (others and _DEPARTMENT.fullmatch(first)))
    return " > ".join([first, *others]) if is_path else text


def _path(text: str, layout: Layout) -> str:
    """Of several categories the one with the most levels, the first of these."""
    several = re.split(layout.paths, text) if layout.paths else [_usual_levels(text) if layout.level == ">" else text]
    return max(several, key=lambda path: path.count(layout.level))


def _spoken(text: str, layout: Layout) -> str:
    """A category with ``>`` between its levels, the one with the most levels of several."""
    return " > ".join(bare for level in _path(text, layout).split(layout.level) if (bare := level.strip()))


def _leaf(text: str, layout: Layout) -> str:
    """The last level of a category: "Boots" of "Women > Shoes > Boots"."""
    levels = [level.strip() for level in _path(text, layout).split(layout.level)]
    return next((level for level in reversed(levels) if level), "")


def _semantic(text: Mapping[str, str], words: Sequence[str]) -> str:
    """The table's own semantic category, else what its categories, its departments or the title say."""
    own = text["semantic_category"].lower()
    if own in SEMANTIC_CATEGORIES:
        return own
    return semantic_category(*words, own, text["title"])
