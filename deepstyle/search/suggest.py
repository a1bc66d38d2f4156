"""Suggestions while a person types: brands, kinds and words of the catalogue that go on with what was typed."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from deepstyle.search.catalogue_words import CatalogueWords
from deepstyle.search.lexicon import Lexicon
from deepstyle.search.typos import corrections
from deepstyle.search.understand import cleaned, understand
from deepstyle.store.words import tokens

Kind = Literal["brand", "word", "synonym"]


@dataclass(frozen=True, slots=True)
class TextSuggestion:
    """What may be typed: the whole ``text``, and what its last part is."""

    text: str
    kind: Kind


def suggest_texts(text: str, words: CatalogueWords, lexicon: Lexicon, k: int = 8) -> list[TextSuggestion]:
    """At most ``k`` ways to go on with ``text``: its last word completed, or corrected where nothing begins with it.

    Words before that are corrected as a search corrects them, where the first letter is right.
    """
    typed = cleaned(text)
    spelled = tokens(typed)
    if not spelled:
        return []
    before = _corrected(typed[: len(typed) - len(typed.split()[-1])], words, lexicon)
    found: dict[str, TextSuggestion] = {}
    for ending, kind in _endings(spelled[-1], words, lexicon):
        whole = before + ending
        found.setdefault(whole.casefold(), TextSuggestion(whole, kind))
        if len(found) >= k:
            break
    return list(found.values())


def _corrected(text: str, words: CatalogueWords, lexicon: Lexicon) -> str:
    for mistyped, meant in understand(text, words, lexicon).corrected if text else ():
        if mistyped[0] == meant[0]:  # else a name that the shop does not have becomes another word
            text = re.sub(rf"\b{re.escape(mistyped)}\b", meant, text, flags=re.IGNORECASE)
    return text


def _endings(start: str, words: CatalogueWords, lexicon: Lexicon) -> Iterator[tuple[str, Kind]]:
    """What begins with ``start``: brands, then words by how many items have them, then words for kinds of garments."""
    for phrase, name in words.brands.items():
        if any(word.startswith(start) for word in (phrase if len(start) > 1 else phrase[:1])):
            yield name, "brand"
    begun = _beginning(words.ordered, start)
    for word in sorted((one for one in begun if len(one) > 1), key=lambda one: (-words.counts[one], one)):
        yield word, "word"
    for phrase in lexicon.group_of:
        if phrase[0].startswith(start) and len(phrase[0]) > len(start) and phrase[0] in words.counts:
            yield " ".join(phrase), "synonym"
    if not begun:
        for word in corrections(start, words.counts, words.spellings):
            yield word, "word"


def _beginning(ordered: tuple[str, ...], start: str) -> tuple[str, ...]:
    return ordered[bisect_left(ordered, start) : bisect_left(ordered, start + "\uffff")]
