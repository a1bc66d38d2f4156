"""Command lines that cannot be understood: renamed commands are named anew, and what is quoted is safe to print.

The parser quotes arguments as they were given; a password in a store's URL, or a control character, must not be shown.
"""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from typer.core import TyperGroup

from deepstyle.errors import UsageError
from deepstyle.plain import plain_line
from deepstyle.store.url import without_password

RENAMED_COMMANDS: Final = MappingProxyType({"map": "suggest"})
"""Old names of commands, with the new ones."""
RENAMED_OPTIONS: Final = MappingProxyType(
    {
        ("import", "--map"): "--column",
        ("check", "--map"): "--column",
        ("encode", "--views"): "--augmented-views",
        ("encode", "--no-views"): "--no-augmented-views",
        ("bands", "--strangers"): "--negatives",
    }
)
"""Old names of options, by command, with the new ones."""


class Commands(TyperGroup):
    """All commands; names from before a renaming are answered with the new ones."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        _join_lines(self)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse what comes before the command's name."""
        with _safe_messages():
            return super().make_context(*args, **kwargs)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name; raises ``UsageError`` for one that has another name now."""
        if new := RENAMED_COMMANDS.get(args[0]):
            raise UsageError(f"`deepstyle {args[0]}` is now `deepstyle {new}`.", remedy=f"Run `deepstyle {new}`.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Parse the rest and run the command."""
        with _safe_messages():
            return super().invoke(ctx)


def _join_lines(command: Any) -> None:
    """Let the help of ``command`` and of those below it wrap at the terminal's width, not at the source's."""
    if command.help:
        paragraphs = inspect.cleandoc(command.help).split("\n\n")
        command.help = "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
    for child in getattr(command, "commands", {}).values():
        _join_lines(child)


@contextmanager
def _safe_messages() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if new := _new_option(error):
            old = error.option_name  # type: ignore[attr-defined]
            raise UsageError(f"{old} is now {new}.", remedy=f"Write {new} in place of {old}.") from None
        if (format_message := getattr(error, "format_message", None)) is not None:
            message = _safe(format_message())
            error.format_message = lambda: message  # type: ignore[attr-defined]
        raise


def _new_option(error: Exception) -> str:
    """The new name of the option that the parser does not know; empty where it never had another."""
    context, option = getattr(error, "ctx", None), getattr(error, "option_name", "")
    return RENAMED_OPTIONS.get((context.info_name, option), "") if context else ""


def _safe(message: str) -> str:
    """``message`` with each argument that may be a store's URL as it may be shown."""
    values = {part for argument in sys.argv[1:] for part in (argument, argument.partition("=")[2])}
    for value in sorted(values, key=len, reverse=True):
        if ":" in value or "@" in value:
            for quoted in (value, repr(value)[1:-1]):
                message = message.replace(quoted, without_password(value))
    return plain_line(message)
