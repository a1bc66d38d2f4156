"""The regular plurals of a folded word, by language: generous, since a form that nobody writes does no harm."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

_Rule = tuple[str, tuple[str, ...]]

# The first rule whose pattern a word ends in gives its other endings.
_RULES: Final[Mapping[str, tuple[_Rule, ...]]] = MappingProxyType(
    {
        "en": (("(?<![aeou])y", ("ies",)), ("(?:s|x|z|ch|sh)", ("\\g<0>es",)), ("", ("s",))),
        "de": (
            ("e", ("en", "es", "ern")),
            ("(?:el|er)", ("\\g<0>n", "\\g<0>s")),
            ("", ("e", "en", "er", "ern", "n", "s")),
        ),
        "fr": (("al", ("als", "aux")), ("(?:s|x|z)", ()), ("", ("s", "x"))),
        "es": (("z", ("ces",)), ("[aeiou]", ("\\g<0>s",)), ("", ("es", "s"))),
        "it": (
            ("[cg]ia", ("ce", "ge", "cie", "gie")),
            ("io", ("i",)),
            ("([cg])o", ("\\1hi", "\\1i")),
            ("([cg])a", ("\\1he",)),
            ("[oe]", ("i",)),
            ("a", ("e",)),
            ("", ("s",)),
        ),
        "pt": (
            ("ao", ("oes", "aos", "aes")),
            ("m", ("ns",)),
            ("l", ("is",)),
            ("[aeiou]", ("\\g<0>s",)),
            ("", ("es", "s")),
        ),
        "nl": (
            ("(?:a|e|i|o|u|y)", ("\\g<0>s", "\\g<0>n", "\\g<0>en")),
            ("([aeou])\\1([bdfgklmnprst])", ("\\1\\2en", "\\g<0>en", "\\g<0>s")),
            ("([bdfgklmnprst])", ("\\1en", "\\1\\1en", "\\1s", "\\1jes", "\\1tje")),
            ("", ("en", "s")),
        ),
        "pl": (
            ("ka", ("ki", "ek", "ke", "ce")),
            ("a", ("y", "i", "e")),
            ("[eioyu]", ()),
            ("", ("y", "i", "e", "ow", "a")),
        ),
    }
)
_COMPILED: Final = {
    language: [(re.compile(f"{ending}$"), endings) for ending, endings in rules] for language, rules in _RULES.items()
}
FIRST_WORD_INFLECTS: Final = ("fr", "es", "it", "pt", "pl")
"""Languages in which the first word of a term is its head; in the others it is the last."""


def forms(term: tuple[str, ...], language: str) -> set[tuple[str, ...]]:
    """``term`` and its plurals: of its head, and of every word where adjectives agree."""
    several: Callable[[str], list[str]] = lambda word: [word, *plurals(word, language)]  # noqa: E731
    if len(term) == 1:
        return {(form,) for form in several(term[0])}
    if language in FIRST_WORD_INFLECTS:
        first = {(form, *term[1:]) for form in several(term[0])}
        return first | {(form, last, *term[2:]) for form in several(term[0]) for last in several(term[1])}
    return {(*term[:-1], form) for form in several(term[-1])}


def plurals(word: str, language: str) -> list[str]:
    """The plurals that ``word`` may have."""
    for ending, endings in _COMPILED.get(language, _COMPILED["en"]):
        found = ending.search(word)
        if found:
            stem = word[: found.start()]
            return [stem + found.expand(new) for new in endings]
    return []
