"""Tables in JSON documents: where their rows are, and what damage costs."""

import json
from pathlib import Path

import pytest

from deepstyle.errors import DataError
from tests.catalogue.feeds.formats import rows_of, tables_of


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 1}, {"id": 2}]',
        '{"products": [{"id": 1}, {"id": 2}], "next": [{"id": 3}]}',
        '{"page": 1, "tags": ["a", 2], "empty": [], "data": {"x": {"y": [1]}, "items": [{"id": 1}, {"id": 2}]}}',
        '{"licenses": [{"id": 9, "name": "CC"}], "images": [{"id": 1}, {"id": 2}], "categories": [{"id": 3}]}',
        '{"a": {"b": {"c": {"rows": [{"id": 1}, {"id": 2}]}}}}',
        '\ufeff\n[{"id": 1},\n{"id": 2}]\n',
    ],
)
def test_the_list_of_rows_is_found(tmp_path: Path, text):
    assert [row.values for row in rows_of(tmp_path, "a.json", text.encode())] == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    "text", ['"text"', "1", "{}", '{"a": {"b": 1}}', '["a"]', '{"a": {"b": {"c": {"d": {"e": [{}]}}}}}', "{", ""]
)
def test_no_list_of_rows_is_no_table(tmp_path: Path, text):
    assert tables_of(tmp_path, "a.json", text.encode()) == []


@pytest.mark.parametrize("text", ["[]", '{"products": []}'])
def test_an_empty_list_is_an_empty_table(tmp_path: Path, text):
    assert rows_of(tmp_path, "a.json", text.encode()) == []


def test_a_bad_row_stops_nothing(tmp_path: Path):
    deep = "[" * 100_000 + "]" * 100_000
    rows = rows_of(tmp_path, "a.json", f'[{{"id": 1}},\n5,\n{{"x": {deep}}},\n{{"id": 2}}]'.encode())
    assert [(row.line, row.fault.code if row.fault else row.values["id"]) for row in rows] == [
        (1, 1), (2, "bad-row"), (3, "bad-row"), (4, 2),
    ]  # fmt: skip


def test_json_that_breaks_off_keeps_the_rows_before(tmp_path: Path):
    (table,) = tables_of(tmp_path, "a.json", b'{"products": [{"id": 1}, {"id": 2}, {"i')
    rows = table.rows()
    assert [next(rows).values["id"], next(rows).values["id"]] == [1, 2]
    with pytest.raises(DataError, match=r"a\.json, line 1: malformed JSON"):
        next(rows)


def test_other_encodings(tmp_path: Path):
    text = json.dumps([{"id": "a", "title": "Größe"}], ensure_ascii=False)
    for encoding in ("utf-8", "utf-16", "utf-16-le", "cp1252"):
        assert rows_of(tmp_path, "a.json", text.encode(encoding))[0].values["title"] == "Größe"
