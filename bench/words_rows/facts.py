"""What is true of a row, apart from its title, and how well that answers what a query asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.words_rows.vocabulary import NEAR_COLOURS, is_a, is_near

KIDS: Final = ("girls", "boys")
RIGHT, CLOSE, PARTLY, WRONG = 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class Facts:
    """The truth about one row; ``colour`` is empty where the picture does not show one clearly."""

    type: str
    colour: str
    tone: str
    gender: str
    brand: str
    price: float
    size: str
    material: str


Asked = Mapping[str, str]
"""What a query asks for: ``type``, ``colour``, ``tone``, ``gender``, ``brand``, ``size``, ``material``, ``price_max``,
``price_min``; several values of one are joined by ``|``."""


def grade(facts: Facts, asked: Asked) -> int:
    """RIGHT where all that is asked for holds, CLOSE where one part nearly does, PARTLY where one does not, else WRONG.

    Another type or another gender is WRONG whatever else holds, and so is a row of which nothing holds.
    """
    held = {name: max(_holds(facts, name, value) for value in values.split("|")) for name, values in asked.items()}
    missing = sum(1 - value for value in held.values())
    if held.get("type") == 0 or held.get("gender") == 0 or missing >= len(held):
        return WRONG
    return RIGHT if missing == 0 else CLOSE if missing <= 0.5 else PARTLY if missing <= 1 else WRONG


def _holds(facts: Facts, name: str, value: str) -> float:
    """1 where it does, .5 where it nearly does, else 0."""
    if name == "type":
        return 1 if is_a(facts.type, value) else 0.5 if is_near(facts.type, value) else 0
    if name == "colour":
        return 1 if facts.colour == value else 0.5 if facts.colour in NEAR_COLOURS.get(value, ()) else 0
    if name == "gender":
        return float(facts.gender in (value, "unisex") or (value == "kids" and facts.gender in KIDS))
    if name == "price_max":
        return float(facts.price <= float(value))
    if name == "price_min":
        return float(facts.price >= float(value))
    return float(getattr(facts, name) == value)
