"""The reference pages say what the code says."""

from pathlib import Path

import pytest

from deepstyle.settings import Settings
from docs.reference import DOCS, generated

SETTINGS = (DOCS / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == generated(text), f"{page.name} is out of date: run `python docs/reference.py`"


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
    return f"{default:.12g}" if isinstance(default, (int, float)) else str(default)
