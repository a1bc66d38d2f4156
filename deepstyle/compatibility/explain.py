"""Why two items go together, or do not: their colours, patterns and formality, and how often they were styled together.

Reasons and concerns come from what the catalogue says of the two items, but for their colours, which are those in
their pictures (the codes of ``deepstyle.catalogue.colours``). The score does not depend on these. They are codes with
parameters: ``deepstyle.report.reasons`` and the web client turn them into sentences.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from deepstyle.catalogue.colours import COLOUR_OF_CODE
from deepstyle.catalogue.item import Item
from deepstyle.compatibility.gender import shared_wearers
from deepstyle.compatibility.seasons import season_of, weather

ReasonCode = Literal[
    "bought_together",
    "alike_bought_together",
    "often_chosen",
    "seen_together",
    "same_colour",
    "neutral_colour",
    "colour_family",
    "both_plain",
    "plain_with_pattern",
    "same_formality",
]
ConcernCode = Literal[
    "repeated_item",
    "same_slot",
    "different_genders",
    "unrelated_colours",
    "competing_patterns",
    "opposite_seasons",
    "never_seen_together",
]

NEUTRAL: Final = "neutral"
_FORMALITIES: Final = MappingProxyType(
    {
        "sporty": "sneaker trainer hoodie sweatshirt jogger legging track sports cap backpack beanie tracksuit running "
        "sporty athletic anorak",
        "casual": "jean jeans denim t-shirt tee cardigan shorts parka casual polo chino chinos espadrilles flat",
        "smart": "blazer shirt blouse loafer oxford brogue pumps trousers suit waistcoat tie briefcase business coat "
        "trench pencil",
        "evening": "gown evening clutch stiletto sequin satin heels cocktail tuxedo party silk velvet",
    }
)
_FORMALITY: Final = MappingProxyType({word: kind for kind, words in _FORMALITIES.items() for word in words.split()})
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_PLAIN: Final = frozenset({"plain", "solid", "none", "uni"})


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for two items together; the ``parameters`` of each ``code`` are those of its sentence.

    ``bought_together``: ``people``, at least so many bought or saved both. ``alike_bought_together``: ``people`` did so
    with items that look like these two. ``often_chosen``: ``people`` chose it with something of the query's category.
    Only these three are also why the score is what it is (``association``).
    ``seen_together``: ``count``, the number of outfits with both. ``same_colour``: ``colour``. ``neutral_colour``:
    ``neutral`` and ``colour``. ``colour_family``: ``one``, ``other`` and ``family`` (``warm``, ``cool`` or ``berry``).
    Colours are codes of ``deepstyle.catalogue.colours``.
    ``both_plain``: none. ``plain_with_pattern``: ``pattern``. ``same_formality``: ``formality`` (``sporty``,
    ``casual``, ``smart`` or ``evening``). Later versions may add codes.
    """

    code: ReasonCode
    parameters: Mapping[str, str | int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Concern:
    """What speaks against two items together; the ``parameters`` of each ``code`` are those of its sentence.

    Rules (``deepstyle.compatibility.pairs``): ``repeated_item``: none. ``same_slot``: ``slot``, the category of which
    the outfit has more than one person wears. ``different_genders``: the genders ``one`` and ``other``.
    Conflicts: ``unrelated_colours``: the codes of the colours ``one`` and ``other``. ``competing_patterns``: the
    patterns ``one`` and ``other``. ``opposite_seasons``: the seasons ``one`` and ``other``. Remark:
    ``never_seen_together``: none. Later versions may add codes.
    """

    code: ConcernCode
    parameters: Mapping[str, str | int] = field(default_factory=dict, hash=False)


class SeenTogether:
    """In how many outfits two items occur together; outfits are tuples of item ids."""

    def __init__(self, outfits: Sequence[Sequence[str]] = ()) -> None:
        self._outfits_of: dict[str, set[int]] = {}
        for number, outfit in enumerate(outfits):
            for item_id in outfit:
                self._outfits_of.setdefault(item_id, set()).add(number)

    def count(self, one: str, other: str) -> int:
        """The number of outfits with both items; 0 for a photo, which has no id."""
        return len(self._outfits_of.get(one, set()) & self._outfits_of.get(other, set()))


def reasons(one: Item, other: Item, seen: SeenTogether) -> tuple[Reason, ...]:
    """What speaks for the two together, strongest first; empty where the catalogue says too little, or both are one."""
    if one.item_id == other.item_id != "":
        return ()
    found = (_seen(one, other, seen), _colours(one, other), _patterns(one, other), _formality(one, other))
    return tuple(reason for reason in found if reason)


def concerns(
    one: Item,
    other: Item,
    seen: SeenTogether,
    too_many: frozenset[str] = frozenset(),
    *,
    mixed_genders: bool = False,
) -> tuple[Concern, ...]:
    """What speaks against the two together, strongest first; with ``mixed_genders``, who wears them does not.

    ``too_many`` are the categories of which their outfit has more pieces than one person wears. Of a photo the
    catalogue says nothing else.
    """
    found = _broken_rules(one, other, too_many, mixed_genders)
    if not one.item_id or not other.item_id:
        return tuple(found)
    colours = main_colour(one), main_colour(other)
    if all(colour_family(colour) for colour in colours) and not _colours(one, other):
        found.append(Concern("unrelated_colours", {"one": colours[0], "other": colours[1]}))
    if is_patterned(one) and is_patterned(other):
        patterns = _folded(one.pattern), _folded(other.pattern)
        found.append(Concern("competing_patterns", {"one": patterns[0], "other": patterns[1]}))
    seasons = season_of(one), season_of(other)
    if {weather(season) for season in seasons} == {"warm", "cold"}:
        found.append(Concern("opposite_seasons", {"one": _folded(seasons[0]), "other": _folded(seasons[1])}))
    if not seen.count(one.item_id, other.item_id):
        found.append(Concern("never_seen_together"))
    return tuple(found)


def is_patterned(item: Item) -> bool:
    """Whether the catalogue says that the item has a pattern."""
    return bool(item.pattern.strip()) and _folded(item.pattern) not in _PLAIN


def main_colour(item: Item) -> str:
    """The code of the colour with the largest share of the item's picture; ``""`` where none was measured."""
    return item.dominant_colour.split(",")[0]


def colour_family(code: str) -> str:
    """``neutral``, ``warm``, ``cool`` or ``berry``; ``""`` for a code that is not in the table of colours."""
    return COLOUR_OF_CODE[code].family if code in COLOUR_OF_CODE else ""


def formality(item: Item) -> str:
    """``sporty``, ``casual``, ``smart`` or ``evening``, by the item's style, category or title; ``""`` if unknown."""
    style = item.attributes.get("style", "")
    words = [*_words(style), *reversed(_words(item.category)), *reversed(_words(item.title))]
    forms = (form for word in words for form in (word, word.removesuffix("s")))
    return next((_FORMALITY[form] for form in forms if form in _FORMALITY), "")


def _broken_rules(one: Item, other: Item, too_many: frozenset[str], mixed_genders: bool) -> list[Concern]:
    found = []
    if one.item_id == other.item_id != "":
        found.append(Concern("repeated_item"))
    if one.semantic_category == other.semantic_category and one.semantic_category in too_many:
        found.append(Concern("same_slot", {"slot": one.semantic_category}))
    if not mixed_genders and not shared_wearers((one.gender, other.gender)):
        found.append(Concern("different_genders", {"one": _folded(one.gender), "other": _folded(other.gender)}))
    return found


def _seen(one: Item, other: Item, seen: SeenTogether) -> Reason | None:
    count = seen.count(one.item_id, other.item_id)
    return Reason("seen_together", {"count": count}) if count else None


def _colours(one: Item, other: Item) -> Reason | None:
    left, right = main_colour(one), main_colour(other)
    families = colour_family(left), colour_family(right)
    if not all(families):
        return None
    if left == right:
        return Reason("same_colour", {"colour": left})
    if NEUTRAL in families:
        neutral, colour = (left, right) if families[0] == NEUTRAL else (right, left)
        return Reason("neutral_colour", {"neutral": neutral, "colour": colour})
    if families[0] == families[1]:
        return Reason("colour_family", {"one": left, "other": right, "family": families[0]})
    return None


def _patterns(one: Item, other: Item) -> Reason | None:
    left, right = _folded(one.pattern), _folded(other.pattern)
    if not left or not right:
        return None
    plain = left in _PLAIN, right in _PLAIN
    if all(plain):
        return Reason("both_plain")
    return Reason("plain_with_pattern", {"pattern": right if plain[0] else left}) if any(plain) else None


def _formality(one: Item, other: Item) -> Reason | None:
    left, right = formality(one), formality(other)
    return Reason("same_formality", {"formality": left}) if left and left == right else None


def _folded(text: str) -> str:
    return text.strip().lower()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
