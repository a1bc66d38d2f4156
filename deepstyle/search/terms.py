"""The words of a query as the terms that a store looks for: synonyms, other spellings, parts of compounds, typos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deepstyle.search.catalogue_words import CatalogueWords
from deepstyle.search.lexicon import GERMAN_WEARERS, Lexicon, Words
from deepstyle.search.typos import corrections
from deepstyle.store.words import MAX_FORMS, Term, tokens

_UMLAUT_PAIRS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms, and the words that were taken for others: what was typed → what was searched for."""

    terms: tuple[Term, ...]
    corrected: Mapping[str, str]
    unknown: tuple[str, ...]


def terms_of(words: Sequence[str], catalogue: CatalogueWords, lexicon: Lexicon) -> Terms:
    """Each word, or the longest known phrase, as one term with the forms that occur in the catalogue."""
    found: list[Term] = []
    corrected: dict[str, str] = {}
    unknown: list[str] = []
    at = 0
    while at < len(words):
        end = _phrase_end(words, at, lexicon)
        phrase = tuple(words[at:end])
        forms = _forms(phrase, catalogue, lexicon)
        if not forms and len(phrase) == 1:
            guesses = corrections(phrase[0], catalogue.counts, _known_words(lexicon))
            forms = [form for guess in guesses for form in _forms((guess,), catalogue, lexicon)]
            if forms:
                corrected[phrase[0]] = next(iter(guesses))
        if not forms:
            unknown.append(" ".join(phrase))
        found.append(Term(tuple(dict.fromkeys(forms or [" ".join(phrase)]))[:MAX_FORMS]))
        at = end
    return Terms(tuple(found), corrected, tuple(unknown))


def _phrase_end(words: Sequence[str], start: int, lexicon: Lexicon) -> int:
    for end in range(min(len(words), start + lexicon.longest), start + 1, -1):
        if tuple(words[start:end]) in lexicon.group_of:
            return end
    return start + 1


def _forms(phrase: Words, catalogue: CatalogueWords, lexicon: Lexicon) -> list[str]:
    """The forms of a phrase that occur in the catalogue: its own, its synonyms', and those of a compound's head."""
    written = [phrase, *_other_spellings(phrase)]
    parts = lexicon.parts(phrase[0]) if len(phrase) == 1 else ()
    if parts and (parts[0] in GERMAN_WEARERS or lexicon.values.get(parts[:1])):
        written.append(parts[1:])  # the rest of the compound is a condition
    elif parts:
        written += [parts, parts[1:]]
    texts = [text for words in written for text in lexicon.synonyms(words)]
    spelled = [form for text in dict.fromkeys(texts) for form in _plurals(text)]
    return [form for form in dict.fromkeys(spelled) if all(token in catalogue.counts for token in tokens(form))]


@lru_cache(maxsize=8192)
def _plurals(text: str) -> tuple[str, ...]:
    """A phrase with the endings that its last word may have or lose."""
    words = tokens(text)
    if not words:
        return ()
    last = words[-1]
    endings = ("", "s", "es", "e", "en", "n", "er")
    longer = [last + ending for ending in endings]
    shorter = [last[: -len(ending)] for ending in endings[1:] if last.endswith(ending) and len(last) - len(ending) > 3]
    return tuple(" ".join((*words[:-1], form)) for form in [*longer, *shorter])


def _other_spellings(phrase: Words) -> list[Words]:
    """``maentel`` as ``mantel``: umlauts that were typed as two letters."""
    text = " ".join(phrase)
    for pair, letter in _UMLAUT_PAIRS:
        text = text.replace(pair, letter)
    other = tuple(text.split())
    return [other] if other != phrase else []


@lru_cache(maxsize=8)
def _known_words(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(words[0] for words in lexicon.group_of if len(words) == 1)
