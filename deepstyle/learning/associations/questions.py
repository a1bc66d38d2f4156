"""Questions about a later time: given what a person bought, which item of a category did she buy with it?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.association import (
    MOST_PARTNERS,
    Association,
    Place,
    article_element,
    category_element,
    popularity_gains,
)
from deepstyle.compatibility.mapping import MappingInput
from deepstyle.compatibility.pairs import lowered
from deepstyle.compatibility.scoring import FORBIDDEN, Rows
from deepstyle.compatibility.stylist import WIDE
from deepstyle.compatibility.wardrobe import clash
from deepstyle.learning.ranking.evaluate import dcg
from deepstyle.people.associations.baskets import Basket

MOST_CANDIDATES: Final = 500
OF_A_PERSON: Final = 12
"""So many questions of a person, at most: nobody alone decides."""
MOST_QUESTIONS: Final = 4_000
Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Known:
    """The catalogue in the space of compatibility vectors: its N items, in the order of their rows."""

    inputs: MappingInput
    items: Sequence[Item]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each item."""
        return {item_id: row for row, item_id in enumerate(self.inputs.item_ids)}

    @cached_property
    def candidates(self) -> Mapping[str, Rows]:
        """An even sample of each category's rows."""
        names = np.array(self.inputs.categories, object)
        found = {name: np.flatnonzero(names == name) for name in dict.fromkeys(self.inputs.categories)}
        return {name: rows[:: 1 + len(rows) // MOST_CANDIDATES] for name, rows in found.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A query's row, the rows (N,) of candidates of one category, and the ``gains`` (N,): 1 for what was bought."""

    client_id: str
    query: int
    candidates: Rows
    gains: Scores


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What is known of a question's N candidates: the head's scores, who bought them, and the lifts' logarithms.

    ``together`` and ``popularity`` (N,) are people who have the candidate with the query, and with its category.
    ``lifts`` and ``often``, the logarithm of the latter as suggestions use it, are 0 where a rule is broken. Only what
    ``is_seen`` is a candidate of a suggestion.
    """

    question: Question
    head: Scores
    together: Scores
    popularity: Scores
    lifts: Scores
    often: Scores
    is_seen: NDArray[np.bool_]


def questions_of(baskets: Sequence[Basket], known: Known) -> list[Question]:
    """The questions of baskets that are ordered by person; an even sample of them where there are many."""
    found = list[Question]()
    for _, own in groupby(baskets, key=lambda one: one.client_id):
        of_person = [question for basket in own for question in _of_basket(basket, known)]
        found += of_person[:: 1 + len(of_person) // OF_A_PERSON]
    return found[:: 1 + len(found) // MOST_QUESTIONS]


def answered(question: Question, known: Known, places: Sequence[Place], association: Association) -> Answered:
    """What suggestions would know of the candidates; the association's weight is 1, that of popularity 0."""
    inputs, rows = known.inputs, question.candidates
    cosines = inputs.vectors[[question.query]] @ inputs.vectors[rows].T
    head = lowered(cosines, inputs.traits[[question.query]], inputs.traits[rows])[0].astype(np.float64)
    own, others = places[question.query], [places[row] for row in rows]
    mine, theirs = article_element(own.article), [article_element(one.article) for one in others]
    together = np.array([association.people_with(mine, one) for one in theirs], np.float64)
    category = category_element(own.group)
    popularity = np.array([association.people_with(one, category) for one in theirs], np.float64)
    is_often = (popularity > 0) & (_places_by(popularity) < MOST_PARTNERS)
    is_seen = (_places_by(cosines[0]) < WIDE) | (together > 0) | is_often
    lifts, often = np.zeros(len(rows)), np.zeros(len(rows))
    worn = np.flatnonzero(is_seen & (head > FORBIDDEN))
    lifts[worn] = association.lifts(own, [others[at] for at in worn]).gains
    often[worn] = popularity_gains(popularity[worn])
    return Answered(question, head, together, popularity, lifts, often, is_seen)


def dcg_of(one: Answered, *keys: Scores) -> float:
    """DCG@10 of the order by ``keys``, the first one first."""
    return dcg(one.question.gains[np.lexsort(tuple(-key for key in reversed(keys)))])


def _places_by(values: NDArray[np.floating]) -> Rows:
    return np.argsort(np.argsort(-values, kind="stable"), kind="stable")


def _of_basket(basket: Basket, known: Known) -> Iterator[Question]:
    rows = [known.rows[one] for one in basket.item_ids if one in known.rows]
    for query in rows:
        own = known.inputs.categories[query]
        bought = [row for row in rows if known.inputs.products[row] != known.inputs.products[query]]
        categories = dict.fromkeys(known.inputs.categories[row] for row in bought)
        for category in (one for one in categories if own and one and not clash(own, one)):
            wanted = [row for row in bought if known.inputs.categories[row] == category]
            candidates = np.union1d(known.candidates[category], wanted)
            yield Question(basket.client_id, query, candidates, np.isin(candidates, wanted).astype(np.float64))
