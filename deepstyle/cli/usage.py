"""A command line that cannot be understood is quoted in the message; not its passwords, and nothing that is unsafe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperGroup

from deepstyle.plain import plain_line
from deepstyle.store.url import without_password


class Commands(TyperGroup):
    """All commands; the messages of the parser, which quote arguments as they were given, are made safe."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse what comes before the command's name."""
        with _safe_messages():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Parse the rest and run the command."""
        with _safe_messages():
            return super().invoke(ctx)


@contextmanager
def _safe_messages() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if (format_message := getattr(error, "format_message", None)) is not None:
            message = _safe(format_message())
            error.format_message = lambda: message  # type: ignore[attr-defined]
        raise


def _safe(message: str) -> str:
    """``message`` with each argument that may be a store's URL as it may be shown."""
    values = {part for argument in sys.argv[1:] for part in (argument, argument.partition("=")[2])}
    for value in sorted(values, key=len, reverse=True):
        if ":" in value or "@" in value:
            for quoted in (value, repr(value)[1:-1]):
                message = message.replace(quoted, without_password(value))
    return plain_line(message)
