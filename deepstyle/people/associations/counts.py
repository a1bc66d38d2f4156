"""How many people have two articles, or two groups of articles, in their baskets; what few have is left out.

A person counts once for each pair, however often she buys it: so nobody alone decides a count, and taking her out again
is a subtraction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations, groupby

from deepstyle.compatibility.association import (
    LEAST_PEOPLE,
    People,
    Place,
    article_element,
    category_element,
    group_element,
)
from deepstyle.compatibility.wardrobe import clash
from deepstyle.people.associations.baskets import Basket

Pair = tuple[str, str]


def count_people(baskets: Iterable[Basket], places: Mapping[str, Place]) -> People:
    """How many people have each pair, of at least ``LEAST_PEOPLE``; ``baskets`` are ordered by person."""
    counts = Counter[Pair]()
    for _, own in groupby(baskets, key=lambda one: one.client_id):
        counts.update(pairs_of(own, places))
    return _of_enough(counts)


def without(people: People, baskets: Iterable[Basket], places: Mapping[str, Place]) -> People:
    """The counts without one person, whose ``baskets`` were counted."""
    hers = pairs_of(baskets, places)
    return _of_enough({pair: count - (pair in hers) for pair, count in people.items()})


def pairs_of(baskets: Iterable[Basket], places: Mapping[str, Place]) -> set[Pair]:
    """The pairs of elements that one person has, of articles that are worn together.

    Two articles make a pair, their groups, their categories, and each of them with the other's category.
    """
    found = set[Pair]()
    for basket in baskets:
        known = {places[one] for one in basket.item_ids if one in places and places[one].group}
        for one, other in combinations(known, 2):
            category, other_category = category_element(one.group), category_element(other.group)
            if clash(_name(category), _name(other_category)):
                continue
            found.add(_ordered(category, other_category))
            for own, others in (
                (article_element(one.article), article_element(other.article)),
                (group_element(one.group), group_element(other.group)),
            ):
                found |= {_ordered(own, others), _ordered(own, other_category), _ordered(others, category)}
    return found


def _name(category: str) -> str:
    return category.partition(":")[2]


def _ordered(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _of_enough(counts: People) -> People:
    return {pair: count for pair, count in counts.items() if count >= LEAST_PEOPLE}
