"""The command line: parse, call, print; one file a feature."""

import sys

import typer

from deepstyle.cli import show
from deepstyle.errors import DeepstyleError

app = typer.Typer(
    name="deepstyle",
    help="Visual search and outfit compatibility for a fashion catalogue.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def main() -> None:
    """Run the command line; an expected error prints one line and a remedy and exits with 2."""
    try:
        app()
    except DeepstyleError as error:
        show.error(error)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
