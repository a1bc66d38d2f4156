"""Whole words in an item's text: "men" is in "Men's shirt", and not in "Women's shirt"."""

import re
from functools import lru_cache
from typing import Final

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # kana and Han
)
"""Ranges of the scripts that are written without spaces between words, in which a word may stand anywhere."""
_IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")


def word_pattern(word: str, *, letter: str = r"[^\W_]") -> str:
    """A regular expression that finds the folded ``word`` as a whole: beside it is no ``letter`` (or digit).

    An end of ``word`` that is no letter, or of a script without spaces, may stand beside anything.
    """
    before = rf"(?<!{letter})" if _is_bound(word[:1]) else ""
    after = rf"(?!{letter})" if _is_bound(word[-1:]) else ""
    return f"{before}{re.escape(word)}{after}"


@lru_cache(maxsize=1024)
def _compiled(word: str) -> re.Pattern[str]:
    return re.compile(word_pattern(word))


def has_word(text: str, word: str) -> bool:
    """Whether the folded ``text`` has the folded ``word`` as a whole.

    >>> has_word("men's shirt", "men"), has_word("women's shirt", "men")
    (True, False)
    """
    return word in text and _compiled(word).search(text) is not None


def _is_bound(character: str) -> bool:
    return character.isalnum() and not _IS_UNSPACED.match(character)
