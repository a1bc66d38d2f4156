"""The reference pages say what the code says."""

from pathlib import Path

import click
import pytest

from deepstyle.settings import Settings
from docs.reference import DOCS, all_commands, generated

ALL = all_commands()
SETTINGS = (DOCS / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == generated(text), f"{page.name} is out of date: run `python docs/reference.py`"


@pytest.mark.parametrize("path", sorted(ALL))
def test_command_teaches(path: str) -> None:
    assert ALL[path].help, f"{path} has no help"
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path}: {parameter.name} has no help"


def test_every_command_has_a_section() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    assert [line[5:-1] for line in text.splitlines() if line.startswith("### `deepstyle")] == list(ALL)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_setting_has_a_row(name: str) -> None:
    assert f"| `DEEPSTYLE_{name.upper()}` |" in SETTINGS, f"docs/settings.md has no row for {name}"


def test_every_row_is_a_setting_with_its_default() -> None:
    rows = [line.split(" | ") for line in SETTINGS.splitlines() if line.startswith("| `DEEPSTYLE_")]
    shown = {row[0].strip("| `").removeprefix("DEEPSTYLE_").lower(): row[1].strip("` ") for row in rows}
    defaults = {name: field.default for name, field in Settings.model_fields.items() if field.default_factory is None}
    wrong = {name: text for name, text in shown.items() if name in defaults and text != _shown(defaults[name])}
    assert wrong == {}
    assert shown.keys() <= Settings.model_fields.keys()


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:,.12g}" if isinstance(default, (int, float)) else str(default)
