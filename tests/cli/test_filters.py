"""The options that follow from the declared fields."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import CATALOGUE_FIELDS, VALUE_FILTERS, ItemFilter
from deepstyle.cli import app
from deepstyle.cli.filters import filter_of
from deepstyle.errors import UsageError
from tests.images.pictures import photo, save


@pytest.mark.parametrize("command", [["similar"], ["search"], ["compatible"], ["outfit", "complete"]], ids=" ".join)
def test_each_search_has_an_option_for_each_filter(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    shown = CliRunner().invoke(app, [*command, "--help"]).stdout
    for field in VALUE_FILTERS:
        is_slot = command[0] == "outfit" and field.name == "semantic_category"
        assert (f"--{field.name.replace('_', '-')} " in shown) is not is_slot
    assert "--price-min" in shown
    assert "--where" not in shown


def test_options_become_a_filter() -> None:
    options = {"colour": ["red", "blue"], "brand": None, "price_min": 3.0, "price_max": None, "text": "x"}
    assert filter_of(options) == ItemFilter(colours=("red", "blue"), price_min=3.0, text="x")
    with pytest.raises(UsageError, match="not a semantic category"):
        filter_of({"semantic_category": ["boots"]})


@pytest.mark.parametrize("field", CATALOGUE_FIELDS, ids=lambda field: field.name)
def test_an_item_is_put_with_any_declared_field(field: Field, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(save(photo(40, 60, 0), "PNG"))
    value = field.example or "https://shop.example/1"
    store = ("--store", f"sqlite:///{tmp_path}/x.db")
    option = f"--{field.name.replace('_', '-')}"
    put = CliRunner().invoke(app, ["item", "put", "a", "--image", str(picture), option, value, *store])
    assert put.exit_code == 0, put.output
    shown = json.loads(CliRunner().invoke(app, ["item", "show", "a", "--json", *store]).stdout)
    assert shown[field.name] == (float(value) if field.kind == "number" else value)
