"""What is worn with what: which semantic categories make one outfit, and how many of each (``wardrobe.toml``)."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

RULES: Final[Mapping[str, Any]] = MappingProxyType(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
)
"""The table as it is written."""

MAX_PIECES: Final[int] = RULES["max_pieces"]
"""The largest outfit that is scored or completed."""

SLOTS: Final[tuple[str, ...]] = tuple(RULES["slots"])
"""The semantic categories in the order in which an outfit is shown."""

ESSENTIALS: Final[tuple[str, ...]] = tuple(RULES["essentials"])
"""What an outfit needs, but for what clashes with something that is worn: a dress needs neither top nor trousers."""

SMALL: Final = frozenset(name for name, rule in RULES["slots"].items() if rule.get("small"))
"""Categories that complete an outfit without dressing anybody."""

MOST_WORN: Final[Mapping[str, int]] = MappingProxyType(
    {name: rule["most"] for name, rule in RULES["slots"].items() if "most" in rule}
)
"""How many pieces of a category one person wears at once, at most; two tops are layers. Any number of the others."""

_NEVER_WITH: Final = {
    frozenset((name, other)) for name, rule in RULES["slots"].items() for other in rule.get("never_with", ())
}


def clash(one: str, other: str) -> bool:
    """Whether the two are never worn together: two of one category, or a dress with a top or trousers."""
    return one == other != "" or frozenset((one, other)) in _NEVER_WITH


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
