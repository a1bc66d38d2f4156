"""What a search by words asks a store for, and how words are compared.

Words are compared in lower case and without accents. What a word of a query may stand for (its other spellings, its
synonyms, what a mistyped one was meant to be) is decided before a store is asked: a ``Term`` has all its forms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.catalogue.category_terms import fold, words_of

WORD_FIELDS: Final[Mapping[str, float]] = {
    "title": 10.0,
    "brand": 6.0,
    "category": 6.0,
    "colour": 4.0,
    "material": 3.0,
    "pattern": 3.0,
    "gender": 2.0,
    "description": 1.0,
}
"""The fields whose words are indexed, and what a word counts in each."""
MAX_TERMS: Final = 24
MAX_FORMS: Final = 48
"""So many terms, and so many forms of one, does a store look for; it ignores the others."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: any of its ``forms``, each one or several words, may stand in an item."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordHit:
    """An item with words of the query; ``score`` is higher for a better one, and means nothing beside other queries."""

    item_id: str
    score: float


def tokens(text: str) -> list[str]:
    """The words of a text as they are indexed: without case and accents, ``ß`` as ``ss``.

    >>> tokens("Weiße T-Shirts für Männer")
    ['weisse', 't', 'shirts', 'fur', 'manner']
    """
    return words_of(fold(text))


def usable(terms: Sequence[Term]) -> list[list[tuple[str, ...]]]:
    """Each term's forms as tokens, each once; without those that have none."""
    forms = [dict.fromkeys(tuple(tokens(form)) for form in term.forms[:MAX_FORMS]) for term in terms[:MAX_TERMS]]
    found = [[form for form in one if form] for one in forms]
    return [one for one in found if one]
