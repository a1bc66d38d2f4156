"""The streaming reader against json.loads, on everything a file may hold."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds import jsonstream
from deepstyle.catalogue.feeds.jsonstream import Unreadable, iter_elements, iter_pairs
from deepstyle.errors import DataError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))


@given(
    result=st.dictionaries(TEXTS, VALUES, max_size=8), indent=st.sampled_from([None, 0, 2]), window=st.integers(1, 60)
)
def test_pairs_are_those_of_json_whatever_the_window(tmp_path_factory, result, indent, window):
    path = tmp_path_factory.mktemp("json") / "object.json"
    path.write_text(json.dumps(result, indent=indent, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "WINDOW_CHARS", window)
        assert [(key, value) for key, value, _ in iter_pairs(path)] == list(result.items())


@given(result=st.lists(VALUES, max_size=8), window=st.integers(1, 60))
def test_elements_are_those_of_json_whatever_the_window(tmp_path_factory, result, window):
    path = tmp_path_factory.mktemp("json") / "array.json"
    path.write_text(json.dumps(result), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "WINDOW_CHARS", window)
        assert [value for value, _ in iter_elements(path)] == result


@given(data=st.binary(max_size=200) | st.text('{}[]",:0123456789 \n\\utrfa-', max_size=60).map(str.encode))
def test_random_bytes_raise_data_error_or_are_json(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("json") / "random.json"
    path.write_bytes(data)
    try:
        read = [(key, value) for key, value, _ in iter_pairs(path)]
    except DataError as error:
        assert str(path) in error.message
    else:
        assert dict(read) == json.loads(data.decode("utf-8-sig", "surrogateescape"))


def test_lines_repeated_keys_and_byte_order_mark(tmp_path: Path):
    path = tmp_path / "object.json"
    path.write_text('\ufeff{\n"a": 1,\n\n"b": {\n"c": 2},\n"a": 3}\n', encoding="utf-8")
    assert list(iter_pairs(path)) == [("a", 1, 2), ("b", {"c": 2}, 4), ("a", 3, 6)]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('{\n"a": 1,\n"b": ', 3, "Expecting value"),
        ('{\n"a": 1\n"b": 2}', 3, "expected ','"),
        ('{"a": 1}\n\nmore', 3, "after the end"),
        ("[1, 2]", 1, "expected '{'"),
        ("", 1, "the end of the file"),
        ("{1: 2}", 1, "not text"),
        ('{"a": 1,}', 1, "Expecting value"),
        ('{"a": ' + "[" * 100_000, 1, "nested too deeply"),
        ('{"a": [' + "[" * 100_000 + "]" * 100_000, 1, "nested too deeply"),
    ],
)
def test_malformed_json_names_the_line(tmp_path: Path, text, line, why):
    path = tmp_path / "object.json"
    path.write_text(text)
    with pytest.raises(DataError, match=rf"line {line}: malformed JSON.*{why}"):
        list(iter_pairs(path))


@pytest.mark.parametrize("window", [7, 100, 1 << 18])
def test_an_entry_that_cannot_be_read_spoils_no_other(tmp_path: Path, monkeypatch, window):
    monkeypatch.setattr(jsonstream, "MAX_ENTRY_CHARS", 10_000)
    monkeypatch.setattr(jsonstream, "WINDOW_CHARS", window)
    path = tmp_path / "object.json"
    tricky = '\\\\ \\" {[,]} \\u0022 ' * 1_000
    values = ["[" * 50_000 + '"]"' + "]" * 50_000, '{"b":' * 20_000 + "1" + "}" * 20_000, f'"{tricky}"']
    values += [f'{{"c": ["{tricky}", 1], "d": {{}}}}', "9" * 5_000]
    path.write_text("{\n" + ",\n".join(f'"{at}": {value}, "{at} after": {at}' for at, value in enumerate(values)) + "}")
    found = list(iter_pairs(path))
    assert [(key, line) for key, _, line in found] == [
        (key, at + 2) for at in range(5) for key in (str(at), f"{at} after")
    ]
    assert [type(value) for _, value, _ in found] == [Unreadable, int] * 4 + [str, int]


def test_a_malformed_entry_in_a_large_file_names_its_line(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(jsonstream, "MAX_ENTRY_CHARS", 1000)
    monkeypatch.setattr(jsonstream, "WINDOW_CHARS", 100)
    path = tmp_path / "object.json"
    path.write_text('{"a": 1,\n"b": [1, tru],\n' + ",\n".join(f'"{at}": {at}' for at in range(1000)) + "}")
    with pytest.raises(DataError, match="line 2: malformed JSON: Expecting value"):
        list(iter_pairs(path))


def test_an_endless_entry_is_refused_in_bounded_memory(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(jsonstream, "MAX_ENTRY_CHARS", 1000)
    monkeypatch.setattr(jsonstream, "WINDOW_CHARS", 100)
    path = tmp_path / "object.json"
    path.write_text('{"a": "' + "x" * 1_000_000)
    with pytest.raises(DataError, match="Unterminated string"):
        list(iter_pairs(path))


def test_bytes_that_are_not_utf8_arrive_as_surrogates(tmp_path: Path):
    path = tmp_path / "object.json"
    path.write_bytes(b'{"a": "caf\xe9", "b": "fine"}')
    assert [value for _, value, _ in iter_pairs(path)] == ["caf\udce9", "fine"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    path = tmp_path / "object.json"
    path.write_text("{" + ",".join(f'"{at}": {{"title": "{"x" * 500}"}}' for at in range(20_000)) + "}")
    tracemalloc.start()
    try:
        assert sum(1 for _ in iter_pairs(path)) == 20_000
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 10_000_000 > 4 * peak_bytes
