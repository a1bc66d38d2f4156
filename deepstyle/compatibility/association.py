"""What people buy and wear together more often than chance: lifts of pairs of articles, and of groups of articles.

An article is a product in one colour, whatever its size. The lift of two is how many people have both, divided by how
many would if what goes with a category were chosen by popularity alone. Few people say little, so that it is drawn
towards the lift of the articles' groups, and that towards 1 (a gamma-Poisson shrinkage: DuMouchel 1999, "Bayesian Data
Mining in Large Frequency Tables"). An article that nobody bought yet has its group's lift. A group is of articles of a
category whose vectors are near.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import group_of
from deepstyle.compatibility.explain import Reason

LEAST_PEOPLE: Final = 5
"""What fewer people have in common is never used: it may tell who they are."""
ARTICLE_STRENGTH, GROUP_STRENGTH = 2.0, 10.0
"""So many expected people weigh as much as what is known without them, of two articles and of two groups."""
MOST_LOG_LIFT: Final = 3.0
MOST_PARTNERS: Final = 50
STEPS: Final = (5, 10, 20, 50, 100, 200, 500, 1000)
"""A reason says the largest of these that so many people reach: exact numbers would tell when one more buys."""
Scores = NDArray[np.float64]
People = Mapping[tuple[str, str], int]
"""How many people have both of two elements, whose names are in order: an article's, a group's or a category's."""


def article_of(item: Item) -> str:
    """What names the article that an item is; "" for a photo."""
    return "\t".join(group_of(item, "colour")).strip("\t")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item belongs: its article, and the group of that, such as ``tops/3``; a group "" has no lifts."""

    article: str
    group: str


def article_element(article: str) -> str:
    """The name of an article among elements."""
    return f"article:{article}"


def category_element(group: str) -> str:
    """The name of the category of a group such as ``tops/3``."""
    return f"category:{group.rpartition('/')[0]}"


def group_element(group: str) -> str:
    """The name of a group among elements."""
    return f"group:{group}"


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """Of a query and N items: what the scores gain (N,) by the lifts, and the ``reasons`` of each."""

    gains: Scores
    reasons: tuple[tuple[Reason, ...], ...]


@dataclass(frozen=True, eq=False)
class Association:
    """Lifts in the space of compatibility vectors named ``space``; a score gains ``weight`` times their logarithm.

    It also gains ``popularity`` times the logarithm of how often an article is chosen with the query's category.
    ``centroids`` (G, D) of unit norm are those of each category's groups; ``people`` are counts of at least
    ``LEAST_PEOPLE``; ``places`` are those of the items that were counted, by id. Safe to call from several threads.
    """

    space: str
    weight: float
    centroids: Mapping[str, NDArray[np.float32]]
    people: People
    places: Mapping[str, Place] = field(default_factory=dict)
    popularity: float = 0.0

    def places_of(self, items: Sequence[Item], vectors: NDArray[np.float32]) -> list[Place]:
        """The places of N items with vectors (N, D) of unit norm, also of items that were not there in training."""
        groups, categories = [""] * len(items), np.array([item.semantic_category for item in items], object)
        for category in dict.fromkeys(categories.tolist()):
            if category in self.centroids:
                rows = np.flatnonzero(categories == category)
                nearest = (vectors[rows] @ self.centroids[category].T).argmax(axis=1)
                for row, number in zip(rows.tolist(), nearest.tolist(), strict=True):
                    groups[row] = f"{category}/{number}"
        return [Place(article_of(item), group) for item, group in zip(items, groups, strict=True)]

    def lifts(self, query: Place, found: Sequence[Place]) -> Lifts:
        """The lifts of a query with N items."""
        pairs = [self._lift(query, other) for other in found]
        logs = np.clip(np.log([lift for lift, _ in pairs]), -MOST_LOG_LIFT, MOST_LOG_LIFT)
        counts = [self.people_with(article_element(one.article), category_element(query.group)) for one in found]
        gains = self.weight * logs + self.popularity * popularity_gains(np.array(counts, np.float64))
        often = [self._often(count) for count in counts]
        return Lifts(gains, tuple(own or other for (_, own), other in zip(pairs, often, strict=True)))

    def people_with(self, one: str, other: str) -> int:
        """How many people have both elements; 0 where they are too few."""
        return self._partners.get(one, {}).get(other, 0)

    def partners(self, query: Place, category: str) -> list[str]:
        """The ids of items of a category that people have together with a query, or with its category, the most first.

        Of at most ``MOST_PARTNERS`` articles each.
        """
        own = self._partners.get(article_element(query.article), {})
        often = self._partners.get(category_element(query.group), {})
        found = dict[str, None]()
        for known in (own, often):
            articles = [one for one in known if one in self._items and self._items[one][0] == category]
            articles.sort(key=lambda one: (-known[one], one))
            found |= dict.fromkeys(item_id for one in articles[:MOST_PARTNERS] for item_id in self._items[one][1])
        return list(found)

    @cached_property
    def _items(self) -> Mapping[str, tuple[str, list[str]]]:
        """The category of each article, and its items."""
        found: dict[str, tuple[str, list[str]]] = {}
        for item_id, place in self.places.items():
            category = place.group.rpartition("/")[0]
            found.setdefault(article_element(place.article), (category, []))[1].append(item_id)
        return found

    @cached_property
    def _partners(self) -> Mapping[str, Mapping[str, int]]:
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (one, other), count in self.people.items():
            found[one][other] = found[other][one] = count
        return dict(found)

    def _lift(self, query: Place, other: Place) -> tuple[float, tuple[Reason, ...]]:
        if not query.group or not other.group:
            return 1.0, ()
        categories = category_element(query.group), category_element(other.group)
        groups = group_element(query.group), group_element(other.group)
        articles = article_element(query.article), article_element(other.article)
        of_groups, group_people = self._shrunk(*groups, categories, 1.0, GROUP_STRENGTH)
        of_articles, people = self._shrunk(*articles, categories, of_groups, ARTICLE_STRENGTH)
        if people and of_articles > 1:
            return of_articles, (Reason("bought_together", {"people": at_least(people)}),)
        if group_people and not people and of_groups > 1:
            return of_articles, (Reason("alike_bought_together", {"people": at_least(group_people)}),)
        return of_articles, ()

    def _often(self, people: int) -> tuple[Reason, ...]:
        return (Reason("often_chosen", {"people": at_least(people)}),) if people and self.popularity else ()

    def _shrunk(
        self, one: str, other: str, categories: tuple[str, str], prior: float, strength: float
    ) -> tuple[float, int]:
        """The lift of two elements, and how many people have both; ``prior`` where that is not known."""
        own, others = self._partners.get(one, {}), self._partners.get(other, {})
        of_categories = self._partners.get(categories[0], {}).get(categories[1], 0)
        people, marginals = own.get(other, 0), own.get(categories[1], 0) * others.get(categories[0], 0)
        if not people or not marginals or not of_categories:  # an item may have another category since
            return prior, 0
        return (people + strength * prior) / (marginals / of_categories + strength), people


def popularity_gains(people: Scores) -> Scores:
    """What articles that so many ``people`` (N,) chose with a category gain; 0 for those that nobody did."""
    return np.asarray(np.log1p(people / LEAST_PEOPLE))


def at_least(people: int) -> int:
    """The largest of ``STEPS`` that ``people``, at least ``LEAST_PEOPLE``, reach."""
    return max(step for step in STEPS if step <= people)
