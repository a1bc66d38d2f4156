"""Whole words, in both dialects of regular expressions."""

import re

import pytest

from deepstyle.catalogue.words import has_word, word_pattern


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("women oxford shirt", "men", False),
        ("men's shirt", "men", True),
        ("shirt (men)", "men", True),
        ("landscape print tee", "cap", False),
        ("ring spun tee", "ring", True),
        ("spring tee", "ring", False),
        ("t-shirt", "t-shirt", True),
        ("t-shirts", "t-shirt", False),
        ("dolce & gabbana", "&", True),
        ("h&m", "&", True),
        ("size 38", "8", False),
        ("snake_case", "snake", True),
        ("été d'été", "été", True),
        ("étérnel", "été", False),
        ("メンズシャツ", "シャツ", True),
        ("a+b", "a+b", True),
        ("aab", "a+b", False),
    ],
)
def test_a_word_is_found_as_a_whole(text: str, word: str, expected: bool) -> None:
    assert has_word(text, word) is expected
    assert (re.search(word_pattern(word), text) is not None) is expected
