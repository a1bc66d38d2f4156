"""Distinct filters of a drawn catalogue, as visitors combine them."""

import numpy as np

from bench.growth_rows.catalogue import BRANDS, CATEGORY_SHARES, COLOURS, FINE_PER_CATEGORY, SEASONS
from deepstyle.catalogue.item import ItemFilter


def distinct_filters(count: int) -> list[ItemFilter]:
    """``count`` filters, none twice: a category, a fine category, a brand, colours, prices, and pairs of them."""
    random = np.random.default_rng(3)
    found: dict[ItemFilter, None] = {}
    while len(found) < count:
        found[_drawn(random)] = None
    return list(found)


def _drawn(random: np.random.Generator) -> ItemFilter:
    category = str(random.choice(list(CATEGORY_SHARES)))
    brand = f"Brand {min(BRANDS - 1, int(random.zipf(1.3)) - 1):04d}"
    low = float(random.integers(10, 80))
    colours = tuple(str(colour) for colour in random.choice(COLOURS, 2, replace=False))
    kind = int(random.integers(6))
    if kind == 0:
        return ItemFilter(semantic_categories=(category,), price_min=low)
    if kind == 1:
        return ItemFilter(categories=(f"{category} {random.integers(FINE_PER_CATEGORY):02d}",), price_max=low + 50)
    if kind == 2:
        return ItemFilter(brands=(brand,), price_min=low)
    if kind == 3:
        return ItemFilter(colours=colours, genders=("women",), price_max=low + 100)
    if kind == 4:
        return ItemFilter(semantic_categories=(category,), colours=colours)
    return ItemFilter(brands=(brand,), seasons=(str(random.choice(SEASONS)),), price_min=low, price_max=low + 60)
