"""The declaration of an item's fields, from which everything else follows."""

import csv
from dataclasses import fields
from pathlib import Path

import pytest

from deepstyle.catalogue.feeds.layouts.columns import COLUMNS
from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import (
    CATALOGUE_FIELDS,
    FIELDS,
    MEASURED_FIELDS,
    RANGE_FILTERS,
    VALUE_FILTERS,
    Item,
    ItemFilter,
)
from deepstyle.catalogue.rows import Record
from deepstyle.catalogue.source import open_source


def test_the_filter_has_a_condition_for_each_declared_filter() -> None:
    values = {field.filter for field in VALUE_FILTERS}
    bounds = {f"{field.filter}_{bound}" for field in RANGE_FILTERS for bound in ("min", "max")}
    assert {field.name for field in fields(ItemFilter)} == values | bounds | {"text"}


def test_every_field_of_an_item_is_declared() -> None:
    assert [field.name for field in FIELDS] == [
        field.name for field in fields(Item) if field.name not in ("item_id", "attributes")
    ]


def test_no_column_name_means_two_fields() -> None:
    names = [name for field, columns in COLUMNS.items() if field != "images" for name in columns]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("field", [*VALUE_FILTERS, *RANGE_FILTERS], ids=lambda field: field.name)
def test_a_filter_has_labels_and_an_example(field: Field) -> None:
    assert field.labels["en"]
    assert field.labels["de"]
    assert field.example


@pytest.mark.parametrize("field", CATALOGUE_FIELDS, ids=lambda field: field.name)
def test_a_table_is_read_by_every_name_of_a_field(field: Field, tmp_path: Path) -> None:
    value = field.example or "HTTP://A.EXAMPLE"
    for column in field.columns:
        path = tmp_path / f"{column}.csv"
        with path.open("w", newline="") as file:
            full_price = [] if field.name == "price" else ["price"]  # without it, a regular price is the price
            csv.writer(file).writerows([["item_id", column, *full_price], ["1", value, "1"][: 2 + len(full_price)]])
        (record,) = open_source(path).records()
        assert isinstance(record, Record)
        assert getattr(record.item, field.name) == (float(value) if field.kind == "number" else value)
        assert record.item.attributes == {}


@pytest.mark.parametrize("field", MEASURED_FIELDS, ids=lambda field: field.name)
def test_no_table_sets_what_is_measured(field: Field, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(f"item_id,{field.name}\n1,navy\n")
    (record,) = open_source(path).records()
    assert isinstance(record, Record)
    assert getattr(record.item, field.name) == field.empty
