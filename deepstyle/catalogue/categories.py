"""Derive an item's semantic category and model from the shop's own words.

Eight languages are understood (``category_terms.toml``). The most specific word wins: of a path of categories the last
name that is known ("Accessories > Handbags" is a bag), and of a title its head, which is the last noun before a comma,
a dash or "with" in English, German and Dutch ("shirt dress with belt", "Hemdblusenkleid"), and the first one in
French, Spanish, Italian, Portuguese and Polish ("robe chemise", "bolso de mano").
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from deepstyle.catalogue.category_terms import (
    GENERIC,
    NEUTRAL,
    NEVER,
    NOTHING,
    Match,
    Vocabulary,
    brands,
    broad_words,
    fold,
    other_roots,
    vocabularies,
    words_of,
)
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

_ACCESSORIES: Final = "accessories"
_PATH: Final = re.compile(r"\s*[>\u00bb\u203a|\\]+\s*|::|\s+/\s+(?=.*\s/\s)")
_CLAUSE: Final = re.compile(r"[,;:()\[\]{}•·!?/\"“”„]+|\s[-\u2013\u2014&+~*]+\s|\s[-\u2013\u2014]|[\u2013\u2014]\s")
_MODEL: Final = re.compile(r"(\d+)-[0-9A-Z]+")


def semantic_category(*texts: str) -> str:
    """The semantic category that the first recognised text names, ``""`` where none does.

    A general word ("Accessories") counts only where no other text says more. A text that names something that is no
    garment ("hat box", "perfume") ends the search: what follows is its description.
    """
    fallback = ""
    for text in texts:
        name = text.strip().lower()
        if name in SEMANTIC_CATEGORIES and name != _ACCESSORIES:
            return name
        kind = GENERIC if name == _ACCESSORIES else kind_of(text)
        if kind == NOTHING:
            return ""
        if kind and kind != GENERIC:
            return kind
        fallback = fallback or (_ACCESSORIES if kind else "")
    return fallback


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str:
    """A semantic category, ``nothing`` for what is no garment, ``generic`` for a general word, or ``""``."""
    folded = brands().sub(" ", fold(text))
    words = words_of(folded)
    order = _languages(text.casefold(), words)
    if any(match.kind == NEVER for match in order[0].matches(words)):
        return NOTHING
    path = _PATH.split(folded)
    if len(path) > 1 and path[0].strip() in other_roots():
        return NOTHING
    general = ""
    for segment in reversed(path):
        kind = _named(segment, order)
        if kind and kind != GENERIC:
            return kind
        general = general or kind
    return general


def model_of(item_id: str) -> str:
    """The model in an id such as ``41085800-02`` or ``43063724-OR`` (model, hyphen, colour), else ``""``."""
    shape = _MODEL.fullmatch(item_id)
    return shape[1] if shape else ""


def _languages(text: str, words: Sequence[str]) -> list[Vocabulary]:
    """The vocabularies, that of the text's language first: the one that knows most of its words."""
    return sorted(vocabularies().values(), key=lambda one: one.evidence(text, words), reverse=True)


def _named(segment: str, order: Sequence[Vocabulary]) -> str:
    """What ``segment`` names, in the first language that knows anything specific in it."""
    clauses = [words for clause in _CLAUSE.split(segment) if (words := words_of(clause))]
    general = ""
    for vocabulary in order:
        heads = [head for words in clauses for head in _heads(words, vocabulary)]
        specific = [head for head in heads if head != GENERIC]
        if specific:
            return specific[0]
        general = general or next(iter(heads), "")
    return "" if any(word in broad_words() for words in clauses for word in words) else general


def _heads(words: Sequence[str], vocabulary: Vocabulary) -> Iterator[str]:
    """The kind of the head of each piece of ``words``: what it is, then the details that "with" or "in" introduces."""
    matches = vocabulary.matches(words)
    cuts = [
        at for at, word in enumerate(words) if word in vocabulary.cuts and not any(_covers(one, at) for one in matches)
    ]
    for start, end in itertools.pairwise([-1, *cuts, len(words)]):
        inside = [one for one in matches if start < one.start and one.end <= end and one.kind != NEUTRAL]
        if not vocabulary.head_is_first:
            inside = [one for one in reversed(inside) if one.kind != NOTHING or one.end == end]
        yield from (one.kind for one in inside[:1])


def _covers(match: Match, at: int) -> bool:
    return match.start <= at < match.end
