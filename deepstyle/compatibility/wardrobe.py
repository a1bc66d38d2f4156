"""What is worn with what: which semantic categories make one outfit, and how many of each."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

SMALL: Final = frozenset({"jewellery", "hats", "scarves", "sunglasses", "accessories"})
"""What completes an outfit but does not dress anybody."""

_CLASHES: Final = MappingProxyType(
    {
        "all-body": frozenset({"tops", "bottoms"}),
        "tops": frozenset({"all-body"}),
        "bottoms": frozenset({"all-body"}),
    }
)


def clash(one: str, other: str) -> bool:
    """Whether nobody wears both: two of one category, or a dress with a top or trousers."""
    return one == other != "" or other in _CLASHES.get(one, ())


def complements(category: str) -> tuple[str, ...]:
    """The semantic categories worn with ``category``; all where it is unknown."""
    return tuple(name for name in SEMANTIC_CATEGORIES if not clash(category, name))


def missing_slots(categories: Iterable[str]) -> tuple[str, ...]:
    """What an outfit of ``categories`` still needs: something on the body, shoes, a bag."""
    worn = set(categories)
    wanted: Sequence[str] = ("shoes", "bags") if "all-body" in worn else ("tops", "bottoms", "shoes", "bags")
    return tuple(name for name in wanted if name not in worn)


def admits(chosen: Sequence[str], category: str, *, per_category: int, small: int) -> bool:
    """Whether one more of ``category`` may join ``chosen``: no clash, and the quotas hold."""
    if any(clash(name, category) for name in chosen if name != category):
        return False
    if category in SMALL and sum(name in SMALL for name in chosen) >= small:
        return False
    return sum(name == category for name in chosen) < per_category
