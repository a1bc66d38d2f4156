"""What goes together in the demo catalogue: four rules, each about two items, and all of them visible in the pictures.

1. **style**: both items are of one style (sporty, casual, boho, business or evening).
2. **colour**: their colours are of one family (warm, cool, berry), or at least one of them is neutral.
3. **pattern**: at most one of the two is patterned.
4. **season**: a summer piece does not go with a winter piece; what is worn all year goes with either.

An outfit is good when every two of its items keep every rule. This is the ground truth of the catalogue's questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Protocol

from deepstyle.catalogue.item import Item
from deepstyle.demo.palette import COLOURS, NEUTRAL

STYLES: Final = ("sporty", "casual", "boho", "business", "evening")
SUMMER: Final = "summer"
WINTER: Final = "winter"
ALL_YEAR: Final = "all-year"
PLAIN: Final = "plain"


class Styled(Protocol):
    """Whatever has the four traits that the rules look at, by their names in the metadata."""

    @property
    def style(self) -> str:
        """One of ``STYLES``."""

    @property
    def colour(self) -> str:
        """A name in ``palette.COLOURS``."""

    @property
    def pattern(self) -> str:
        """``plain`` or a name in ``patterns.PATTERNS``."""

    @property
    def season(self) -> str:
        """``summer``, ``winter`` or ``all-year``."""


@dataclass(frozen=True, slots=True)
class Traits:
    """The four traits alone, as read back from the metadata."""

    style: str
    colour: str
    pattern: str
    season: str


def same_style(a: Styled, b: Styled) -> bool:
    """Rule 1."""
    return a.style == b.style


def colours_harmonise(a: Styled, b: Styled) -> bool:
    """Rule 2."""
    families = {COLOURS[a.colour].family, COLOURS[b.colour].family}
    return NEUTRAL in families or len(families) == 1


def patterns_agree(a: Styled, b: Styled) -> bool:
    """Rule 3."""
    return PLAIN in (a.pattern, b.pattern)


def seasons_agree(a: Styled, b: Styled) -> bool:
    """Rule 4."""
    return {a.season, b.season} != {SUMMER, WINTER}


RULES: Final = {
    "style": same_style,
    "colour": colours_harmonise,
    "pattern": patterns_agree,
    "season": seasons_agree,
}
"""The rules by name, in the order above."""


def broken_rules(a: Styled, b: Styled) -> tuple[str, ...]:
    """The names of the rules that ``a`` and ``b`` break together; empty where they go together."""
    return tuple(name for name, rule in RULES.items() if not rule(a, b))


def compatible(a: Styled, b: Styled) -> bool:
    """Whether ``a`` and ``b`` keep every rule."""
    return not broken_rules(a, b)


def keeps_rules(items: Sequence[Item]) -> bool:
    """Whether items of the demo catalogue, as imported, keep every rule; an item with unknown traits keeps none."""
    traits = [_traits(item) for item in items]
    known = [one for one in traits if one.colour in COLOURS]
    return len(known) == len(traits) and all(compatible(a, b) for a, b in combinations(known, 2))


def _traits(item: Item) -> Traits:
    season = item.season or item.attributes.get("season", "")
    return Traits(item.attributes.get("style", ""), item.colour, item.pattern or PLAIN, season)


def goes_with_all(candidate: Styled, items: Sequence[Styled]) -> bool:
    """Whether ``candidate`` is compatible with each of ``items``."""
    return all(compatible(candidate, item) for item in items)


def outfit_score(items: Sequence[Styled]) -> float:
    """The share of an outfit's pairs that are compatible, 0..1; 1.0 means a good outfit (and an outfit of one item)."""
    pairs = list(combinations(items, 2))
    return sum(compatible(a, b) for a, b in pairs) / len(pairs) if pairs else 1.0
