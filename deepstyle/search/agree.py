"""How far an item agrees with what a query asks of its colour, wearer, material and pattern.

A feed says these things of some items only, so they are no conditions of the store. What the catalogue *says* against a
condition excludes an item; what it does not say only ranks it lower.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.gender import EVERYBODY, WEARERS, wearers
from deepstyle.search.catalogue_words import CatalogueWords, values_in, values_of
from deepstyle.search.lexicon import Lexicon
from deepstyle.search.query import Change, Recognised
from deepstyle.store.words import tokens

CONTRADICTS: Final = -1.0
SAID, SHADE, SEEN, UNKNOWN, UNLIKE = 1.0, 0.9, 0.7, 0.0, -0.5
"""How far an item agrees: the catalogue says so, or names a shade of the colour, its picture shows it, nothing is
known, its picture shows something else or the catalogue another material."""
WEIGHTS: Final = {"dominant_colours": 1.0, "genders": 0.8, "materials": 0.8, "patterns": 0.8}
SOFT: Final = frozenset(WEIGHTS)
"""The recognised conditions that are compared here."""
_ATTRIBUTES: Final = ("colour", "material", "pattern")
_DETAIL: Final = re.compile(r"\s(?:with|mit|m\.|w/)\s.*", re.IGNORECASE)
"""What a title says after these words is of a part: "with gold buttons"."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an item agrees: the sum of what its conditions weigh, and the first that it contradicts."""

    score: float
    contradicts: Recognised | None = None


Asked = Mapping[str, Sequence[Recognised]]
"""What a query asks for, by the names in ``SOFT``, in the order of ``WEIGHTS``."""


def softly_asked(recognised: Sequence[Recognised]) -> Asked:
    """What is compared of what was ``recognised``; sorted once for all items."""
    asked = {name: [one for one in recognised if one.name == name] for name in WEIGHTS}
    return {name: wanted for name, wanted in asked.items() if wanted}


def agreement(
    item: Item, asked: Asked, unwanted: Sequence[Change], words: CatalogueWords, lexicon: Lexicon
) -> Agreement:
    """How far ``item`` agrees with what is ``asked``; an ``unwanted`` value that it has counts against it."""
    total, against = 0.0, None
    for name, wanted in asked.items():
        best = max(_agrees(item, name, str(one.value), words, lexicon) for one in wanted)
        total += WEIGHTS[name] * best
        if best <= CONTRADICTS:
            against = against or wanted[0]
    total -= sum(_has(item, change, lexicon) for change in unwanted if change.direction == "without")
    return Agreement(total, against)


def _agrees(item: Item, name: str, value: str, words: CatalogueWords, lexicon: Lexicon) -> float:
    if name == "dominant_colours":
        return _colour(item, value, words, lexicon)
    if name == "genders":
        return _gender(item, value)
    attribute = "material" if name == "materials" else "pattern"
    said = _named(item, attribute, words, lexicon)
    return SAID if value in said else UNLIKE if said else UNKNOWN


def _colour(item: Item, code: str, words: CatalogueWords, lexicon: Lexicon) -> float:
    """By the feed and the title, else by the picture; where they name a wider colour ("blue"), the picture decides."""
    shades = lexicon.shades.get(code, (code,))
    said = _named(item, "colour", words, lexicon)
    if said:
        if code in said:
            return SAID
        if not said.isdisjoint(shades):
            return SHADE
        if not any(code in lexicon.shades.get(one, ()) for one in said):
            return CONTRADICTS
    seen = item.dominant_colour.split(",") if item.dominant_colour else []
    if code in seen:
        return SEEN if code == seen[0] else SEEN / 2
    return UNKNOWN if not seen else SEEN / 2 if not set(shades).isdisjoint(seen[:1]) else UNLIKE


def _named(item: Item, attribute: str, words: CatalogueWords, lexicon: Lexicon) -> frozenset[str]:
    """The values of an attribute that an item's own field and its title name."""
    own = getattr(item, attribute)
    titled = _titled_values(item.title, words, lexicon)[_ATTRIBUTES.index(attribute)]
    return _field_values(own, attribute, lexicon) | titled if own else titled


@lru_cache(maxsize=10_000)
def _field_values(text: str, attribute: str, lexicon: Lexicon) -> frozenset[str]:
    return frozenset(values_in(text, attribute, lexicon))


@lru_cache(maxsize=50_000)
def _titled_values(title: str, words: CatalogueWords, lexicon: Lexicon) -> tuple[frozenset[str], ...]:
    """The values of each of ``_ATTRIBUTES``. Brands of several words say nothing of the item ("White Dune")."""
    said = tokens(words.without_brands(_DETAIL.sub("", title)))
    return tuple(frozenset(values_of(said, attribute, lexicon)) for attribute in _ATTRIBUTES)


def _gender(item: Item, value: str) -> float:
    wanted = EVERYBODY if value == "unisex" else 1 << WEARERS.index(value)
    said = said_wearers(item)
    if said == EVERYBODY:
        return SEEN if item.gender else UNKNOWN
    return SAID if said & wanted else CONTRADICTS


def said_wearers(item: Item) -> int:
    """Who wears it, as a mask of ``WEARERS``: by its field, or else by its title."""
    return wearers(item.gender) if item.gender else _titled(item.title)


@lru_cache(maxsize=50_000)
def _titled(title: str) -> int:
    """Who wears it by its title: "Damenschuhe", "men's shirt"."""
    mask: int = EVERYBODY
    for word in tokens(title.replace("'s", "").replace("\u2019s", "")):
        named = wearers(word) if len(word) > 2 else EVERYBODY
        if named == EVERYBODY:
            named = next((wearers(one) for one in ("damen", "herren", "kinder") if word.startswith(one)), EVERYBODY)
        if named != EVERYBODY:
            mask = named
    return mask


def _has(item: Item, change: Change, lexicon: Lexicon) -> float:
    """1 where the item has the unwanted value, else 0."""
    if change.name in ("colour", "material", "pattern"):
        texts = f"{getattr(item, change.name)} {item.title}"
        found = values_in(texts, change.name, lexicon)
        if change.name == "pattern" and change.value == "printed":
            return float(any(one != "plain" for one in found))
        seen = item.dominant_colour.split(",")[:1] if change.name == "colour" else []
        return float(change.value in [*found, *seen])
    return float(all(word in tokens(f"{item.title} {item.category}") for word in tokens(change.value)))
