"""Parquet: a round trip, what is left out, and what is refused."""

import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.feeds import parquet_table
from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.errors import DataError, MissingDependencyError
from tests.catalogue.feeds.formats import packed, rows_of, tables_of

pyarrow = pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")
parquet = pytest.importorskip("pyarrow.parquet")

ROW = {"id": "a", "title": "Boots", "sizes": ["36", "37"], "price": 9.5}


def write(rows: list[dict]) -> bytes:
    data = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), data, row_group_size=2)
    return data.getvalue()


@given(
    rows=st.lists(st.fixed_dictionaries({"id": st.text(max_size=5), "n": st.none() | st.integers(-9, 9)}), min_size=1)
)
def test_rows_read_back(tmp_path_factory: pytest.TempPathFactory, rows):
    found = rows_of(tmp_path_factory.mktemp("parquet"), "a.parquet", write(rows))
    assert [row.values for row in found] == rows
    assert [row.line for row in found] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("containers", [(".gz",), (".zip",)])
def test_packed(tmp_path: Path, containers):
    data, name = packed(write([ROW]), "a.parquet", containers)
    assert [row.values for row in rows_of(tmp_path, name, data)] == [ROW]


def test_types(tmp_path: Path):
    row = {
        "id": 17.0, "day": datetime.date(2024, 1, 5), "price": Decimal("19.90"), "image": b"picture",
        "picture": {"bytes": b"x", "path": "a.jpg"}, "more": [b"x"], "nan": float("nan"), "size": {"eu": 40},
    }  # fmt: skip
    (table,) = tables_of(tmp_path, "a.parquet", write([row]))
    assert table.header == ("id", "day", "price", "nan", "size")
    assert [dict(row.values) for row in table.rows()] == [
        {"id": 17, "day": "2024-01-05", "price": "19.90", "nan": None, "size": {"eu": 40}}
    ]


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value, message in (("MAX_ROW_GROUP_BYTES", 10, "over 10 bytes"), ("MAX_COLUMNS", 2, "limit is 2")):
        with monkeypatch.context() as patch, pytest.raises(DataError, match=message):
            patch.setattr(parquet_table, name, value)
            rows_of(tmp_path, "a.parquet", write([ROW]))


@pytest.mark.parametrize("data", [b"", b"PAR1", write([ROW])[:-20]])
def test_files_that_are_no_parquet(tmp_path: Path, data):
    with pytest.raises(DataError, match=r"a\.parquet cannot be read"):
        rows_of(tmp_path, "a.parquet", data)


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.parquet").write_bytes(write([ROW]))
    (table,) = open_tables(tmp_path / "a.parquet")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(MissingDependencyError, match="needs pyarrow") as caught:
        list(table.rows())
    assert "deepstyle[parquet]" in caught.value.remedy
