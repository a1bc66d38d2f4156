"""Command lines that cannot be understood: renamed commands are named anew, and what is quoted is safe to print.

The parser quotes arguments as they were given; a password in a store's URL, or a control character, must not be shown.
"""

import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from deepstyle.cli.commands import COMMANDS, MEMBERS
from deepstyle.errors import UsageError
from deepstyle.plain import plain_line

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
    """All commands, which are listed without being imported; old names are answered with the new ones."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": _Imported()})

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse what comes before the command's name."""
        with _safe_messages():
            return super().make_context(*args, **kwargs)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What a list says of a command; ``None`` for one that does not exist."""
        listed = COMMANDS.get(cmd_name)
        return listed and TyperCommand(cmd_name, help=listed.summary, rich_help_panel=listed.panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name; raises ``UsageError`` for one that has another name now."""
        if new := RENAMED_COMMANDS.get(args[0]):
            raise UsageError(f"`deepstyle {args[0]}` is now `deepstyle {new}`.", remedy=f"Run `deepstyle {new}`.")
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and self.commands[name or ""], rest

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def invoke(self, ctx: Any) -> Any:
        """Parse the rest and run the command."""
        with _safe_messages():
            return super().invoke(ctx)


class _Imported(Mapping[str, Any]):
    """The commands by name; each is imported when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


@cache
def _command(name: str) -> Any:
    """The command, or the group of commands, called ``name``."""
    listed = COMMANDS[name]
    command = _built(name, listed.where, listed.panel)
    for member, where in MEMBERS.items():
        group, _, own = member.partition(" ")
        if group == name:
            command.add_command(_built(own, where))
    _join_lines(command)
    return command


def _built(name: str, where: str, panel: str | None = None) -> Any:
    module, _, attribute = where.partition(":")
    found = getattr(importlib.import_module(f"deepstyle.cli.{module}"), attribute)
    parent = typer.Typer(rich_markup_mode="rich", pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name, rich_help_panel=panel)
    else:
        parent.command(name, rich_help_panel=panel)(found)
    return get_group(parent).commands[name]


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
    from deepstyle.store.url import without_password  # which imports all of the store

    values = {part for argument in sys.argv[1:] for part in (argument, argument.partition("=")[2])}
    for value in sorted(values, key=len, reverse=True):
        if ":" in value or "@" in value:
            for quoted in (value, repr(value)[1:-1]):
                message = message.replace(quoted, without_password(value))
    return plain_line(message)
