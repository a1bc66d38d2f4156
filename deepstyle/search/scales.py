"""Scales that an item's words place it on: how long it is, its sleeves, how formal and how warm it is."""

import re
from collections.abc import Mapping
from typing import Final

from deepstyle.catalogue.item import Item

_MORE: Final[Mapping[str, str]] = {
    "length": r"maxi\w*|long|longline|(full|floor|ankle)[- ]length|lang|lange[mnrs]?|bodenlang\w*|gown",
    "sleeve": r"long[- ]?sleeved?s?|longsleeve|langarm\w*|langärm\w*",
    "formality": r"evening|formal|elegant\w*|gala|cocktail|tailored|satin|abend\w*|anzug\w*|suit|blazer|pumps|gown",
    "warmth": r"winter\w*|wool\w*|woll\w*|padded|puffer|fleece|down|lined|gefüttert\w*|thermo\w*|quilted|teddy|knit\w*",
}
_LESS: Final[Mapping[str, str]] = {
    "length": r"mini\w*|short|cropped|crop|kurz|kurze[mnrs]?|above[- ]knee|knielang\w*",
    "sleeve": r"short[- ]?sleeved?s?|sleeveless|kurzarm\w*|kurzärm\w*|ärmellos\w*|tank|strappy",
    "formality": r"casual|sport\w*|leisure|hoodie|sweat\w*|jogg\w*|track\w*|sneakers?|trainers?|denim|freizeit\w*",
    "warmth": r"summer\w*|sommer\w*|linen|leinen\w*|light(weight)?|leicht\w*|mesh|sheer|beach\w*|strand\w*",
}
_SLEEVES: Final = re.compile(rf"\b({_MORE['sleeve']}|{_LESS['sleeve']})\b")
SCALES: Final = tuple(_MORE)
_WORDS: Final = {
    name: (re.compile(rf"\b({_MORE[name]})\b"), re.compile(rf"\b({_LESS[name]})\b")) for name in SCALES
}  # fmt: skip


def place_on(scale: str, item: Item) -> int:
    """1 where the words of ``item`` say more of ``scale``, -1 where they say less, 0 where they say neither or both."""
    said = " ".join((item.title, item.category, item.attributes.get(scale, ""))).casefold()
    if scale == "length":
        said = _SLEEVES.sub(" ", said)
    more, less = _WORDS[scale]
    return bool(more.search(said)) - bool(less.search(said))
