"""Who wears an item, by the catalogue's field ``gender``: a rule as data, not something that a head learned.

One look has one gender: its pieces share at least one group of people who wear them. A unisex piece fits everybody, and
so does a piece of which the catalogue says nothing, or nothing that this table knows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.item import ItemFilter
from deepstyle.compatibility.wardrobe import RULES

WEARERS: Final[tuple[str, ...]] = tuple(RULES["wearers"])
"""The groups of people; a set of them is a bit mask, the first group the lowest bit."""
EVERYBODY: Final = 2 ** len(WEARERS) - 1
_CHILDREN: Final = 0b1100

_WORDS: Final[Mapping[str, str]] = RULES["wearers"]
WORN_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        word: tuple(name for name in WEARERS if word in _WORDS[name].split())
        for words in _WORDS.values()
        for word in words.split()
    }
)
"""Who wears an item whose gender has this word."""
_BITS: Final = {word: sum(1 << WEARERS.index(name) for name in names) for word, names in WORN_BY.items()}
UNISEX: Final = frozenset({"unisex", "all", "everyone", "neutral"})
"""The words for everybody."""
_WORD: Final = re.compile(r"[^\W\d_]+")


def wearers(gender: str) -> int:
    """The bit mask of the groups that a catalogue's ``gender`` names; ``EVERYBODY`` where it names none.

    >>> wearers("Women"), wearers("Women, Men"), wearers("Men's"), wearers("unisex") == EVERYBODY
    (1, 3, 2, True)
    """
    words = _WORD.findall(gender.casefold())
    mask = 0
    for word in words:
        mask |= _BITS.get(word, 0) if len(word) > 1 or len(words) == 1 else 0
    if UNISEX.intersection(words):
        mask &= _CHILDREN  # "unisex, kids" is for all children
    return mask or EVERYBODY


def shared_wearers(genders: Iterable[str]) -> int:
    """The groups that wear all of these; ``EVERYBODY`` for none, 0 where nobody wears all."""
    mask = int(EVERYBODY)
    for gender in genders:
        mask &= wearers(gender)
    return mask


def worn_by(where: ItemFilter, people: int, genders: Iterable[str]) -> ItemFilter:
    """``where`` for what some of ``people`` (a mask) wear; ``genders`` are all that the catalogue has.

    An item of which the catalogue says nothing fits everybody.
    """
    known = list(genders)
    fitting = tuple(gender for gender in known if wearers(gender) & people)
    return where if len(fitting) == len(known) else replace(where, genders=(*fitting, ""))
