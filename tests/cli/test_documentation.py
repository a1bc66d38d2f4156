"""Every command of the command line teaches: help, an example, help for each option, and a section in docs/cli.md."""

import click
import pytest

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
