"""The command line: each command parses its arguments, calls the library and prints; one file per feature."""

import sys
from typing import NoReturn

import typer

from deepstyle.cli import failure, usage


def _all_commands() -> None:
    """What is done before any command: nothing."""


app = typer.Typer(
    name="deepstyle",
    cls=usage.Commands,
    callback=_all_commands,
    help="Visual search and outfit compatibility for a fashion catalogue.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def main() -> NoReturn:
    """Run the command line; whatever goes wrong prints one message and a remedy, see ``deepstyle.cli.failure``."""
    sys.exit(failure.run(app))
