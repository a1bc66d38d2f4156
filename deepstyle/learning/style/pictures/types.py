"""One vocabulary for the labels of the training sets: semantic category, garment type, and subtype where one is known.

A phone photo says ``Shoes`` where a look says ``boots``: the type is what both can say, the subtype what only one does.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class GarmentType:
    """What a picture shows; ``subtype`` is ``""`` where the source does not say it."""

    semantic_category: str
    name: str
    subtype: str = ""


def _types(semantic_category: str, name: str, *subtypes: str) -> dict[str, GarmentType]:
    """Each source label, lower case, that means this type; ``label=subtype`` renames, ``label=`` has no subtype."""
    pairs = (label.partition("=") for label in subtypes)
    return {label: GarmentType(semantic_category, name, subtype if given else label) for label, given, subtype in pairs}


TYPES: Final = {
    **_types("tops", "t-shirt", "t-shirt", "polo", "sports top"),
    **_types("tops", "sleeveless top", "undershirt=tank top", "top=", "camisole", "crochet top", "party top"),
    **_types("tops", "jumper", "longsleeve", "hoodie", "sweater=jumper", "sweatshirt", "jumper"),
    **_types("tops", "shirt", "shirt", "blouse"),
    **_types("tops", "body", "body=", "bodysuit="),
    **_types("outerwear", "jacket", "outwear=", "jacket", "coat", "cape", "denim jacket", "fur jacket=fur", "parka"),
    **_types("outerwear", "jacket", "puffer jacket=puffer", "suede jacket=jacket", "windbreaker", "kimono=cape"),
    **_types("outerwear", "blazer", "blazer=", "suit="),
    **_types("outerwear", "cardigan", "cardigan="),
    **_types("outerwear", "waistcoat", "vest="),
    **_types("all-body", "dress", "dress=", "cocktail dress", "day dress", "evening gown", "maxi dress"),
    **_types("all-body", "dress", "office dress", "sports dress"),
    **_types("all-body", "overall", "romper", "dungarees"),
    **_types("bottoms", "trousers", "pants=", "jeans", "leggings", "trousers=tailored", "joggers"),
    **_types("bottoms", "shorts", "shorts="),
    **_types("bottoms", "skirt", "skirt=", "maxi skirt", "midi skirt", "mini skirt"),
    **_types("shoes", "shoes", "shoes=", "boots", "clogs", "flats", "heels", "loafers", "pumps=heels", "sandals"),
    **_types("shoes", "shoes", "sneakers", "wedges=heels", "ankle boots=boots", "canvas shoes=sneakers"),
    **_types("shoes", "shoes", "court shoes=heels", "snow boots=boots", "trainers=sneakers"),
    **_types("bags", "bag", "bag=", "purse=", "backpack", "clutch", "handbag", "shoulder bag", "sports bag", "tote"),
    **_types("bags", "wallet", "wallet="),
    **_types("hats", "hat", "hat=", "beanie", "bucket hat", "cap", "fascinator", "felt hat", "wide-brim hat"),
    **_types("scarves", "scarf", "scarf=", "knitted scarf", "shawl", "silk scarf", "tube scarf"),
    **_types("sunglasses", "sunglasses", "sunglasses=", "glasses="),
    **_types("jewellery", "necklace", "necklace="),
    **_types("jewellery", "bracelet", "bracelet="),
    **_types("jewellery", "earrings", "earrings="),
    **_types("jewellery", "watch", "watch="),
    **_types("accessories", "belt", "belt="),
    **_types("accessories", "gloves", "gloves="),
    **_types("accessories", "tie", "tie="),
    **_types("accessories", "socks", "socks=", "stockings", "tights"),
    **_types("accessories", "sweatbands", "sweatbands="),
}
"""The meaning of each label of the three sets; a label that is missing here is not trained on."""


def garment_type(label: str) -> GarmentType | None:
    """The type that a source's ``label`` means, whatever its case; ``None`` where it is not trained on."""
    return TYPES.get(label.strip().lower())
