"""The words for garments in eight languages (``category_terms.toml``), and how to find them in a text."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.inflections import FIRST_WORD_INFLECTS, forms
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES

NOTHING: Final = "nothing"
"""The kind of a term for a thing that is no garment."""
GENERIC: Final = "generic"
NEVER: Final = "never"
NEUTRAL: Final = "neutral"
EVERYWHERE: Final = "any"
"""Stands for all languages."""
_KINDS: Final = (*SEMANTIC_CATEGORIES, GENERIC, NOTHING, NEVER, NEUTRAL)
_WORD: Final = re.compile(r"[^\W_]+")
_SPECIAL: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
UMLAUTS: Final = MappingProxyType({"ä": "ae", "ö": "oe", "ü": "ue"})
_LEAST_PREFIX: Final = 3

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A term that stands at the words ``start`` to ``end`` of a text, of the ``kind`` that it has in a language."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of one language and of all: kinds by words, heads of compounds, and the words that cut a text off.

    ``reach`` is the number of words of the longest term that begins with a word.
    """

    terms: Mapping[Words, str]
    heads: Mapping[str, str]
    hints: frozenset[str]
    letters: frozenset[str]
    cuts: frozenset[str]
    reach: Mapping[str, int]
    head_is_first: bool

    def evidence(self, text: str, words: Sequence[str]) -> float:
        """How much ``words`` speak for this language, and the letters of the ``text`` that they are of."""
        known = sum(self._weight(words[one.start : one.end]) for one in self.matches(words) if one.kind != NEUTRAL)
        return known + sum(word in self.hints for word in words) + (not self.letters.isdisjoint(text))

    def _weight(self, words: Sequence[str]) -> float:
        return len(words) * (1.5 if tuple(words) in self.terms else 1.0)

    def kind(self, words: Words) -> str:
        """The kind of the term that is exactly ``words``, empty where there is none."""
        return self.terms.get(words) or (self.compound(words[0]) if len(words) == 1 else "")

    def compound(self, word: str) -> str:
        """The kind of the head that ``word`` ends in, empty where it ends in none."""
        for at in range(_LEAST_PREFIX, len(word) - 2):
            if (kind := self.heads.get(word[at:])) is not None:
                return kind
        return ""

    def matches(self, words: Sequence[str]) -> list[Match]:
        """The longest terms in ``words``, from left to right, without overlaps."""
        found, at = [], 0
        while at < len(words):
            match = self._longest_at(words, at)
            found += [match] if match else []
            at = match.end if match else at + 1
        return found

    def _longest_at(self, words: Sequence[str], at: int) -> Match | None:
        for end in range(min(len(words), at + self.reach.get(words[at], 1)), at, -1):
            if kind := self.kind(tuple(words[at:end])):
                return Match(at, end, kind)
        return None


def fold(text: str) -> str:
    """``text`` in lower case and without accents: what terms and texts are compared as."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return decomposed if decomposed.isascii() else "".join(one for one in decomposed if not unicodedata.combining(one))


def words_of(text: str) -> list[str]:
    """The words of a folded text."""
    return _WORD.findall(text)


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def brands() -> re.Pattern[str]:
    """Finds names of brands that contain words for garments ("Jack & Jones"), in a folded text."""
    names = sorted(map(fold, _listed(_data()[EVERYWHERE]["brands"])), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})(?!\w)")


@lru_cache(maxsize=1)
def other_roots() -> frozenset[str]:
    """The first names of paths that lead to no garment, folded."""
    return frozenset(map(fold, _listed(_data()[EVERYWHERE]["other_roots"])))


@lru_cache(maxsize=1)
def broad_words() -> frozenset[str]:
    """Words for clothes in general, folded."""
    return frozenset(words_of(fold(_data()[EVERYWHERE]["broad"])))


@lru_cache(maxsize=1)
def vocabularies() -> Mapping[str, Vocabulary]:
    """The vocabulary of each language, its own meaning of a word before the one that all languages share."""
    shared = _terms(_data()[EVERYWHERE], "en")[0]
    return {
        language: _vocabulary(language, sections, shared)
        for language, sections in _data().items()
        if language != EVERYWHERE
    }


def _vocabulary(language: str, sections: Mapping[str, str], shared: Mapping[Words, str]) -> Vocabulary:
    terms, heads = _terms(sections, language)
    together = {**shared, **terms}
    hints, cuts = (frozenset(words_of(fold(sections.get(name, "")))) for name in ("hints", "cuts"))
    letters, reach = frozenset(sections.get("letters", "")), dict[str, int]()
    for words in together:
        reach[words[0]] = max(len(words), reach.get(words[0], 1))
    return Vocabulary(together, heads, hints, letters, cuts, reach, language in FIRST_WORD_INFLECTS)


def _listed(text: str) -> list[str]:
    return re.split(r",\s+", text.strip()) if text.strip() else []


def spelled_out(text: str) -> str:
    """A lower-case ``text`` with German umlauts as they are written without them.

    >>> spelled_out("gürtel")
    'guertel'
    """
    return "".join(UMLAUTS.get(character, character) for character in text)


def _spellings(texts: Sequence[str]) -> Iterator[str]:
    """``texts``, also with German umlauts as they are written without them: ``guertel``."""
    for text in texts:
        yield text
        if (other := spelled_out(text)) != text:
            yield other


def _terms(sections: Mapping[str, str], language: str) -> tuple[dict[Words, str], dict[str, str]]:
    """Kinds by words, and by the heads of compounds. A form that is a term itself keeps that term's kind."""
    derived: dict[Words, str] = {}
    written: dict[Words, str] = {}
    heads: dict[str, str] = {}
    for kind in _KINDS:
        for text in _spellings(_listed(sections.get(kind, ""))):
            words = tuple(words_of(fold(text)))
            written[words] = kind
            for form in forms(words, language):
                derived.setdefault(form, kind)
                if text.endswith("*"):
                    heads.setdefault(form[-1], kind)
    return {**derived, **written}, heads
