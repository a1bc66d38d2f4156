"""Text that controls nothing, in each place where it is shown."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from deepstyle.plain import plain, plain_html, plain_json, plain_line

ANY = st.text(st.characters(exclude_categories=()))
DIRECTIONS = [0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
UNSAFE = [chr(code) for code in [*range(32), *range(0x7F, 0xA0), *DIRECTIONS, 0xD800]]


def test_what_is_unsafe_is_written_as_an_escape() -> None:
    assert plain("a\x1b]0;x\x07\x9b\u202eb\r\ud800") == r"a\x1b]0;x\x07\x9b\u202eb\r\ud800"
    assert plain("Süd & Söhne, 中文, عربى, 👗🏽\u200d\n\t[b]") == "Süd & Söhne, 中文, عربى, 👗🏽\u200d\n\t[b]"
    assert plain_line("a\nerror: b") == "a error: b"
    assert plain_html("<b>\u202e") == r"&lt;b&gt;\u202e"
    for character in set(UNSAFE) - {"\t", "\n"}:
        assert plain(character).isascii(), hex(ord(character))
        assert len(plain(character)) > 1


@given(ANY)
def test_any_text_becomes_plain_once_and_for_all(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    shown.encode()
    controls = {character for character in shown if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}}
    assert controls <= {"\n", "\t"}


@given(st.dictionaries(ANY, ANY))
def test_json_reads_the_same(value: dict[str, str]) -> None:
    document = plain_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(document) == value
    assert plain(document) == document
