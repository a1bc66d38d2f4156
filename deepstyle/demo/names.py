"""Invented brands, titles and prices."""

import random
from typing import Final

BRANDS: Final = (
    *("Aldermoor", "Birk & Vane", "Casa Luneta", "Dunmere", "Elvika", "Fennmark", "Grisette", "Halvorsund"),
    *("Ilmari Studio", "Juniper Quay", "Kestrel Lane", "Lomvi", "Maren Holt", "Nordelle", "Ottavia Renn", "Pellingham"),
)
"""None of them exists; a brand says nothing about an item's style, so that only the picture does."""

CURRENCY: Final = "EUR"


def title(brand: str, colour: str, pattern: str, category: str) -> str:
    """For example ``Lomvi Navy Striped Shirt``."""
    words = (brand, colour.title(), "" if pattern == "plain" else pattern.title(), category)
    return " ".join(word for word in words if word)


def price(dice: random.Random, low: int, high: int) -> float:
    """A shop's price in the range, ending in .95 or .00."""
    return float(dice.randint(low, high)) - dice.choice([0.0, 0.05])
