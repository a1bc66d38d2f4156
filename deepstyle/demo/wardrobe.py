"""Every kind of product of the demo catalogue: its fine category, style, season, cloth, price, and who draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from deepstyle.demo import (
    accessories,
    bags,
    bottoms,
    dresses,
    hats,
    jewellery,
    outerwear,
    scarves,
    shoes,
    sunglasses,
    tops,
)
from deepstyle.demo.canvas import Canvas
from deepstyle.demo.look import Look
from deepstyle.demo.rules import ALL_YEAR, SUMMER, WINTER

Draw = Callable[[Canvas, Look], None]

STYLE_PATTERNS: Final = {
    "sporty": ("striped", "camouflage", "chevron"),
    "casual": ("striped", "checked", "dotted"),
    "boho": ("floral", "zigzag"),
    "business": ("pinstriped", "houndstooth"),
    "evening": ("leopard", "geometric"),
}
"""The patterns that each style knows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product; ``price`` is a range in euros, ``printed`` says whether it comes in patterns too."""

    draw: Draw
    category: str
    semantic_category: str
    style: str
    textures: tuple[str, ...]
    price: tuple[int, int]
    season: str = ALL_YEAR
    printed: bool = False


def _kinds(semantic_category: str, *rows: tuple[object, ...]) -> list[Kind]:
    """Rows of (draw, category, style, "texture|texture", low price, high price, season, printed)."""
    kinds = []
    for draw, category, style, textures, low, high, season, printed in rows:
        assert callable(draw) and isinstance(low, int) and isinstance(high, int)
        names = tuple(str(textures).split("|"))
        kinds.append(
            Kind(draw, str(category), semantic_category, str(style), names, (low, high), str(season), bool(printed))
        )
    return kinds


KINDS: Final = (
    *_kinds(
        "all-body",
        (dresses.tennis_dress, "Sports Dress", "sporty", "mesh|jersey", 45, 95, ALL_YEAR, True),
        (dresses.t_shirt_dress, "Day Dress", "casual", "jersey|cotton", 35, 80, ALL_YEAR, True),
        (dresses.dungarees, "Dungarees", "casual", "denim", 60, 120, ALL_YEAR, False),
        (dresses.maxi_dress, "Maxi Dress", "boho", "chiffon|cotton", 70, 150, ALL_YEAR, True),
        (dresses.sheath_dress, "Office Dress", "business", "suiting", 90, 190, ALL_YEAR, True),
        (dresses.shirt_dress, "Office Dress", "business", "cotton|suiting", 80, 160, ALL_YEAR, True),
        (dresses.cocktail_dress, "Cocktail Dress", "evening", "satin|sequin|velvet", 110, 260, ALL_YEAR, True),
        (dresses.evening_gown, "Evening Gown", "evening", "satin|velvet|sequin", 190, 490, ALL_YEAR, True),
    ),
    *_kinds(
        "bottoms",
        (bottoms.track_pants, "Joggers", "sporty", "jersey|nylon", 40, 80, ALL_YEAR, True),
        (bottoms.running_shorts, "Shorts", "sporty", "nylon|mesh", 25, 50, SUMMER, True),
        (bottoms.tennis_skirt, "Mini Skirt", "sporty", "jersey|mesh", 30, 60, SUMMER, True),
        (bottoms.jeans, "Jeans", "casual", "denim", 50, 120, ALL_YEAR, False),
        (bottoms.chinos, "Trousers", "casual", "cotton|canvas", 45, 95, ALL_YEAR, True),
        (bottoms.denim_shorts, "Shorts", "casual", "denim", 35, 70, SUMMER, False),
        (bottoms.wide_trousers, "Trousers", "boho", "chiffon|cotton", 55, 110, ALL_YEAR, True),
        (bottoms.tiered_skirt, "Maxi Skirt", "boho", "chiffon|cotton", 50, 120, ALL_YEAR, True),
        (bottoms.tailored_trousers, "Trousers", "business", "suiting|wool", 80, 170, ALL_YEAR, True),
        (bottoms.pencil_skirt, "Midi Skirt", "business", "suiting|wool", 65, 140, ALL_YEAR, True),
        (bottoms.satin_skirt, "Midi Skirt", "evening", "satin|velvet", 80, 190, ALL_YEAR, True),
        (bottoms.sequin_skirt, "Mini Skirt", "evening", "sequin", 70, 160, ALL_YEAR, False),
    ),
    *_kinds(
        "tops",
        (tops.sports_top, "Sports Top", "sporty", "mesh|jersey", 22, 55, ALL_YEAR, True),
        (tops.hoodie, "Hoodie", "sporty", "jersey", 45, 95, ALL_YEAR, True),
        (tops.t_shirt, "T-Shirt", "casual", "jersey|cotton", 15, 45, ALL_YEAR, True),
        (tops.polo, "T-Shirt", "casual", "jersey", 30, 70, ALL_YEAR, True),
        (tops.jumper, "Jumper", "casual", "knit|cable", 50, 130, WINTER, True),
        (tops.peasant_blouse, "Blouse", "boho", "chiffon|cotton", 45, 100, ALL_YEAR, True),
        (tops.crochet_top, "Crochet Top", "boho", "crochet", 40, 85, SUMMER, True),
        (tops.shirt, "Shirt", "business", "cotton", 50, 120, ALL_YEAR, True),
        (tops.bow_blouse, "Blouse", "business", "satin|chiffon", 60, 130, ALL_YEAR, True),
        (tops.camisole, "Camisole", "evening", "satin", 45, 110, ALL_YEAR, True),
        (tops.sequin_top, "Party Top", "evening", "sequin", 60, 150, ALL_YEAR, False),
    ),
    *_kinds(
        "outerwear",
        (outerwear.windbreaker, "Windbreaker", "sporty", "nylon", 60, 140, ALL_YEAR, True),
        (outerwear.puffer, "Puffer Jacket", "sporty", "down", 90, 260, WINTER, True),
        (outerwear.denim_jacket, "Denim Jacket", "casual", "denim", 65, 140, ALL_YEAR, False),
        (outerwear.parka, "Parka", "casual", "cotton|canvas", 100, 250, WINTER, False),
        (outerwear.cardigan, "Cardigan", "casual", "knit|cable", 55, 130, ALL_YEAR, True),
        (outerwear.fringed_jacket, "Suede Jacket", "boho", "suede", 120, 320, ALL_YEAR, False),
        (outerwear.kimono, "Kimono", "boho", "chiffon|cotton", 50, 120, SUMMER, True),
        (outerwear.blazer, "Blazer", "business", "suiting|wool", 110, 290, ALL_YEAR, True),
        (outerwear.wool_coat, "Coat", "business", "wool", 170, 420, WINTER, True),
        (outerwear.trench_coat, "Coat", "business", "cotton", 150, 350, ALL_YEAR, False),
        (outerwear.tuxedo_jacket, "Blazer", "evening", "velvet|satin", 150, 360, ALL_YEAR, True),
        (outerwear.fur_jacket, "Fur Jacket", "evening", "fur", 140, 390, WINTER, False),
    ),
    *_kinds(
        "shoes",
        (shoes.trainers, "Trainers", "sporty", "mesh|nylon", 60, 160, ALL_YEAR, True),
        (shoes.winter_boots, "Snow Boots", "sporty", "nylon", 80, 170, WINTER, False),
        (shoes.canvas_shoes, "Canvas Shoes", "casual", "canvas", 35, 85, ALL_YEAR, True),
        (shoes.ankle_boots, "Ankle Boots", "casual", "leather|suede", 80, 190, ALL_YEAR, False),
        (shoes.fringed_boots, "Ankle Boots", "boho", "suede", 90, 200, ALL_YEAR, False),
        (shoes.gladiator_sandals, "Sandals", "boho", "leather|suede", 50, 120, SUMMER, False),
        (shoes.loafers, "Loafers", "business", "leather", 90, 210, ALL_YEAR, False),
        (shoes.court_shoes, "Court Shoes", "business", "leather|suede", 80, 190, ALL_YEAR, False),
        (shoes.heeled_sandals, "Sandals", "evening", "satin|patent", 90, 240, ALL_YEAR, False),
        (shoes.stilettos, "Court Shoes", "evening", "patent|satin|sequin", 100, 290, ALL_YEAR, False),
    ),
    *_kinds(
        "bags",
        (bags.gym_bag, "Sports Bag", "sporty", "nylon", 35, 90, ALL_YEAR, True),
        (bags.sports_backpack, "Backpack", "sporty", "nylon", 40, 110, ALL_YEAR, True),
        (bags.backpack, "Backpack", "casual", "canvas", 45, 120, ALL_YEAR, True),
        (bags.tote, "Tote", "casual", "canvas", 20, 60, ALL_YEAR, True),
        (bags.fringed_hobo, "Shoulder Bag", "boho", "suede", 70, 180, ALL_YEAR, False),
        (bags.bucket_bag, "Shoulder Bag", "boho", "straw|crochet", 45, 110, ALL_YEAR, True),
        (bags.briefcase, "Handbag", "business", "leather", 130, 340, ALL_YEAR, False),
        (bags.handbag, "Handbag", "business", "leather", 110, 320, ALL_YEAR, True),
        (bags.clutch, "Clutch", "evening", "satin|sequin|patent", 50, 160, ALL_YEAR, True),
        (bags.evening_bag, "Clutch", "evening", "satin|velvet", 55, 170, ALL_YEAR, True),
    ),
    *_kinds(
        "jewellery",
        (jewellery.sports_watch, "Watch", "sporty", "rubber", 60, 220, ALL_YEAR, False),
        (jewellery.cord_bracelet, "Bracelet", "casual", "cotton", 10, 35, ALL_YEAR, False),
        (jewellery.hoop_earrings, "Earrings", "casual", "patent", 10, 40, ALL_YEAR, False),
        (jewellery.tassel_earrings, "Earrings", "boho", "cotton", 15, 50, ALL_YEAR, False),
        (jewellery.bead_necklace, "Necklace", "boho", "cotton", 20, 60, ALL_YEAR, False),
        (jewellery.bangle, "Bracelet", "boho", "leather", 20, 70, ALL_YEAR, False),
        (jewellery.dress_watch, "Watch", "business", "leather", 110, 390, ALL_YEAR, False),
        (jewellery.pearl_necklace, "Necklace", "business", "patent", 60, 240, ALL_YEAR, False),
        (jewellery.drop_earrings, "Earrings", "evening", "gem", 40, 180, ALL_YEAR, False),
        (jewellery.statement_necklace, "Necklace", "evening", "gem", 60, 260, ALL_YEAR, False),
    ),
    *_kinds(
        "hats",
        (hats.baseball_cap, "Cap", "sporty", "cotton|nylon", 18, 40, ALL_YEAR, True),
        (hats.sun_visor, "Cap", "sporty", "cotton|nylon", 15, 35, SUMMER, False),
        (hats.beanie, "Beanie", "casual", "knit|cable", 15, 45, WINTER, True),
        (hats.bucket_hat, "Bucket Hat", "casual", "cotton|canvas", 20, 45, ALL_YEAR, True),
        (hats.floppy_hat, "Wide-Brim Hat", "boho", "felt", 40, 90, ALL_YEAR, False),
        (hats.straw_hat, "Wide-Brim Hat", "boho", "straw", 30, 70, SUMMER, False),
        (hats.fedora, "Felt Hat", "business", "felt", 45, 110, ALL_YEAR, False),
        (hats.beret, "Felt Hat", "business", "felt|wool", 30, 70, ALL_YEAR, False),
        (hats.fascinator, "Fascinator", "evening", "satin|velvet", 40, 120, ALL_YEAR, False),
    ),
    *_kinds(
        "scarves",
        (scarves.tube_scarf, "Tube Scarf", "sporty", "jersey", 12, 30, ALL_YEAR, True),
        (scarves.knitted_scarf, "Knitted Scarf", "casual", "knit|cable", 25, 70, WINTER, True),
        (scarves.fringed_shawl, "Shawl", "boho", "chiffon|cotton", 30, 80, ALL_YEAR, True),
        (scarves.silk_scarf, "Silk Scarf", "business", "satin", 40, 130, ALL_YEAR, True),
        (scarves.stole, "Shawl", "evening", "satin|velvet", 50, 150, ALL_YEAR, False),
    ),
    *_kinds(
        "sunglasses",
        (sunglasses.sport_glasses, "Sunglasses", "sporty", "rubber", 40, 160, ALL_YEAR, False),
        (sunglasses.wayfarers, "Sunglasses", "casual", "rubber", 20, 110, ALL_YEAR, False),
        (sunglasses.round_glasses, "Sunglasses", "boho", "rubber", 25, 110, ALL_YEAR, False),
        (sunglasses.browline, "Sunglasses", "business", "rubber", 50, 190, ALL_YEAR, False),
        (sunglasses.cat_eye, "Sunglasses", "evening", "patent", 50, 210, ALL_YEAR, False),
    ),
    *_kinds(
        "accessories",
        (accessories.sports_socks, "Socks", "sporty", "jersey", 8, 20, ALL_YEAR, False),
        (accessories.headband, "Sweatbands", "sporty", "cotton", 10, 25, ALL_YEAR, False),
        (accessories.canvas_belt, "Belt", "casual", "canvas", 15, 35, ALL_YEAR, False),
        (accessories.mittens, "Gloves", "casual", "knit|cable", 15, 40, WINTER, True),
        (accessories.concho_belt, "Belt", "boho", "suede", 30, 80, ALL_YEAR, False),
        (accessories.leather_belt, "Belt", "business", "leather", 35, 100, ALL_YEAR, False),
        (accessories.tie, "Tie", "business", "satin", 30, 90, ALL_YEAR, True),
        (accessories.sash, "Belt", "evening", "satin", 30, 90, ALL_YEAR, False),
        (accessories.gloves, "Gloves", "evening", "satin|velvet", 35, 110, ALL_YEAR, False),
    ),
)
"""Every kind, by semantic category."""
