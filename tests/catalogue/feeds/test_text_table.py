"""Text tables as spreadsheets and shops write them."""

import csv
import dataclasses
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.text_table import TextTable
from tests.catalogue.feeds.formats import rows_of, tables_of


@pytest.mark.parametrize(
    "above",
    ["sep=;\n", '"sep=;"\r\n', "SEP=;\n\n", "\ufeffsep=;\n", "\n\n", ";;;\n\n", " ; \n", "\n;;\nsep=;\n;;\n", ""],
)
def test_what_stands_above_the_header(tmp_path: Path, above):
    (row,) = rows_of(tmp_path, "a.csv", f"{above}id;title;price, net\na;Boots, red;1,5\n".encode("utf-8-sig"))
    assert row.values == {"id": "a", "title": "Boots, red", "price, net": "1,5"}
    assert row.line == above.count("\n") + 2


@pytest.mark.parametrize(
    "above",
    [
        "Export of 12 March 2024\n",
        "Products;;;\n\nof 2024, all;;;\n",
        "# Required | The unique id,# Required | The title,# Optional\n",
        'sep=;\n"A title; of two"\n',
    ],
)
def test_the_header_stands_below_a_title(tmp_path: Path, above):
    (row,) = rows_of(tmp_path, "a.csv", f"{above}SKU;Title;Price\na;Boots;1,5\n".encode())
    assert row.values == {"SKU": "a", "Title": "Boots", "Price": "1,5"}
    assert row.line == above.count("\n") + 2


def test_the_first_line_is_the_header_where_none_has_usual_names(tmp_path: Path):
    rows = rows_of(tmp_path, "a.csv", b"Nummer X,Wert\n1,a\n\n2,b\n")
    assert [(row.line, row.values) for row in rows] == [
        (2, {"Nummer X": "1", "Wert": "a"}),
        (4, {"Nummer X": "2", "Wert": "b"}),
    ]


@pytest.mark.parametrize(
    ("name", "header", "delimiter"),
    [
        ("a.csv", "id;name;colour, size", ";"),
        ("a.csv", "id;price, EUR", ";"),
        ("a.csv", "id, title", ","),
        ("a.csv", "id|title", "|"),
        ("a.csv", "id\ttitle, long, or not", "\t"),
        ("a.tsv", "id,title", ","),
        ("feed.txt", "id\ttitle", "\t"),
        ("feed.txt", '"id";"a,b,c"', ";"),
        ("a.csv", "id", ","),
    ],
)
def test_the_separator_is_found(tmp_path: Path, name, header, delimiter):
    (table,) = tables_of(tmp_path, name, header.encode())
    assert table.delimiter == delimiter
    assert table.header[0] == "id"


def test_repeated_columns_and_byte_order_marks(tmp_path: Path):
    (table,) = tables_of(tmp_path, "a.csv", "\ufeff\ufeffid,image,image,,\na,1,2,,\n".encode())
    assert table.header == ("id", "image", "image (2)", "", " (2)")


CELL = st.text(st.sampled_from('ab ,"é'), max_size=6)


@given(rows=st.lists(st.tuples(CELL, CELL, st.text(st.sampled_from("ab ,é"), max_size=8)), max_size=6))
def test_surplus_cells_belong_to_the_last_column(tmp_path_factory: pytest.TempPathFactory, rows):
    """The last column is written without quotes, whatever stands in it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="")
    text.write("id,title,name\n")
    for first, second, last in rows:
        writer.writerow(["x" + first, second])
        text.write(f",{last}\n")
    (table,) = tables_of(tmp_path_factory.mktemp("csv"), "styles.csv", text.getvalue().encode())
    assert isinstance(table, TextTable)
    found = [tuple(row.values.values()) for row in dataclasses.replace(table, surplus_to_last=True).rows()]
    assert found == [("x" + first, second, last) for first, second, last in rows]


def test_surplus_cells_are_a_fault_otherwise(tmp_path: Path):
    first, second = rows_of(tmp_path, "a.csv", b"id,title\na,b,c\nd,e\n")
    assert first.fault is not None
    assert (first.fault.code, first.cells, second.values) == ("bad-row", ("a", "b", "c"), {"id": "d", "title": "e"})


def test_an_entity_is_no_separator(tmp_path: Path):
    table = b"id;title;price\na;Boots &amp; more;1\nb;&#34;x&#34;;2\nc;&amp;d\nd;x;y;&z\ne;H&M;3\n"
    rows = rows_of(tmp_path, "a.csv", table)
    assert [row.fault.code if row.fault else tuple(row.values.values()) for row in rows] == [
        ("a", "Boots &amp; more", "1"), ("b", "&#34;x&#34;", "2"), ("c", "&amp", "d"), "bad-row", ("e", "H&M", "3"),
    ]  # fmt: skip


def test_blanks_before_quotes_and_formulas_are_no_faults(tmp_path: Path):
    text = 'id, "title", "price"\n="0017", "Red, ""dear"" boots", "1"\n"=""0018""", "Bag", "2"\n'
    rows = rows_of(tmp_path, "a.csv", text.encode())
    assert [row.values for row in rows] == [
        {"id": "0017", "title": 'Red, "dear" boots', "price": "1"},
        {"id": "0018", "title": "Bag", "price": "2"},
    ]
    (row,) = rows_of(tmp_path, "b.csv", b'id,title\n1, "Bag"\n')
    assert row.fault
