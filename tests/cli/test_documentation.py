"""Every command and every option of the command line is documented in docs/cli.md."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer.main

from deepstyle.cli import app

REFERENCE = Path(__file__).parents[2] / "docs" / "cli.md"


def commands(command: click.Command, path: str = "deepstyle") -> Iterator[tuple[str, click.Command]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        yield from commands(child, f"{path} {name}")


ALL = dict(commands(typer.main.get_command(app)))


def section(path: str) -> str:
    parts = REFERENCE.read_text("utf-8").split(f"\n### `{path}`\n")
    assert len(parts) == 2, f"docs/cli.md has no section '### `{path}`'"
    return parts[1].split("\n### ")[0].split("\n## ")[0]


@pytest.mark.parametrize("path", sorted(ALL))
def test_command_is_documented(path: str) -> None:
    text = section(path)
    for parameter in ALL[path].params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            longest = max(parameter.opts, key=len)
            assert f"`{longest}" in text, f"{path}: option {longest} is not documented"


@pytest.mark.parametrize("path", sorted(ALL))
def test_command_teaches(path: str) -> None:
    assert ALL[path].help, f"{path} has no help"
    for parameter in ALL[path].params:
        if parameter.param_type_name == "option":
            assert getattr(parameter, "help", None), f"{path}: {parameter.name} has no help"


def test_no_section_is_stale() -> None:
    headings = [line[5:-1] for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith("### `deepstyle")]
    assert sorted(headings) == sorted(ALL)
