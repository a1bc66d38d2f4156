"""Text from a catalogue: its limits, and the characters that are removed from it."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.characters import visible, without_controls
from deepstyle.catalogue.rows import RowError
from deepstyle.catalogue.text import DEFAULT_LIMIT_CHARS, TEXT_LIMITS_CHARS, clean_attributes, clean_text, kept_url

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text() | st.text(st.sampled_from("\x1b[]0;\x07\x9b\x9c\\PX^_m31 \n\r\t\u202e\ufeffab")), st.booleans())
def test_no_control_character_is_left(text: str, multiline: bool):
    left = without_controls(text, multiline=multiline)
    assert not set(left) & set(BIDI_CONTROLS)
    controls = {character for character in left if unicodedata.category(character) in ("Cc", "Zl", "Zp")}
    assert controls <= ({"\n"} if multiline else set())
    assert without_controls(left, multiline=multiline) == left


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], include_characters="\u200c\u200d")))
def test_other_text_is_left_alone(text: str):
    assert without_controls(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x1b]0;title\x07b", "ab"),
        ("\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("a\x1b]52;c;ZXZpbA==\x07b", "ab"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b]0;unterminated", "a0;unterminated"),
        ("a\x9b2Jb", "a2Jb"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u0645\u06cc\u200c\u062e 👩\u200d👧", "\u0645\u06cc\u200c\u062e 👩\u200d👧"),
    ],
)
def test_sequences_and_characters(text: str, left: str):
    assert without_controls(text) == left


def test_a_description_keeps_its_lines():
    assert clean_text("a\r\nb\rc\x1b[2Jd\te\u2029f", "description") == "a\nb\ncd e\nf"
    assert clean_text("a\nb", "title") == "a b"


@pytest.mark.parametrize("character", ["\x1b", "\x1b]", "\x1b[", "\x1b[0", "\n", " ", '"'])
def test_removing_takes_time_linear_in_the_text(character: str):
    started = time.process_time()
    without_controls("x\x1b" + character * 200_000 + "x")
    assert time.process_time() - started < 10


def test_visible_shows_what_plain_removes():
    assert visible("a\x1b[2J\u202eb\udcff\0") == "a\\x1b[2J\\u202eb\\udcff\\x00"
    assert visible("x" * 300) == "x" * 200 + "…"


@pytest.mark.parametrize("field", [*TEXT_LIMITS_CHARS, "title", "brand", "category", "anything"])
def test_each_field_has_a_limit(field: str):
    limit = TEXT_LIMITS_CHARS.get(field, DEFAULT_LIMIT_CHARS)
    assert clean_text("x" * limit, field) == "x" * limit
    with pytest.raises(
        RowError, match=re.escape(f"Name has {limit + 1:,} characters; the limit is {limit:,}.")
    ) as caught:
        clean_text("x" * (limit + 1), field, "Name")
    assert caught.value.code == "text-too-long"


def test_attributes_have_limits_together():
    assert clean_attributes([("a", 1), ("b", None), ("", "x"), ("c", {"d": [1]})]) == {"a": "1", "c": '{"d": [1]}'}
    for values in ([(f"a{at}", "x") for at in range(501)], [(f"a{at}", "x" * 60_000) for at in range(5)]):
        with pytest.raises(RowError, match="attributes has") as caught:
            clean_attributes(values)
        assert caught.value.code == "text-too-long"


@pytest.mark.parametrize("url", ["http://shop.example/a?b=c#d", "HTTPS://shop.example", "https://shop.example:8443/é"])
def test_web_addresses_are_kept(url: str):
    assert kept_url(url) == (url, ())


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "/products/a", "a",
     "http://", "https:///x", "http://[", "//shop.example/a", "https://shop.example/a b"],
)  # fmt: skip
def test_other_addresses_are_left_out_with_a_warning(url: str):
    kept, (why,) = kept_url(url)
    assert (kept, why.code) == ("", "bad-url")
