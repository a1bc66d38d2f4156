"""When an item is worn, by the catalogue's field ``season``: a rule as data (``wardrobe.toml``)."""

import re
from typing import Final, Literal

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.wardrobe import RULES

Weather = Literal["warm", "cold", ""]

_SEASONS_OF: Final[dict[str, frozenset[str]]] = {
    word: frozenset(name for name, words in RULES["seasons"].items() if word in words.split())
    for all_words in RULES["seasons"].values()
    for word in all_words.split()
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_WARM: Final = frozenset({"spring", "summer"})
_COLD: Final = frozenset({"autumn", "winter"})


def season_of(item: Item) -> str:
    """What the catalogue says of the item's season; some say it among the attributes."""
    return item.season or item.attributes.get("season", "")


def weather(season: str) -> Weather:
    """The weather that a catalogue's ``season`` is for, where it is for one alone: summer is warm, winter cold.

    Spring or autumn alone is for both.

    >>> weather("Summer"), weather("SS24"), weather("Herbst/Winter"), weather("Fall"), weather("all-year")
    ('warm', 'warm', 'cold', '', '')
    """
    seasons = {name for word in _WORD.findall(season.casefold()) for name in _SEASONS_OF.get(word, ())}
    if "summer" in seasons and seasons <= _WARM:
        return "warm"
    return "cold" if "winter" in seasons and seasons <= _COLD else ""
