"""Who is to wear it: what words say of that beside a picture or an item ("but for men", "für Damen").

Items that the catalogue has for somebody else are filtered out; of those whose field is empty the title decides, and
what neither says anything of comes after what is said to fit.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.compatibility.gender import EVERYBODY, WEARERS, worn_by
from deepstyle.search.agree import said_wearers
from deepstyle.search.query import Recognised, Understood, Vector
from deepstyle.search.soft import SAID, Probabilities, Soft

WEIGHT: Final = 0.3
UNSAID: Final = 0.8
"""How probable it is that an item fits of which nothing is said."""


def asked_wearers(asked: Sequence[Recognised]) -> int:
    """The groups of people (a mask of ``WEARERS``) that words name; 0 where they name none."""
    names = {str(one.value) for one in asked if one.name == "genders"}
    return EVERYBODY if "unisex" in names else sum(1 << WEARERS.index(name) for name in names)


def for_wearers(understood: Understood, where: ItemFilter, genders: Sequence[str]) -> ItemFilter:
    """``where`` for those whom the words name, unless it names some; ``genders`` are all that the catalogue has."""
    people = asked_wearers(understood.recognised)
    return worn_by(where, people, genders) if people and not where.genders else where


def wearers_of(understood: Understood) -> Sequence[Soft]:
    """That an item is said to be for those whom the words name."""
    people = asked_wearers(understood.recognised)
    if people in (0, EVERYBODY):
        return ()

    def probability(items: Sequence[Item], vectors: Vector) -> Probabilities:
        said = [said_wearers(item) for item in items]
        return np.array([UNSAID if mask == EVERYBODY else SAID if mask & people else 0 for mask in said])

    return (Soft("wearers", WEIGHT, probability),)
