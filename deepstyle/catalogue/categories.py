"""Derive an item's semantic category and model from the shop's own words."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "all-body": "dress gown jumpsuit romper playsuit overall dungaree catsuit kaftan swimsuit bodysuit onesie all- "
        "body",
        "bottoms": "bottom trouser pant jean skirt short legging chino jogger culotte bermuda sweatpant tights skort",
        "tops": "top shirt tee t-shirt blouse sweater jumper pullover hoodie sweatshirt cardigan tank camisole tunic "
        "polo knitwear bra bustier crop-top turtleneck henley",
        "outerwear": "outerwear coat jacket blazer parka trenchcoat trench anorak cape poncho vest waistcoat gilet "
        "puffer",
        "shoes": "shoe boot bootie sneaker trainer sandal heel pump loafer flat espadrille mule slipper moccasin "
        "oxford brogue clog flip-flop stiletto footwear wedge",
        "bags": "bag handbag backpack clutch tote purse satchel rucksack suitcase duffel crossbody pouch",
        "jewellery": "jewellery jewelry necklace earring ring bracelet brooch bangle pendant anklet choker cufflink",
        "hats": "hat cap beanie beret fedora headwear visor bonnet",
        "scarves": "scarf scarves shawl foulard stole pashmina snood bandana",
        "sunglasses": "sunglasses sunglass eyewear glasses",
        "accessories": "accessory accessories belt glove watch wallet tie bow-tie sock hosiery umbrella keyring "
        "hairband headband",
    }
)
_KEYWORDS: Final = MappingProxyType({word: name for name, words in _WORDS.items() for word in words.split()})
_PART: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TAIL: Final = re.compile(r"\b(?:with|and|for|in|of|from|by)\b|[,(/|&]")


def semantic_category(*texts: str) -> str:
    """The semantic category that the first recognised text names, ``""`` where none does.

    In one text the last known word before "with", "in", a comma or the like decides, as the head of an English
    compound does: "ankle boots" and "dress shoes" are shoes, "shirt dress with belt" is all-body. Plurals count as
    their singular.
    """
    for text in texts:
        lower = text.strip().lower()
        if lower in SEMANTIC_CATEGORIES:
            return lower
        for part in (_TAIL.split(lower)[0], lower):
            for word in reversed(_PART.findall(part)):
                for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.rsplit("-", 1)[-1]):
                    if form in _KEYWORDS:
                        return _KEYWORDS[form]
    return ""
