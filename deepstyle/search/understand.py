"""What the words of a query mean, in English and German: conditions, changes, and the words that are left.

The most specific meaning wins: prices and sizes first, then the longest phrase, then what the catalogue itself calls a
brand, then colours, materials and patterns, who wears it, and kinds of garments. Words that say what a thing *is* stay
among the words, so that items whose title has them come first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.item import ItemFilter
from deepstyle.compatibility.gender import WEARERS, wearers
from deepstyle.search.catalogue_words import CatalogueWords
from deepstyle.search.lexicon import GERMAN_WEARERS, Lexicon, Words
from deepstyle.search.prices import price_limit
from deepstyle.search.query import Change, Language, Recognised, Understood
from deepstyle.search.terms import plain_umlauts
from deepstyle.search.typos import corrections
from deepstyle.store.words import tokens

MAX_CHARS: Final = 256
"""So much of a text is read."""
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019]s\b)?")
_SIZE: Final = re.compile(
    r"(?<!\w)(?:(?:sizes?|größe|groesse|grösse|gr\.?)\s*(\d{1,3}(?:[.,]5)?|x{0,4}[sl]|m|one size)|(x{1,4}[sl]))(?!\w)"
)
_GENDER_WORDS: Final = frozenset(
    word
    for words in (
        "women woman womens wmns female ladies lady damen dame frauen frau",
        "men man mens male gentlemen gents herren herr manner mann maenner",
        "girls girl madchen maedchen boys boy jungen junge kids kid children child kinder baby babies toddler unisex",
    )
    for word in words.split()
)
_PLAIN_GENDER: Final = {"manner": "männer", "madchen": "mädchen", "maenner": "männer", "maedchen": "mädchen"}
_JOINS: Final = frozenset({"and", "und", "n"})
"""How "&" in a brand is spoken."""
_BROAD: Final = frozenset({"accessories"})


@dataclass
class _Reading:
    """A query while it is read: its tokens, the characters of each, and what has been understood."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    taken: list[bool]
    recognised: list[Recognised] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unwanted: list[bool] = field(default_factory=list)

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = [True] * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def source(self, start: int, end: int) -> tuple[str, int, int]:
        first, last = self.spans[start][0], self.spans[end - 1][1]
        return self.text[first:last], first, last


def understand(
    text: str, words: CatalogueWords, lexicon: Lexicon, *, has_picture: bool = False, literal: Sequence[str] = ()
) -> Understood:
    """What ``text`` means in a catalogue of ``words``; ``literal`` are recognised texts that are to be words only.

    With a picture, what is named is a change of it. Never raises.
    """
    text = cleaned(text)
    reading = _read(text)
    kept = {one.casefold() for one in literal}
    _prices_and_sizes(reading, kept)
    corrected = _correct(reading, words, lexicon, kept)
    if has_picture:
        _changes(reading, lexicon)
    _negations(reading, lexicon)
    _phrases(reading, words, lexicon, kept, has_picture=has_picture)
    _kinds(reading, lexicon, kept)
    everything = [word for word, gone in zip(reading.words, reading.unwanted, strict=True) if not gone]
    meaningful = tuple(word for word in everything if word not in lexicon.stop)
    left = zip(reading.words, reading.taken, reading.unwanted, strict=True)
    return Understood(
        text,
        _language(text, reading.words, lexicon),
        tuple(word for word, taken, gone in left if not taken and not gone and word not in lexicon.stop),
        meaningful,
        tuple(sorted(reading.recognised, key=lambda one: one.start)),
        tuple(reading.changes),
        corrected,
    )


def cleaned(text: str) -> str:
    """A text without control characters and surrogates, cut to ``MAX_CHARS``."""
    plain = "".join(one if one.isprintable() else " " for one in text[: 4 * MAX_CHARS])
    return " ".join(plain.split())[:MAX_CHARS]


def conditions(understood: Understood, where: ItemFilter, *, names: frozenset[str] | None = None) -> ItemFilter:
    """``where`` with what was recognised, of the filters ``names`` or of all; a condition that it has already stays."""
    found: dict[str, tuple[str, ...] | float] = {}
    for one in understood.recognised:
        if names is not None and one.name not in names:
            continue
        if one.name in ("price_min", "price_max"):
            if getattr(where, one.name) is None:
                found[one.name] = float(one.value)
        elif not getattr(where, one.name):
            known = found.get(one.name, ())
            found[one.name] = (*(known if isinstance(known, tuple) else ()), str(one.value))
    return replace(where, **found) if found else where  # type: ignore[arg-type]


def _read(text: str) -> _Reading:
    words, spans = [], []
    for match in _WORD.finditer(text):
        bare = re.sub(r"['\u2019]s$", "", match[0])
        for token in tokens(bare):
            words.append(token)
            spans.append(match.span())
    return _Reading(text, words, spans, [False] * len(words), unwanted=[False] * len(words))


def _prices_and_sizes(reading: _Reading, literal: set[str]) -> None:
    lowered = reading.text.lower()
    if len(lowered) != len(reading.text):  # some letters have a longer lower case
        return
    limit = price_limit(lowered)
    if limit and reading.text[limit.start : limit.end].casefold() not in literal:
        source = reading.text[limit.start : limit.end], limit.start, limit.end
        bounds = (("price_min", limit.least), ("price_max", limit.most))
        reading.recognised += [Recognised(name, value, *source) for name, value in bounds if value is not None]
        if limit.currency:
            reading.recognised.append(Recognised("currencies", limit.currency, *source))
        _take_span(reading, limit.start, limit.end)
    for match in _SIZE.finditer(lowered):
        if match[0] not in literal and not any(one.start <= match.start() < one.end for one in reading.recognised):
            value = (match[1] or match[2]).upper()
            reading.recognised.append(
                Recognised("sizes", value, reading.text[match.start() : match.end()], *match.span())
            )
            _take_span(reading, *match.span())


def _take_span(reading: _Reading, start: int, end: int) -> None:
    for at, (first, last) in enumerate(reading.spans):
        if start <= first and last <= end:
            reading.taken[at] = reading.unwanted[at] = True


def _correct(
    reading: _Reading, words: CatalogueWords, lexicon: Lexicon, literal: set[str]
) -> tuple[tuple[str, str], ...]:
    """Replace each word that nothing knows by the likeliest one that it was meant to be; return both."""
    found = []
    for at, word in enumerate(reading.words):
        plain = plain_umlauts(word)
        is_known = {word, plain} & words.counts.keys() or word in _GENDER_WORDS or lexicon.means(word)
        if reading.taken[at] or is_known or reading.source(at, at + 1)[0].casefold() in literal:
            continue
        meant = next(iter(corrections(word, words.counts, words.spellings, lexicon.spellings)), "")
        if meant:
            found.append((word, meant))
            reading.words[at] = meant
    return tuple(found)


def _changes(reading: _Reading, lexicon: Lexicon) -> None:
    """ "longer", "cheaper": what is to be more or less."""
    for start, end in _places(reading, lexicon.longest):
        change = lexicon.changes.get(tuple(reading.words[start:end]))
        if change:
            direction = "more" if change[1] == "more" else "less"
            reading.changes.append(Change(change[0], direction, text=reading.source(start, end)[0]))  # type: ignore[arg-type]
            reading.take(start, end)
            reading.unwanted[start:end] = [True] * (end - start)


def _negations(reading: _Reading, lexicon: Lexicon) -> None:
    """ "without the print", "ohne Muster", "not black": the next word that means something is unwanted."""
    for at, word in enumerate(reading.words):
        if word not in lexicon.without or reading.taken[at]:
            continue
        after = [
            place
            for place in range(at + 1, min(at + 4, len(reading.words)))
            if reading.words[place] not in lexicon.stop
        ]
        if not after:
            continue
        end = _longest_value(reading, lexicon, after[0])
        name, value = lexicon.values.get(
            tuple(reading.words[after[0] : end]), ("words", " ".join(reading.words[after[0] : end]))
        )
        reading.changes.append(Change(name, "without", value, reading.source(at, end)[0]))
        reading.take(at, end)
        reading.unwanted[at:end] = [True] * (end - at)


def _longest_value(reading: _Reading, lexicon: Lexicon, start: int) -> int:
    for end in range(min(len(reading.words), start + lexicon.longest), start + 1, -1):
        if tuple(reading.words[start:end]) in lexicon.values:
            return end
    return start + 1


def _phrases(
    reading: _Reading, words: CatalogueWords, lexicon: Lexicon, literal: set[str], *, has_picture: bool
) -> None:
    """Brands, colours, materials, patterns and wearers, the longest phrases first."""
    for start, end in _places(reading, max(lexicon.longest, words.longest_brand + 1)):
        phrase = tuple(reading.words[start:end])
        source = reading.source(start, end)
        if not reading.is_free(start, end) or source[0].casefold() in literal:
            continue
        brand = tuple(word for word in phrase if word not in _JOINS) if phrase[0] not in _JOINS else ()
        if brand in words.brands and not _is_common(brand, words, lexicon):
            reading.recognised.append(Recognised("brands", words.brands[brand], *source))
            reading.take(start, end)
        elif named := lexicon.values.get(phrase):
            _name_value(reading, named, source, has_picture=has_picture)
            reading.take(start, end)
        elif len(phrase) == 1:
            _single(reading, start, lexicon, has_picture=has_picture)


def _single(reading: _Reading, at: int, lexicon: Lexicon, *, has_picture: bool) -> None:
    """A word for who wears it, or a compound of which the first part says something."""
    word, source = reading.words[at], reading.source(at, at + 1)
    if word in _GENDER_WORDS:
        reading.recognised += [Recognised("genders", name, *source) for name in _wearers(word)]
        reading.take(at, at + 1)
        return
    parts = lexicon.parts(word)
    if not parts:
        return
    if parts[0] in GERMAN_WEARERS:
        reading.recognised += [Recognised("genders", name, *source) for name in _wearers(parts[0])]
    elif named := lexicon.modifies(parts[0]):
        _name_value(reading, named, source, has_picture=has_picture)


def _name_value(reading: _Reading, named: tuple[str, str], source: tuple[str, int, int], *, has_picture: bool) -> None:
    attribute, value = named
    if has_picture:
        reading.changes.append(Change(attribute, "set", value, source[0]))
        return
    filters = {"colour": "dominant_colours", "material": "materials", "pattern": "patterns"}
    reading.recognised.append(Recognised(filters[attribute], value, *source))


def _wearers(word: str) -> list[str]:
    """The groups of people that a word names: "kids" are girls and boys."""
    mask = wearers(_PLAIN_GENDER.get(word, word))
    names = [name for bit, name in enumerate(WEARERS) if mask & (1 << bit)]
    return ["unisex"] if len(names) == len(WEARERS) else names


def _is_common(phrase: Words, words: CatalogueWords, lexicon: Lexicon) -> bool:
    """Whether a brand of one word is rather what the word usually means: "Orange", "Guess" is not."""
    return len(phrase) == 1 and (lexicon.knows(phrase[0]) or phrase[0] in _GENDER_WORDS or phrase[0] in lexicon.stop)


def _kinds(reading: _Reading, lexicon: Lexicon, literal: set[str]) -> None:
    """The semantic category that the free words name together: "shirt dress" is a dress."""
    free = [at for at, taken in enumerate(reading.taken) if not taken and reading.words[at] not in lexicon.stop]
    free = [at for at in free if reading.source(at, at + 1)[0].casefold() not in literal]
    if not free:
        return
    name = semantic_category(" ".join(reading.source(at, at + 1)[0] for at in dict.fromkeys(free)))
    if not name or name in _BROAD:
        return
    of_kind = [at for at in free if semantic_category(reading.source(at, at + 1)[0]) == name] or free
    reading.recognised.append(Recognised("semantic_categories", name, *reading.source(of_kind[-1], of_kind[-1] + 1)))


def _places(reading: _Reading, longest: int) -> list[tuple[int, int]]:
    """All runs of up to ``longest`` words, the longest first, each from left to right."""
    count = len(reading.words)
    lengths = range(min(longest, count), 0, -1)
    return [(start, start + length) for length in lengths for start in range(count - length + 1)]


def _language(text: str, words: Sequence[str], lexicon: Lexicon) -> Language:
    """German where a word is German alone, or has its letters."""
    german = sum(word in lexicon.german or bool(lexicon.parts(word)) for word in words)
    return "de" if german or re.search("[äöüß]", text.lower()) else "en"
