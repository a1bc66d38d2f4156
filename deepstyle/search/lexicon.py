"""The words of shoppers (``lexicon.toml``, and a shop's own file), by every form that they are written in."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.category_terms import spelled_out
from deepstyle.catalogue.inflections import plurals
from deepstyle.errors import DataError
from deepstyle.search.typos import by_length
from deepstyle.store.words import tokens

Words = tuple[str, ...]
_DATA: Final = Path(__file__).with_suffix(".toml")
_ADJECTIVE_ENDINGS: Final = ("e", "er", "es", "en", "em")
_LEAST_PART: Final = 4
GERMAN_WEARERS: Final = frozenset(
    ["damen", "herren", "kinder", "baby", "madchen", "maedchen", "jungen", "unisex", "frauen", "manner", "maenner"]
)
"""What German compounds begin with that says who wears it; the words of ``compatibility.gender``, as tokens."""
_LINKS: Final = ("", "s", "n", "en", "es", "er")
MAX_FILE_BYTES: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Words and phrases as tokens (``deepstyle.store.words.tokens``).

    ``groups`` are synonyms, each a list of phrases as they are written; ``group_of`` finds the groups of a phrase.
    ``values`` are the attributes that a phrase names: (attribute, value).
    ``kinds`` are the phrases for the kinds of what a group stands for ("boots" of "shoes").
    ``changes`` what it asks to be different: (attribute, ``more`` or ``less``). ``longest`` is the most tokens of any.
    """

    groups: Sequence[Sequence[str]]
    group_of: Mapping[Words, Sequence[int]]
    values: Mapping[Words, tuple[str, str]]
    changes: Mapping[Words, tuple[str, str]]
    shades: Mapping[str, tuple[str, ...]]
    kinds: Mapping[int, tuple[str, ...]]
    without: frozenset[str]
    stop: frozenset[str]
    german: frozenset[str]
    longest: int
    _parts: dict[str, Words] = field(default_factory=dict)

    def synonyms(self, words: Words) -> tuple[str, ...]:
        """``words``, all phrases of the groups that they belong to, and those of its kinds."""
        numbers = self.group_of.get(words, ())
        found = [phrase for number in numbers for phrase in self.groups[number]]
        kinds = [phrase for number in numbers for phrase in self.kinds.get(number, ())]
        return tuple(dict.fromkeys([" ".join(words), *found, *kinds]))

    def knows(self, word: str) -> bool:
        """Whether the token stands alone for something."""
        return (word,) in self.group_of or (word,) in self.values or (word,) in self.changes

    def means(self, word: str) -> bool:
        """Whether the token stands for something, be it as a part of a phrase or a compound, or as a filling word."""
        is_filling = word in self.stop or word in self.without or word in self.german
        return word in self.single or is_filling or bool(self.parts(word))

    def modifies(self, modifier: str) -> tuple[str, str] | None:
        """The attribute that the first part of a compound names: "Leder" of Lederjacke, "Jeans" of Jeansrock."""
        return self.values.get((modifier,)) or self.values.get((modifier + "stoff",))

    def is_joined(self, word: str) -> bool:
        """Whether the token is a compound whose first part is an attribute or a wearer: a kind of its second part."""
        parts = self.parts(word)
        return bool(parts) and (parts[0] in GERMAN_WEARERS or self.modifies(parts[0]) is not None)

    def phrases_of(self, value: str) -> Sequence[Words]:
        """All forms of the words for a colour, a material or a pattern, the simplest first."""
        return self._phrases.get(value, ())

    @cached_property
    def _phrases(self) -> Mapping[str, Sequence[Words]]:
        found: dict[str, list[Words]] = {}
        for words, (_, value) in self.values.items():
            found.setdefault(value, []).append(words)
        return {value: sorted(phrases, key=lambda one: (len(one), len(one[-1]))) for value, phrases in found.items()}

    @cached_property
    def value_reach(self) -> Mapping[str, int]:
        """The most tokens of the phrases in ``values`` that begin with a word."""
        found: dict[str, int] = {}
        for words in self.values:
            found[words[0]] = max(len(words), found.get(words[0], 0))
        return found

    @cached_property
    def single(self) -> frozenset[str]:
        """Every token of the words and phrases."""
        return frozenset(
            word for phrases in (self.group_of, self.values, self.changes) for one in phrases for word in one
        )

    @cached_property
    def spellings(self) -> Mapping[int, Sequence[str]]:
        """These tokens by length (``typos.by_length``)."""
        return by_length(self.single)

    def parts(self, word: str) -> Words:
        """The parts of a German compound that ends in a known word, the modifier first: leder, jacke; else empty."""
        if word not in self._parts:
            if len(self._parts) > 10_000:
                self._parts.clear()
            self._parts[word] = self._taken_apart(word)
        return self._parts[word]

    def _taken_apart(self, word: str) -> Words:
        for at in range(_LEAST_PART - 1, len(word) - _LEAST_PART + 2):
            head = word[at:]
            if (head,) not in self.group_of:
                continue
            for link in _LINKS:
                modifier = word[: at - len(link)] if word[:at].endswith(link) else ""
                if self.knows(modifier) or modifier in GERMAN_WEARERS:
                    return (modifier, head)
        return ()


@lru_cache(maxsize=8)
def lexicon(own_file: str = "", own_groups: tuple[Words, ...] = ()) -> Lexicon:
    """The words, with a shop's own synonyms: those in its file, and groups of phrases.

    Raises ``DataError`` where the file cannot be used.
    """
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    lines = [line for name in ("types", "qualities", "seasons") for line in data["synonyms"][name].splitlines()]
    groups = [_listed(line) for line in [*lines, *(_own_lines(Path(own_file)) if own_file else ())] if line.strip()]
    groups += [list(group) for group in own_groups]
    group_of: dict[Words, list[int]] = {}
    for number, phrases in enumerate(groups):
        for phrase in phrases:
            for form in _forms(phrase):
                if number not in group_of.setdefault(form, []):
                    group_of[form].append(number)
    values = dict(_values(data))
    changes = {
        form: (name.rpartition("_")[0], name.rpartition("_")[2])
        for name, texts in data["changes"].items()
        for text in _listed(texts)
        for form in _spellings(text)
    }
    lists = {name: frozenset(tokens(text)) for name, text in data["phrases"].items()}
    known = [*group_of, *values, *changes]
    return Lexicon(
        groups, group_of, values, changes,
        {code: tuple(codes.split()) for code, codes in data["shades"].items()},
        _kinds(data["kinds"], groups, group_of),
        lists["without"], lists["stop"], lists["german"], max(map(len, known)),
    )  # fmt: skip


def _kinds(
    table: Mapping[str, str], groups: Sequence[Sequence[str]], group_of: Mapping[Words, Sequence[int]]
) -> dict[int, tuple[str, ...]]:
    """All phrases of the kinds, by the group that has them."""
    found: dict[int, tuple[str, ...]] = {}
    for name, kinds in table.items():
        numbers = [number for kind in _listed(kinds) for number in group_of[tuple(tokens(kind))]]
        for number in group_of[tuple(tokens(name))]:
            found[number] = tuple(phrase for one in numbers for phrase in groups[one])
    return found


def _values(data: Mapping[str, Any]) -> Iterator[tuple[Words, tuple[str, str]]]:
    """Every form of the words for materials, patterns and colours; a colour's own name wins over another's word."""
    for attribute, table in (("material", "materials"), ("pattern", "patterns"), ("colour", "colours")):
        for value, texts in data[table].items():
            for text in _listed(texts):
                for form in _spellings(text):
                    yield form, (attribute, value)
                    for ending in _ADJECTIVE_ENDINGS:
                        yield (*form[:-1], form[-1] + ending), (attribute, value)


def _own_lines(path: Path) -> list[str]:
    """The groups of a shop's file."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(f"{path} has over {MAX_FILE_BYTES:,} bytes.", remedy="Keep the groups that shoppers use.")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(
            f"the synonyms in {path} cannot be read: {error}.",
            remedy='Give a TOML file with [synonyms] and lines such as: own = "trainers, sneakers".',
        ) from error
    named = table.get("synonyms")
    if not isinstance(named, dict) or not all(isinstance(text, str) for text in named.values()):
        raise DataError(
            f"{path} has no table [synonyms] of texts.", remedy='Write [synonyms] and: own = "trainers, sneakers".'
        )
    lines = [line for text in named.values() for line in text.splitlines() if line.strip()]
    for line in lines:
        if len(_listed(line)) < 2 or not all(map(tokens, _listed(line))):
            raise DataError(
                f"{path}: the group {line[:80]!r} has fewer than two words.", remedy="Separate them by commas."
            )
    return lines


def _listed(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,\n]", text) if one.strip()]


def _forms(phrase: str) -> set[Words]:
    """A phrase and its plurals, in the spellings of ``_spellings``."""
    found = set()
    for words in _spellings(phrase):
        found.add(words)
        for language in ("en", "de"):
            found.update((*words[:-1], plural) for plural in plurals(words[-1], language) if len(words[-1]) > 2)
    return found


def _spellings(phrase: str) -> set[Words]:
    """A phrase as tokens: with umlauts as single letters, and as they are written without them."""
    lowered = phrase.casefold()
    joined = re.sub(r"[-\s]+", "", lowered) if "-" in phrase else lowered
    return {words for text in (lowered, spelled_out(lowered), joined) if (words := tuple(tokens(text)))}
