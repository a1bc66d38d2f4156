"""Why two items go together, in words: their colours, patterns and formality, and how often they were seen together.

The words come from what the catalogue says of the items; the score does not depend on them.
"""

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.item import Item

NEUTRAL: Final = "neutral"
_FAMILIES: Final = MappingProxyType(
    {
        NEUTRAL: "black white grey gray charcoal ecru silver beige cream ivory nude stone sand taupe off-white natural "
        "anthracite",
        "warm": "mustard rust camel olive orange yellow chocolate gold brown tan khaki terracotta coral peach copper "
        "bronze cognac tobacco caramel ochre",
        "cool": "navy blue teal turquoise emerald mint green indigo denim aqua cobalt petrol lime",
        "berry": "burgundy ruby fuchsia pink red plum lilac purple violet rose magenta wine maroon lavender mauve "
        "bordeaux",
    }
)
_FAMILY: Final = MappingProxyType({name: family for family, names in _FAMILIES.items() for name in names.split()})
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


class SeenTogether:
    """In how many outfits two items occur together; outfits are tuples of item ids."""

    def __init__(self, outfits: Sequence[Sequence[str]] = ()) -> None:
        self._outfits_of: dict[str, set[int]] = {}
        for number, outfit in enumerate(outfits):
            for item_id in outfit:
                self._outfits_of.setdefault(item_id, set()).add(number)

    def count(self, one: str, other: str) -> int:
        """How often; 0 for a photo, which has no id."""
        return len(self._outfits_of.get(one, set()) & self._outfits_of.get(other, set()))


def reasons(one: Item, other: Item, seen: SeenTogether) -> tuple[str, ...]:
    """What speaks for the two together, the strongest first; empty where the catalogue tells too little."""
    told = (_seen(one, other, seen), _colours(one, other), _patterns(one, other), _formality(one, other))
    return tuple(reason for reason in told if reason)


def colour_family(colour: str) -> str:
    """``neutral``, ``warm``, ``cool`` or ``berry`` by the last word that names one; ``""`` where none does."""
    return next((_FAMILY[word] for word in reversed(_words(colour)) if word in _FAMILY), "")


def formality(item: Item) -> str:
    """``sporty``, ``casual``, ``smart`` or ``evening`` by what the item is called; ``""`` where it does not say."""
    style = item.attributes.get("style", "")
    words = [*_words(style), *reversed(_words(item.category)), *reversed(_words(item.title))]
    forms = (form for word in words for form in (word, word.removesuffix("s")))
    return next((_FORMALITY[form] for form in forms if form in _FORMALITY), "")


def _seen(one: Item, other: Item, seen: SeenTogether) -> str:
    count = seen.count(one.item_id, other.item_id)
    return f"styled together in {count} outfit{'s' if count > 1 else ''}" if count else ""


def _colours(one: Item, other: Item) -> str:
    left, right = one.colour.strip().lower(), other.colour.strip().lower()
    families = colour_family(left), colour_family(right)
    if not all(families):
        return ""
    if left == right:
        return f"both {left}"
    if NEUTRAL in families:
        neutral, colour = (left, right) if families[0] == NEUTRAL else (right, left)
        return f"{neutral} is neutral and goes with {colour}"
    return f"{left} and {right} are both {families[0]} colours" if families[0] == families[1] else ""


def _patterns(one: Item, other: Item) -> str:
    left, right = (item.pattern.strip().lower() for item in (one, other))
    if not left or not right:
        return ""
    plain = left in _PLAIN, right in _PLAIN
    if all(plain):
        return "both plain"
    return f"plain lets the {right if plain[0] else left} stand out" if any(plain) else ""


def _formality(one: Item, other: Item) -> str:
    left, right = formality(one), formality(other)
    return f"both {left}" if left and left == right else ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
