"""Catalogues that a program gives: rows, data frames, items."""

import datetime
import importlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepstyle.catalogue.feeds.given import given_source, open_given
from deepstyle.catalogue.feeds.given_items import GivenItems
from deepstyle.catalogue.feeds.given_rows import HEAD_ROWS
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.errors import DataError, UsageError

ROWS = [
    {"SKU": "a", "Product Name": "Boots &amp; more", "Price": 9.5},
    {"SKU": "b", "Product Name": None, "Price": None},
]


class PandasLike:
    """As much of a pandas data frame as is used."""

    def __init__(self, rows: list[dict], index_name: str | None = None) -> None:
        self._rows = rows
        self.columns = [name for name in rows[0] if name != index_name]
        self.index = type("Index", (), {"names": [index_name]})

    def itertuples(self, *, index: bool, name: str | None) -> Iterator[tuple]:
        assert (index, name) == (False, None)
        return (tuple(row[column] for column in self.columns) for row in self._rows)

    def reset_index(self) -> "PandasLike":
        return PandasLike(self._rows)


class PolarsLike:
    """As much of a Polars data frame as is used."""

    def __init__(self, rows: list[dict]) -> None:
        self._rows, self.columns = rows, list(rows[0])

    def iter_rows(self) -> Iterator[tuple]:
        return (tuple(row.values()) for row in self._rows)


class LazyLike:
    """As much of a lazy frame of Polars as is used."""

    def __init__(self, rows: list[dict]) -> None:
        self._rows = rows

    def collect(self) -> PolarsLike:
        return PolarsLike(self._rows)

    def collect_schema(self) -> None:
        """It has one."""


def frames() -> list[Any]:
    """Frames like those of both libraries, and theirs where they are installed."""
    found: list[Any] = [PandasLike(ROWS), PandasLike(ROWS, "SKU"), PolarsLike(ROWS), LazyLike(ROWS)]
    for library in ("pandas", "polars"):
        try:
            frame = importlib.import_module(library).DataFrame(ROWS)
        except ImportError:
            continue
        found += [frame, frame.set_index("SKU") if library == "pandas" else frame.lazy()]
    return found


@pytest.mark.parametrize("given", [ROWS, tuple(ROWS), iter(ROWS), (row for row in ROWS), *frames()])
def test_rows_of_every_kind(tmp_path: Path, given):
    source = given_source(given, folder=tmp_path)
    for _ in range(2):
        first, second = source.records()
        assert isinstance(first, Record)
        assert isinstance(second, Record)
        assert (first.item.item_id, first.item.title, first.item.price) == ("a", "Boots & more", 9.5)
        assert (second.item.item_id, second.item.title, second.item.price) == ("b", "", None)
    assert (first.file, first.line, second.line) == ("rows", 1, 2)
    assert source.total() == 2


def test_columns_and_pictures(tmp_path: Path):
    (tmp_path / "a.jpg").write_bytes(b"picture")
    rows = [{"Ref": "a", "Foto": Path("a.jpg")}]
    (record,) = given_source(rows, columns={"item_id": "Ref", "image": "Foto"}, folder=tmp_path).records()
    assert isinstance(record, Record)
    assert record.image_path == tmp_path / "a.jpg"


def test_values_of_other_libraries(tmp_path: Path):
    class Missing:
        def __ne__(self, other: object) -> bool:
            raise TypeError

    values = {
        "int": np.int64(3), "float": np.float32(1.5), "bool": np.bool_(True), "text": np.str_("x"),
        "list": np.array([1, 2]),
        "whole": 17.0, "nan": float("nan"), "nat": np.float64("nan"), "na": Missing(), "bytes": b"x", "none": None,
        "day": datetime.datetime(2024, 1, 5), "when": datetime.datetime(2024, 1, 5, 12), "amount": Decimal("9.90"),
        "path": Path("a.jpg"), "inner": {1: (2.0, None)}, "huge": 1e300,
    }  # fmt: skip
    (row,) = open_given([values], tmp_path).rows()
    assert row.values == {
        "int": 3, "float": 1.5, "bool": True, "text": "x", "list": [1, 2], "whole": 17, "nan": None, "nat": None,
        "na": None, "bytes": None, "none": None, "day": "2024-01-05", "when": "2024-01-05T12:00:00", "amount": "9.90",
        "path": "a.jpg", "inner": {"1": [2, None]}, "huge": 1e300,
    }  # fmt: skip


def test_a_long_iterator_is_read_once(tmp_path: Path):
    source = given_source(({"id": str(at)} for at in range(HEAD_ROWS + 1)), folder=tmp_path)
    assert len(list(source.records())) == HEAD_ROWS + 1
    with pytest.raises(DataError, match="only once"):
        list(source.records())


def test_rows_that_are_no_mappings(tmp_path: Path):
    found = list(given_source([{"id": "a"}, 5, None, Item("b")], folder=tmp_path).records())
    assert [row.code if isinstance(row, Rejection) else "" for row in found] == ["", *["bad-row"] * 3]


@pytest.mark.parametrize("given", [5, None, b"x", {"id": "a"}, object()])
def test_what_is_no_catalogue(tmp_path: Path, given):
    with pytest.raises(UsageError, match="a catalogue cannot be of the type"):
        given_source(given, folder=tmp_path)


def test_items_with_pictures(tmp_path: Path):
    given = [
        Item("a", "Boots", price=5),
        (Item("b"), tmp_path / "b.jpg"),
        (Item("c"), b"picture"),
        (Item("d"), [str(tmp_path / "1.jpg"), tmp_path / "2.jpg"]),
        (Item("e"), [b"picture", Path("2.jpg")]),
    ]
    source = given_source(given, folder=tmp_path)
    assert isinstance(source, GivenItems)
    found = list(source.records())
    assert all(isinstance(row, Record) for row in found)
    pictures = [(row.image_path, row.image_bytes, row.more_images) for row in found if isinstance(row, Record)]
    assert pictures == [
        (None, None, ()),
        (tmp_path / "b.jpg", None, ()),
        (None, b"picture", ()),
        (tmp_path / "1.jpg", None, (tmp_path / "2.jpg",)),
        (None, b"picture", (Path("2.jpg"),)),
    ]
    assert found[0].item == Item("a", "Boots", semantic_category="shoes", price=5.0)
    assert source.total() == 5


def test_items_are_checked_as_rows_are(tmp_path: Path):
    bad: list[tuple[Any, str]] = [
        (Item("a/b"), "bad-id"), (Item("x", title="t" * 1_001), "text-too-long"), (Item("x", price=-1), "bad-field"),
        (Item("x", price=float("nan")), "bad-field"), (Item("x", url="javascript:x"), "bad-url"),
        (Item("x", semantic_category="boots"), "bad-field"), ((Item("x"), 5), "bad-field"), (5, "bad-row"),
        ((Item("x"), [b"a", b"b"]), "bad-field"), ((Item("x"), None, None), "bad-row"), (Item("ok"), "duplicate-id"),
        ((Item("x", title="\0"), None), "bad-encoding"),
    ]  # fmt: skip
    found = list(given_source([Item("ok"), *(entry for entry, _ in bad)], folder=tmp_path).records())
    assert [row.code for row in found[1:] if isinstance(row, Rejection)] == [code for _, code in bad]
    (clean,) = given_source(
        [(Item("x", "A <b>bag</b>", attributes={"fit": "\x1b[2Jslim"}), None)], folder=tmp_path
    ).records()
    assert isinstance(clean, Record)
    assert clean.item == Item("x", "A bag", semantic_category="bags", attributes={"fit": "slim"})
