"""Which products the demo catalogue has: models of every kind, each in several colours."""

import itertools
import random
import zlib
from dataclasses import dataclass
from typing import Final

from numpy import uint8
from numpy.typing import NDArray

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.demo import names
from deepstyle.demo.canvas import Canvas, Fabric
from deepstyle.demo.look import Look
from deepstyle.demo.palette import COLOURS, STYLE_COLOURS, Rgb, darker, hex_rgb, luminance, mix
from deepstyle.demo.rules import PLAIN, STYLES
from deepstyle.demo.wardrobe import KINDS, STYLE_PATTERNS, Kind

SHARES: Final = {
    "all-body": 12,
    "bottoms": 14,
    "tops": 16,
    "outerwear": 12,
    "shoes": 14,
    "bags": 10,
    "jewellery": 8,
    "hats": 6,
    "scarves": 5,
    "sunglasses": 5,
    "accessories": 6,
}
"""How many items of each semantic category, relative to the others."""

SPLITS: Final = ("train", "test", "train", "valid", "train", "train", "valid", "train", "test", "train")
_COLOURS_PER_MODEL: Final = 2.8
_PRINTED_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Product:
    """One item: a model in one colour. ``split`` is where its model belongs in the disjoint variant."""

    item_id: str
    model_id: str
    kind: Kind
    colour: str
    pattern: str
    texture: str
    brand: str
    price: float
    split: str

    @property
    def style(self) -> str:
        """One of ``rules.STYLES``."""
        return self.kind.style

    @property
    def season(self) -> str:
        """``summer``, ``winter`` or ``all-year``."""
        return self.kind.season

    @property
    def semantic_category(self) -> str:
        """One of the eleven semantic categories."""
        return self.kind.semantic_category

    @property
    def title(self) -> str:
        """What a shop would call it."""
        return names.title(self.brand, self.colour, self.pattern, self.kind.category)


def plan_products(items: int, seed: int) -> list[Product]:
    """Exactly ``items`` products, evenly over the styles and by ``SHARES`` over the semantic categories.

    Each split gets the kinds of a style in turn, the first (worn all year) unprinted, so that outfits can be made.
    """
    dice = random.Random(f"products/{seed}")  # noqa: S311
    products: list[Product] = []
    numbers = itertools.count()
    for (semantic_category, style), quota in _quotas(items).items():
        kinds = [kind for kind in KINDS if (kind.semantic_category, kind.style) == (semantic_category, style)]
        models = max(min(4, quota), round(quota / _COLOURS_PER_MODEL))
        in_split = dict.fromkeys(SPLITS, 0)
        for model, split in zip(range(models), itertools.cycle(SPLITS), strict=False):
            count = quota * (model + 1) // models - quota * model // models
            kind, first = kinds[in_split[split] % len(kinds)], not in_split[split]
            in_split[split] += 1
            number = f"{10000 + 37 * next(numbers)}"
            products += _model(dice, kind, number, count, split, may_print=not first)
    return products


def _quotas(items: int) -> dict[tuple[str, str], int]:
    """Items for each semantic category and style; they add up to ``items`` exactly (largest remainder)."""
    total = sum(SHARES.values()) * len(STYLES)
    exact = {(c, s): items * SHARES[c] / total for c in SEMANTIC_CATEGORIES for s in STYLES}
    quotas = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: quotas[key] - exact[key])
    for key in by_remainder[: items - sum(quotas.values())]:
        quotas[key] += 1
    return quotas


def _model(dice: random.Random, kind: Kind, number: str, count: int, split: str, *, may_print: bool) -> list[Product]:
    """One model in ``count`` colours, from as many colour families as there are."""
    printed = may_print and kind.printed and dice.random() < _PRINTED_SHARE
    pattern = dice.choice(STYLE_PATTERNS[kind.style]) if printed else PLAIN
    texture, brand = dice.choice(kind.textures), dice.choice(names.BRANDS)
    price = names.price(dice, *kind.price)
    return [
        Product(
            item_id=f"{number}-{COLOURS[colour].code}",
            model_id=number,
            kind=kind,
            colour=colour,
            pattern=pattern,
            texture=texture,
            brand=brand,
            price=price,
            split=split,
        )
        for colour in _colours(dice, kind.style, count)
    ]


def _colours(dice: random.Random, style: str, count: int) -> list[str]:
    """``count`` different colours; each family comes once before any comes twice."""
    by_family: dict[str, list[str]] = {}
    for name in dice.sample(STYLE_COLOURS[style], len(STYLE_COLOURS[style])):
        by_family.setdefault(COLOURS[name].family, []).append(name)
    families = dice.sample(sorted(by_family), len(by_family))
    rounds = [
        name
        for turn in range(max(map(len, by_family.values())))
        for f in families
        for name in by_family[f][turn : turn + 1]
    ]
    return rounds[:count]


def draw(product: Product, seed: int) -> NDArray[uint8]:
    """The product's packshot: (400, 320, 3) uint8 RGB, the same for the same product and seed."""
    studio = random.Random(f"studio/{seed}/{product.item_id}")  # noqa: S311
    tone, warmth = studio.uniform(0.885, 0.95), studio.uniform(-0.008, 0.012)
    return sew(product, seed).packshot((tone + warmth, tone, tone - warmth))


def sew(product: Product, seed: int) -> Canvas:
    """The product without a backdrop; every colour of a model has the same shape."""
    colour = COLOURS[product.colour].rgb
    shape = random.Random(f"shape/{seed}/{product.model_id}")  # noqa: S311
    fabric = Fabric(colour, product.texture, product.pattern, _accents(colour), shape.uniform(0.85, 1.2))
    look = Look(product.style, fabric, _trim(product.style, colour), _metal(shape), shape)
    canvas = Canvas(zlib.crc32(f"cloth/{seed}/{product.item_id}".encode()))
    product.kind.draw(canvas, look)
    return canvas


def _accents(colour: Rgb) -> tuple[Rgb, Rgb]:
    """Pattern colours that keep the item's colour what it is: off-white or charcoal, and its own deeper shade."""
    light = luminance(colour) < 0.72
    return (
        hex_rgb("#f3eee4") if light else hex_rgb("#5b5a60"),
        darker(colour, 0.5) if light else mix(colour, (0.75, 0.73, 0.70), 0.8),
    )


def _trim(style: str, colour: Rgb) -> Rgb:
    """The neutral second colour of each style's trims."""
    light = luminance(colour) < 0.62
    if style == "sporty":
        return hex_rgb("#f5f5f4") if light else hex_rgb("#2a2b30")
    return hex_rgb("#efe4cf") if light else hex_rgb("#5d4a3d")


def _metal(dice: random.Random) -> Rgb:
    return dice.choice([hex_rgb("#d3b069"), hex_rgb("#c9cbd0")])
