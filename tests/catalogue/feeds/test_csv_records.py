"""Every row of a CSV file is accounted for, whatever stands in it."""

import io
import tracemalloc
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.feeds import csv_records
from deepstyle.catalogue.feeds.csv_records import MAX_RECORD_BYTES, CsvReader
from deepstyle.catalogue.rows import Record, Rejection, RowError
from deepstyle.catalogue.source import open_source
from tests.catalogue.feeds.tables import random_table


def read(text: str) -> list[tuple[int, list[str], bool]]:
    return [(line, cells, fault is not None) for line, cells, fault in CsvReader(io.StringIO(text, newline=""))]


def faults(text: str) -> list[int]:
    """The lines that are faulty rows."""
    return [line for line, _, fault in read(text) if fault]


@given(rng=st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_accepted_and_rejected_are_the_rows_that_were_written(tmp_path_factory: pytest.TempPathFactory, rng: Random):
    table = random_table(rng)
    path = tmp_path_factory.mktemp("table") / "items.csv"
    path.write_bytes(table.data)
    found = list(open_source(path, encoding=table.encoding).records())
    assert len(found) == table.rows
    assert [row.item.item_id for row in found if isinstance(row, Record)] == list(table.usable)
    assert open_source(path, encoding=table.encoding).total() == table.rows


@pytest.mark.parametrize("closing", ['s{},Lace top",9,x', 's{},12",9,x', 's{},"Lace" top,9,x', 's{},"Silk top",9,x'])
@pytest.mark.parametrize("distance", [1, 2, 10, 2_000])
def test_a_stray_quote_that_a_later_one_closes_swallows_nothing(distance: int, closing: str):
    rows = [f"s{at},Thing {at},9,x" for at in range(3_000)]
    rows[100] = 's100,"Lace top,9,x'
    rows[100 + distance] = closing.format(100 + distance)
    found = read("sku,title,price,collar\n" + "\n".join(rows))
    assert [cells[0] for _, cells, _ in found] == [f"s{at}" for at in range(3_000)]
    expected = [102] if "Silk" in closing else [102, 102 + distance]
    assert [line for line, _, fault in found if fault] == expected


def test_an_unclosed_quote_costs_one_row():
    assert read('id,title\na,"b\nc,d\ne,f\n') == [(2, ["a"], True), (3, ["c", "d"], False), (4, ["e", "f"], False)]


@pytest.mark.parametrize(
    "row",
    ['a,12" heel,1', 'a,"Lace" top,1', 'a, "b",1', 'a,b"c"d,1', 'a,"b"",1', '"', 'a,"b" ,1'],
)
def test_quotes_are_strict(row: str):
    found = read(f"id,title,price\n{row}\nb,c,2\n")
    assert [fault for *_, fault in found] == [True, False]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_cells_of_several_lines_and_doubled_quotes_load(ending: str):
    text = f'id,title{ending}a,"one{ending}{ending}two, ""three""{ending}"{ending}"b",c{ending}'
    cell = f'one{ending}{ending}two, "three"{ending}'
    assert read(text) == [(2, ["a", cell], False), (6, ["b", "c"], False)]


def test_a_line_of_a_cell_may_be_as_wide_as_the_header():
    text = 'id,title,price\na,"A size table:\nS,36,38\nand no more\nof it",5\nb,c,6\n'
    assert [cells[0] for _, cells, _ in read(text)] == ["a", "b"]


def test_a_row_of_several_lines_has_the_header_s_width():
    assert faults('id,title,price\na,"b\nc"\nd,e,1\n') == [2, 3]


def test_a_row_is_at_most_one_mebibyte():
    rows = f'a,"{"x" * (MAX_RECORD_BYTES - 10)}\ny"\n' + f'b,"{"x" * MAX_RECORD_BYTES}\ny"\n' + "c,d\n"
    found = read("id,title\n" + rows)
    assert [(line, cells[0] if cells else "", fault) for line, cells, fault in found] == [
        (2, "a", False), (4, "", True), (5, "", True), (6, "c", False),
    ]  # fmt: skip


def test_blank_lines_are_no_rows():
    assert [line for line, *_ in read("\n \nid,title\n\n ,\na,b\n,,\n\nc,d")] == [6, 9]


def test_a_header_that_is_no_csv():
    with pytest.raises(RowError):
        CsvReader(io.StringIO('id,"title\na,b\n'))
    assert CsvReader(io.StringIO("")).header == []


def test_looking_ahead_takes_time_linear_in_the_file(monkeypatch: pytest.MonkeyPatch):
    """Each line is looked at twice at most: once from an open quote before it, once from its own start."""
    looked_at = 0
    size_bytes = csv_records._size_bytes

    def counted(text: str) -> int:
        nonlocal looked_at
        looked_at += 1
        return size_bytes(text)

    monkeypatch.setattr(csv_records, "_size_bytes", counted)
    rows = ['a,"b' if at % 100 == 0 else 'a,"",b' if at % 2 else "a,b" for at in range(5_000)]
    assert len(read("id,title\n" + "\n".join(rows))) == 5_000
    assert looked_at < 2 * 5_000 + 100


def test_a_huge_line_is_one_row_in_bounded_memory(tmp_path):
    path = tmp_path / "items.csv"
    with path.open("w") as file:
        file.write("id,title\na,b\nc,")
        for _ in range(60):
            file.write("x" * 1_000_000)
        file.write("\r\nd,e\n")
    tracemalloc.start()
    try:
        found = [
            (row.item.item_id if isinstance(row, Record) else row.code, row.line) for row in open_source(path).records()
        ]
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == [("a", 2), ("bad-row", 3), ("d", 4)]
    assert peak_bytes < 20_000_000


def test_what_a_damaged_row_may_name(tmp_path):
    path = tmp_path / "items.csv"
    path.write_text('id,title,image\na,"b,c\nd,e,f,g\nh\ni,"j"k,l\n,m,n\n' + "o" + ",p" * 40 + "\n")
    named = [row.may_name for row in open_source(path).records() if isinstance(row, Rejection)]
    assert named == [("a",), ("d", "d,e", "e"), (), ("i",), (), ()]
