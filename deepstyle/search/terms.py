"""The words of a query as the terms that a store looks for: synonyms, other spellings, parts of compounds, typos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deepstyle.catalogue.category_terms import UMLAUTS, fold
from deepstyle.compatibility.gender import WORN_BY
from deepstyle.search.catalogue_words import CatalogueWords
from deepstyle.search.lexicon import GERMAN_WEARERS, Lexicon, Words
from deepstyle.search.query import Recognised
from deepstyle.store.words import MAX_FORMS, Term, tokens

_UMLAUT_PAIRS: Final = tuple((pair, fold(letter)) for letter, pair in UMLAUTS.items())


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms, and the words that nothing in the catalogue or the lexicon stands for, which are no terms.

    Where no word stands for anything, all are terms.
    """

    terms: tuple[Term, ...]
    unknown: tuple[str, ...]


def terms_of(words: Sequence[str], catalogue: CatalogueWords, lexicon: Lexicon) -> Terms:
    """Each word, or the longest known phrase, as one term with the forms that occur in the catalogue."""
    found: list[Term] = []
    unknown: list[str] = []
    at = 0
    while at < len(words):
        end = _phrase_end(words, at, lexicon)
        phrase = tuple(words[at:end])
        forms = _forms(phrase, catalogue, lexicon)
        if forms:
            found.append(Term(tuple(dict.fromkeys(forms))[:MAX_FORMS]))
        else:
            unknown.append(" ".join(phrase))
        at = end
    return Terms(tuple(found or (Term((phrase,)) for phrase in unknown)), tuple(unknown))


def condition_terms(asked: Sequence[Recognised], catalogue: CatalogueWords, lexicon: Lexicon) -> tuple[Term, ...]:
    """A term for each kind of condition: the words by which the catalogue says that it holds."""
    forms: dict[str, list[str]] = {}
    for one in asked:
        values = (
            lexicon.shades.get(str(one.value), (str(one.value),)) if one.name == "dominant_colours" else (one.value,)
        )
        for value in values:
            forms.setdefault(one.name, []).extend(_said_as(one.name, str(value), catalogue, lexicon))
    return tuple(Term(tuple(dict.fromkeys(found))[:MAX_FORMS]) for found in forms.values() if found)


def _said_as(name: str, value: str, catalogue: CatalogueWords, lexicon: Lexicon) -> Iterator[str]:
    """The catalogue's own words for a value."""
    phrases = (
        ((word,) for word in WORN_BY if value in WORN_BY[word]) if name == "genders" else lexicon.phrases_of(value)
    )
    for phrase in phrases:
        if all(token in catalogue.counts for token in phrase):
            yield " ".join(phrase)


def _phrase_end(words: Sequence[str], start: int, lexicon: Lexicon) -> int:
    for end in range(min(len(words), start + lexicon.longest), start + 1, -1):
        if tuple(words[start:end]) in lexicon.group_of:
            return end
    return start + 1


def _forms(phrase: Words, catalogue: CatalogueWords, lexicon: Lexicon) -> list[str]:
    """The forms of a phrase that occur in the catalogue: its own, its synonyms', and those of a compound's head."""
    written = [phrase, *_other_spellings(phrase)]
    parts = lexicon.parts(phrase[0]) if len(phrase) == 1 else ()
    if parts and (parts[0] in GERMAN_WEARERS or lexicon.modifies(parts[0])):
        written.append(parts[1:])  # the rest of the compound is a condition
    elif parts:
        written += [parts, parts[1:]]
    texts = dict.fromkeys(text for words in written for text in lexicon.synonyms(words))
    spelled = [form for text in texts for form in _plurals(text) if form in texts or (form,) not in lexicon.group_of]
    occurring = [form for form in dict.fromkeys(spelled) if all(token in catalogue.counts for token in tokens(form))]
    return [*occurring, *(word for form in occurring for word in catalogue.compounds.get(form, ()))]


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
    other = tuple(plain_umlauts(word) for word in phrase)
    return [other] if other != phrase else []


def plain_umlauts(word: str) -> str:
    """A token with ``ae``, ``oe`` and ``ue`` as a store's words have them."""
    for pair, letter in _UMLAUT_PAIRS:
        word = word.replace(pair, letter)
    return word
