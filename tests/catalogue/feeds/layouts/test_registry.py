"""Which layout a table has, and that every row of every layout is accounted for."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.layouts.columns import normal
from deepstyle.catalogue.feeds.layouts.layout import Layout
from deepstyle.catalogue.feeds.layouts.registry import LAYOUTS
from deepstyle.catalogue.feeds.table import ColumnUse, TableSource
from deepstyle.catalogue.rows import Record
from tests.catalogue.feeds.layouts.feeds import kinds, write_feed

LISTS = ("in-shop", "street2shop")
"""Layouts of lists, whose example is the file as it is, not the table that it becomes."""
TABLES = [layout for layout in LAYOUTS if layout.name not in LISTS]
WORDS = st.sampled_from(
    ["", "a", "b", "c", "1", "0", "-1", "id:a", "Product", "Variant", "Image", "variation", "variable", "simple",
     "Size", "Default Title", "https://cdn.example/a.jpg", "a.jpg, b.jpg", "19,90 €", "draft", "no",
     "sku=a,size=b|sku=c"]
)  # fmt: skip


@pytest.mark.parametrize("layout", TABLES, ids=lambda layout: layout.name)
def test_a_layout_recognises_its_example_and_no_earlier_one_does(layout: Layout) -> None:
    first = next(other for other in LAYOUTS if other.recognises(layout.example))
    assert first is layout
    assert layout.recognises([f" {normal(name).upper()} " for name in layout.example])


@given(data=st.data(), layout=st.sampled_from(TABLES))
@settings(max_examples=150)
def test_every_row_is_an_item_a_rejection_or_an_omission(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, layout: Layout
) -> None:
    cells = st.lists(WORDS, min_size=len(layout.example), max_size=len(layout.example))
    rows: Sequence[list[str]] = data.draw(st.lists(cells.filter(any), min_size=1, max_size=7))
    table = [dict(zip(layout.example, row, strict=True)) for row in rows]
    source = write_feed(tmp_path_factory.mktemp("feed"), "feed.csv", table)
    assert source.layout == layout.name
    found = list(source.records())
    assert len(found) == source.total() == len(rows)
    ids = [entry.item.item_id for entry in found if isinstance(entry, Record)]
    assert len(set(ids)) == len(ids)
    assert kinds(source) == kinds(source)


def test_each_column_is_accounted_for(tmp_path: Path) -> None:
    row = {"sku": "a", "Name": "Scarf", "Farbe": "red", "Option1 Name": "Size", "Option1 Value": "M", "Fit": "loose",
           "image": "a.jpg", "image_2": "b.jpg",
           "Cost per item": "9"}  # fmt: skip
    source = write_feed(tmp_path, "table.csv", [row])
    assert isinstance(source, TableSource)
    assert source.column_uses() == (
        ColumnUse("sku", "item_id"),
        ColumnUse("Name", "title"),
        ColumnUse("Farbe", "colour"),
        ColumnUse("Option1 Name", "layout"),
        ColumnUse("Option1 Value", "layout"),
        ColumnUse("Fit", ""),
        ColumnUse("image", "image"),
        ColumnUse("image_2", "images"),
        ColumnUse("Cost per item", "private"),
    )
