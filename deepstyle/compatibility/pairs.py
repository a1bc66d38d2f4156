"""The scores of pairs: cosines of the head, lowered by what the catalogue knows of the two items.

A *rule* is about what can be worn at all: no item twice, no more of a category than one person wears, one gender in
one look. A pair that breaks a rule scores ``FORBIDDEN``, the lowest cosine there is. A *conflict* is a matter of taste
that the catalogue's fields show: unrelated colours, two patterns, or summer with winter. Each lowers the pair's score
by ``CONFLICT``.
``explain.concerns`` names both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.explain import colour_family, is_patterned, main_colour
from deepstyle.compatibility.gender import EVERYBODY, wearers
from deepstyle.compatibility.scoring import FORBIDDEN
from deepstyle.compatibility.seasons import season_of, weather
from deepstyle.compatibility.wardrobe import crowded

CONFLICT: Final = 0.25
"""How much one conflict lowers the cosine of a pair (research/looks.md)."""

Matrix = NDArray[np.float32]

_STRONG: Final = ("warm", "cool", "berry")
_WEATHER: Final = ("warm", "cold")
SIGNS: Final = np.array([1, *(-1 for _ in _STRONG), 1, 1, *(-1 for _ in _WEATHER)], np.float32)
"""Two items have as many conflicts as the product of their ``Traits.taste``, with these signs."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What rules and conflicts look at, of N items.

    ``taste`` (N, 8): has a colour that is not neutral, one column for each family of those, is patterned, is for one
    weather alone, one column for each weather; 0 or 1. ``wearers`` (N,) is the bit mask of who wears it, ``key`` (N,)
    a number for the item, 0 for a photo.
    """

    taste: Matrix
    wearers: NDArray[np.int64]
    key: NDArray[np.int64]

    def __getitem__(self, at: Any) -> Self:
        return type(self)(self.taste[at], self.wearers[at], self.key[at])


def traits_of(items: Sequence[Item], *, mixed_genders: bool = False) -> Traits:
    """The traits of items, (N,); with ``mixed_genders`` everybody wears everything.

    Of a photo nothing is known, so that it breaks no rule and has no conflict.
    """
    return Traits(
        np.array([_taste(item) for item in items], np.float32).reshape(-1, len(SIGNS)),
        np.array([EVERYBODY if mixed_genders else wearers(item.gender) for item in items], np.int64),
        np.array([hash(item.item_id) if item.item_id else 0 for item in items], np.int64),
    )


def _taste(item: Item) -> list[bool]:
    family, worn_in = colour_family(main_colour(item)), weather(season_of(item))
    colours = [family in _STRONG, *(family == name for name in _STRONG)]
    return [*colours, is_patterned(item), worn_in != "", *(worn_in == name for name in _WEATHER)]


def conflicts(one: Traits, other: Traits) -> Matrix:
    """How many conflicts each of A items has with each of B, (A, B): colours, patterns, seasons.

    Here and below, leading axes are broadcast.
    """
    # Two strong colours conflict, but for those of one family, and so do two weathers; in one product, because
    # catalogues are large.
    return np.asarray((one.taste * SIGNS) @ np.swapaxes(other.taste, -1, -2), np.float32)


def forbidden(one: Traits, other: Traits) -> NDArray[np.bool_]:
    """Whether each pair breaks a rule that concerns the two alone, (A, B): one item twice, or nobody wears both."""
    keys = one.key[..., :, None]
    unworn = (one.wearers[..., :, None] & other.wearers[..., None, :]) == 0
    return np.asarray(unworn | ((keys == other.key[..., None, :]) & (keys != 0)), bool)


def lowered(cosines: Matrix, one: Traits, other: Traits) -> Matrix:
    """The scores of the pairs, (A, B), from their ``cosines``."""
    scores = cosines - np.float32(CONFLICT) * conflicts(one, other)
    return np.asarray(np.where(forbidden(one, other), np.float32(FORBIDDEN), scores), np.float32)


def candidate_scores(items: Sequence[Item], vectors: Matrix, *, mixed_genders: bool = False) -> Matrix:
    """The scores of all pairs, (n, n), of items with vectors (n, D) of unit norm; the diagonal has no meaning.

    Categories may repeat: each outfit will have a few of the items.
    """
    traits = traits_of(items, mixed_genders=mixed_genders)
    return lowered(np.asarray(vectors @ vectors.T, np.float32), traits, traits)


def pair_scores(items: Sequence[Item], vectors: Matrix, *, mixed_genders: bool = False) -> Matrix:
    """As ``candidate_scores`` for the pieces of one outfit, of which no category may have too many."""
    scores = candidate_scores(items, vectors, mixed_genders=mixed_genders)
    names = np.array([item.semantic_category for item in items], str)
    too_many = np.isin(names, sorted(crowded(names.tolist())))
    scores[(names[:, None] == names) & too_many] = FORBIDDEN
    return scores


def has_conflict(items: Sequence[Item]) -> bool:
    """Whether any two of an outfit's pieces have a conflict."""
    return bool(conflict_matrix(items).any())


def conflict_matrix(items: Sequence[Item]) -> Matrix:
    """How many conflicts each pair of an outfit has: (n, n), 0 on the diagonal."""
    traits = traits_of(items)
    counts = conflicts(traits, traits)
    np.fill_diagonal(counts, 0)
    return counts


def breaks_rule(between: Matrix) -> bool:
    """Whether two different pieces of an outfit break a rule, from the scores of its pairs."""
    return bool((between[np.triu_indices(len(between), 1)] <= FORBIDDEN).any())
