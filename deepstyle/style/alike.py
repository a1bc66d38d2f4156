"""What two garments have in common, so that people see why one was found: codes with parameters.

An item is described by what the catalogue says and by the colours in its picture, a photo by its main colour alone,
which is read from its vector. Nothing here changes the order of results.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.colours import COLOURS
from deepstyle.catalogue.item import Item
from deepstyle.style.colour import anchor_shares, shares_of
from deepstyle.style.spec import ModelSpec

_TIE: Final = 0.02
"""Shades whose overlap with a photo's colours (Bhattacharyya, 0 to 1) differs by less are one to a vector."""
TraitCode = Literal[
    "same_picture", "same_type", "same_department", "same_colour", "same_pattern", "same_material", "same_brand"
]
_FIELDS: Final[Mapping[TraitCode, str]] = {
    "same_pattern": "pattern",
    "same_material": "material",
    "same_brand": "brand",
}


@dataclass(frozen=True, slots=True)
class SharedTrait:
    """What the query and a result have in common; the ``parameters`` of each ``code`` are those of its sentence.

    ``same_picture``: none; the photo is a copy of the result's picture. ``same_type``: ``type``, the catalogue's own
    category. ``same_department``: ``department``, the semantic category, where the types differ or are unknown.
    ``same_colour``: ``colour``, a code of ``deepstyle.catalogue.colours``. ``same_pattern``: ``pattern``.
    ``same_material``: ``material``. ``same_brand``: ``brand``. Later versions may add codes.
    """

    code: TraitCode
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a query: the ``item`` that it is, empty for a photo; ``colours``, the largest share first."""

    item: Item
    colours: tuple[str, ...] = ()


SAME_PICTURE: Final = SharedTrait("same_picture")
NOTHING_KNOWN: Final = Traits(Item(""))


def item_traits(item: Item) -> Traits:
    """What is known of an item of the catalogue."""
    return Traits(item, _colours(item))


def photo_traits(vector: NDArray[np.float32], spec: ModelSpec) -> Traits:
    """What the vector (D,) of a photo says: the names that its main colour may have, the nearest first.

    Nothing where the model's vectors have no colour, or this one has none.
    """
    colour = vector[spec.style_dim :] if spec.colour_dim else vector[:0]
    length = float(np.linalg.norm(colour))
    if length < 1e-6:
        return NOTHING_KNOWN
    shades, codes = _shades()
    overlap = shades @ np.sqrt(shares_of(colour / length))
    nearest = [codes[at] for at in np.argsort(-overlap) if overlap[at] > overlap.max() - _TIE]
    return Traits(Item(""), tuple(dict.fromkeys(nearest)))


def shared_traits(query: Traits, item: Item) -> tuple[SharedTrait, ...]:
    """What the two have in common, the most telling first."""
    found = [*_type(query.item, item)]
    others = _colours(item)
    found += [SharedTrait("same_colour", {"colour": code}) for code in query.colours if code in others][:1]
    for code, name in _FIELDS.items():
        if _same(getattr(query.item, name), value := getattr(item, name)):
            found.append(SharedTrait(code, {name: value}))
    return tuple(found)


def _type(one: Item, other: Item) -> list[SharedTrait]:
    if _same(one.category, other.category):
        return [SharedTrait("same_type", {"type": other.category})]
    if _same(one.semantic_category, other.semantic_category):
        return [SharedTrait("same_department", {"department": other.semantic_category})]
    return []


def _colours(item: Item) -> tuple[str, ...]:
    return tuple(filter(None, item.dominant_colour.split(",")))


def _same(one: str, other: str) -> bool:
    return bool(other.strip()) and one.strip().casefold() == other.strip().casefold()


@lru_cache(maxsize=1)
def _shades() -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The square roots of how each shade (S, 64) is shared out among the anchors of colour, and its colour's code."""
    pairs = [(colour.code, bytes.fromhex(shade[1:])) for colour in COLOURS for shade in colour.shades]
    shares = anchor_shares(np.array([[list(rgb) for _, rgb in pairs]], np.uint8))
    return np.sqrt(shares), tuple(code for code, _ in pairs)
