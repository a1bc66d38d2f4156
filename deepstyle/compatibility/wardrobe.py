"""What is worn with what: which semantic categories make one outfit, and how many of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

MAX_PIECES: Final = 12
"""The largest outfit that is scored or completed."""

SLOTS: Final = (
    "outerwear",
    "all-body",
    "tops",
    "bottoms",
    "shoes",
    "bags",
    "jewellery",
    "scarves",
    "hats",
    "sunglasses",
    "accessories",
)
"""The semantic categories in the order in which an outfit is shown."""

ESSENTIALS: Final = ("tops", "bottoms", "shoes", "bags")
"""What an outfit needs, but for what clashes with something that is worn: a dress needs neither top nor trousers."""

SMALL: Final = frozenset({"jewellery", "hats", "scarves", "sunglasses", "accessories"})
"""Categories that complete an outfit without dressing anybody."""

MOST_WORN: Final[Mapping[str, int]] = MappingProxyType(
    {
        "outerwear": 1,
        "all-body": 1,
        "tops": 2,
        "bottoms": 1,
        "shoes": 1,
        "bags": 1,
        "jewellery": 4,
        "scarves": 1,
        "hats": 1,
        "sunglasses": 1,
        "accessories": 2,
    }
)
"""How many pieces of each category one person wears at once, at most; two tops are layers."""

_BESIDES: Final = MappingProxyType(
    {
        "all-body": frozenset({"tops", "bottoms"}),
        "tops": frozenset({"all-body"}),
        "bottoms": frozenset({"all-body"}),
    }
)


def clash(one: str, other: str) -> bool:
    """Whether the two are never worn together: two of one category, or a dress with a top or trousers."""
    return one == other != "" or other in _BESIDES.get(one, ())


CLASHES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {name: tuple(other for other in SLOTS if clash(name, other)) for name in SLOTS}
)
"""Every category with those that it clashes with, itself included."""


def crowded(categories: Iterable[str]) -> frozenset[str]:
    """The categories of which an outfit has more pieces than one person wears (``MOST_WORN``)."""
    counts = Counter(categories)
    return frozenset(name for name, count in counts.items() if count > MOST_WORN.get(name, count))


def complements(category: str) -> tuple[str, ...]:
    """The semantic categories worn with ``category``; all of them where it is unknown."""
    return tuple(name for name in SEMANTIC_CATEGORIES if not clash(category, name))


def missing_slots(categories: Iterable[str]) -> tuple[str, ...]:
    """The essentials that an outfit of ``categories`` still lacks."""
    worn = set(categories)
    return tuple(name for name in ESSENTIALS if not any(clash(name, other) for other in worn))


def admits(chosen: Sequence[str], category: str, *, per_category: int, small: int) -> bool:
    """Whether one more of ``category`` may join ``chosen`` without a clash and within the quotas."""
    if any(clash(name, category) for name in chosen if name != category):
        return False
    if category in SMALL and sum(name in SMALL for name in chosen) >= small:
        return False
    return sum(name == category for name in chosen) < per_category
