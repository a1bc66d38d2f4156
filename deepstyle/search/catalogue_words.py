"""What a catalogue itself calls things: its brands, colours and materials, as the words of a query may name them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from deepstyle.search.lexicon import Lexicon, Words
from deepstyle.search.typos import by_length
from deepstyle.store.base import ItemFilter, Store
from deepstyle.store.words import tokens

MAX_VALUES: Final = 20_000
_LEAST_MODIFIER: Final = 3
_LEAST_HEAD: Final = 4
_EVERYTHING: Final = ItemFilter()


@dataclass(frozen=True, eq=False)
class CatalogueWords:
    """The values of a catalogue's fields.

    ``brands`` by their tokens; ``genders`` as they are written; ``colours`` are the catalogue's own texts for each
    colour's code, ``materials`` and ``patterns`` those for each value of the lexicon; ``counts`` as
    ``Store.word_counts``; ``compounds`` are its words that end in one of the lexicon ("bikerjacke" by "jacke"), and
    mean nothing else there.
    """

    brands: Mapping[Words, str] = field(default_factory=dict)
    genders: tuple[str, ...] = ()
    colours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    materials: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    compounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def longest_brand(self) -> int:
        """The most tokens of a brand."""
        return max(map(len, self.brands), default=0)

    @cached_property
    def _brand_reach(self) -> Mapping[str, int]:
        """The most tokens of the brands of several words that begin with a word."""
        found: dict[str, int] = {}
        for brand in self.brands:
            if len(brand) > 1:
                found[brand[0]] = max(len(brand), found.get(brand[0], 0))
        return found

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """The words that are no numbers, in alphabetical order."""
        return tuple(sorted(word for word in self.counts if not word.isdigit()))

    @cached_property
    def spellings(self) -> Mapping[int, Sequence[str]]:
        """The words by length (``typos.by_length``)."""
        return by_length(self.counts)

    def without_brands(self, text: str) -> str:
        """The tokens of a text without those of brands of several words."""
        words, at, kept = tokens(text), 0, list[str]()
        while at < len(words):
            ends = range(min(len(words), at + self._brand_reach.get(words[at], 0)), at + 1, -1)
            end = next((end for end in ends if tuple(words[at:end]) in self.brands), 0)
            kept += [] if end else [words[at]]
            at = end or at + 1
        return " ".join(kept)


@dataclass(frozen=True)
class Said:
    """What a store says of its words: ``facets`` as in ``Facets.counts``, and ``counts`` as ``Store.word_counts``."""

    facets: Mapping[str, Mapping[str, int]]
    counts: Mapping[str, int]


def read_said(store: Store) -> Said:
    """What ``store`` says of its words now; both are the objects of the call before where nothing was written."""
    return Said(store.browse(_EVERYTHING, limit=1).facets.counts, store.word_counts())


def read_catalogue_words(store: Store, lexicon: Lexicon) -> CatalogueWords:
    """The words of all items."""
    return catalogue_words(read_said(store), lexicon)


def catalogue_words(said: Said, lexicon: Lexicon) -> CatalogueWords:
    """What a store ``said`` by the words of ``lexicon``."""
    facets, counts = said.facets, said.counts
    brands = {words: name for name in _first(facets, "brands") if (words := tuple(tokens(name)))}
    return CatalogueWords(
        brands,
        tuple(facets.get("genders", ())),
        by_value(_first(facets, "colours"), "colour", lexicon),
        by_value(_first(facets, "materials"), "material", lexicon),
        by_value(_first(facets, "patterns"), "pattern", lexicon),
        counts,
        read_compounds(counts, lexicon),
    )


def read_compounds(words: Iterable[str], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The German compounds among ``words`` by the longest word of the lexicon that they end in.

    A group begins with its English words, which end in others by chance ("undershirt").
    """
    found: dict[str, list[str]] = {}
    english = {tuple(tokens(phrases[0])) for phrases in lexicon.groups}
    for word in words:
        if (word,) in lexicon.group_of and not lexicon.is_joined(word):
            continue
        ends = (word[at:] for at in range(_LEAST_MODIFIER, len(word) - _LEAST_HEAD + 1))
        head = next((end for end in ends if (end,) in lexicon.group_of), "")
        head = "" if (head,) in english else head
        if head:
            found.setdefault(head, []).append(word)
    return {head: tuple(compounds) for head, compounds in found.items()}


def by_value(texts: list[str], attribute: str, lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """A catalogue's ``texts`` for an attribute by the lexicon's values that they name."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for value in values_in(text, attribute, lexicon):
            found.setdefault(value, []).append(text)
    return {value: tuple(names) for value, names in found.items()}


def values_in(text: str, attribute: str, lexicon: Lexicon) -> list[str]:
    """The lexicon's values of an attribute that a text names, longest phrases first, each word read once.

    The first part of a compound counts too: "Lederjacke" is of leather.
    """
    return values_of(tokens(text), attribute, lexicon)


def values_of(words: Sequence[str], attribute: str, lexicon: Lexicon) -> list[str]:
    """``values_in`` of a text's tokens."""
    found, at = list[str](), 0
    while at < len(words):
        for end in range(min(len(words), at + lexicon.value_reach.get(words[at], 0)), at, -1):
            named = lexicon.values.get(tuple(words[at:end]))
            if named and named[0] == attribute:
                found.append(named[1])
                at = end - 1
                break
        else:
            parts = lexicon.parts(words[at])
            named = lexicon.modifies(parts[0]) if parts else None
            if named and named[0] == attribute:
                found.append(named[1])
        at += 1
    return list(dict.fromkeys(found))


def _first(facets: Mapping[str, Mapping[str, int]], name: str) -> list[str]:
    """The most frequent values of a facet."""
    return list(facets.get(name, {}))[:MAX_VALUES]
