"""HTML becomes text, and what is no HTML stays as it is."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.markup import without_markup
from deepstyle.catalogue.text import clean_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fish &amp; Chips", "Fish & Chips"),
        ("Fish &amp;amp; Chips", "Fish & Chips"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<ul><li>Wool</li>\n  <li>Silk</li></ul>", "Wool\nSilk"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<b>so</b>ft <a href='https://x.example/?a=1&b=2'>wool</a>", "soft wool"),
        ("&lt;p&gt;Text&lt;/p&gt;", "Text"),
        ("Gr&ouml;&szlig;e&nbsp;40 &#8211; &#x20AC;9", "Größe 40 \u2013 €9"),
        ("<script>alert(1 < 2)</script><style>p{}</style>ok<!-- <b>no</b> -->", "ok"),
        ("<![CDATA[<p>wool</p>]]>", "wool"),
    ],
)
def test_markup_becomes_text(text, expected):
    assert without_markup(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "size < 40", "size > 36 and < 40", "<3", "a <3 b> c", "H&M", "AT&T;", "R&D &copy", "x --> y", "1 < 2 > 0",
        "<weird>", "<!-- never closed", "<script> never closed", "a & b", "&unknown;", "<>", "</>", "",
    ],
)  # fmt: skip
def test_other_text_stays(text):
    assert without_markup(text) == text


PLAIN = st.text(st.sampled_from("ab <>/!-p3\"'é\n"), max_size=20).filter(lambda text: without_markup(text) == text)


@given(PLAIN)
def test_what_was_escaped_reads_back(text):
    assert without_markup(html.escape(text)) == text
    assert without_markup(html.escape(html.escape(text))) == text


@given(st.lists(st.sampled_from(["<p>", "</p>", "<script>", "</script>", "<!--", "-->", "&lt;", "b>", "<", "a", "\n"])))
def test_text_is_never_invented(parts):
    text = "".join(parts)
    assert len(without_markup(text)) <= len(text)


def test_fields():
    assert clean_text("A &amp;<br>B", "title") == "A & B"
    assert clean_text("<p>A</p><p>B</p>", "description") == "A\nB"
    assert clean_text(["A &amp; B", "C"], "category") == "A & B, C"
    assert clean_text("https://x.example/?a=1&amp;copy=2", "url") == "https://x.example/?a=1&copy=2"
    assert clean_text("&#27;[2Jx&#x202e;", "title") == "[2Jx"
    assert len(clean_text("<b></b>" * 900 + "x", "title")) == 1
