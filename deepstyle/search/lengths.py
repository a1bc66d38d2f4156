"""How long a garment is, as its words say."""

import re
from typing import Final

from deepstyle.catalogue.item import Item

_LONG: Final = re.compile(
    r"\b(maxi\w*|long|longline|full[- ]length|floor[- ]length|ankle[- ]length|lang\w{0,2}|boden\w*lang\w*|gown\w*)\b"
)
_SHORT: Final = re.compile(r"\b(mini\w*|short|cropped|crop|kurz\w{0,2}|above[- ]knee)\b")
_SLEEVES: Final = re.compile(r"\b(long|short)[- ]sleeved?\b|\b(lang|kurz)(arm|ärm)\w*")


def length_of(item: Item) -> str | None:
    """``long`` or ``short`` where title, category or attributes say so, and do not say both; ``None`` elsewhere."""
    said = " ".join((item.title, item.category, item.attributes.get("length", ""))).casefold()
    said = _SLEEVES.sub(" ", said)
    is_long, is_short = bool(_LONG.search(said)), bool(_SHORT.search(said))
    return ("long" if is_long else "short") if is_long != is_short else None
