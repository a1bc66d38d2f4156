"""Every command of the command line teaches: help, an example, help for each option, and a section in docs/cli.md."""

import subprocess
import sys

import click
import pytest
import typer

from deepstyle.cli import app
from deepstyle.cli.commands import COMMANDS
from docs.reference import DOCS, all_commands, examples

ALL = all_commands()


@pytest.mark.parametrize("path", sorted(ALL))
def test_command_teaches(path: str) -> None:
    assert ALL[path].help, f"{path} has no help"
    assert examples(ALL[path]), f"{path} has no example"
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path}: {parameter.name} has no help"


def test_every_command_has_a_section_and_no_section_is_stale() -> None:
    lines = (DOCS / "cli.md").read_text("utf-8").splitlines()
    assert [line[5:-1] for line in lines if line.startswith("### `deepstyle")] == list(ALL)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_help_of_each_begins_with(name: str) -> None:
    command = typer.main.get_command(app).commands[name]
    assert command.help.partition("\n\n")[0] == COMMANDS[name].summary


def test_listing_the_commands_imports_none_of_them() -> None:
    code = (
        "import sys\n"
        "from deepstyle.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print({'numpy', 'pydantic', 'deepstyle.shop'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help"], check=True, capture_output=True, text=True)
    assert "rec_feature2" in done.stdout
    assert done.stdout.endswith("set()\n")
