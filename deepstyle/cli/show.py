"""How the command line speaks: tables and JSON on stdout, progress and errors on stderr."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from deepstyle.errors import DeepstyleError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def error(problem: DeepstyleError) -> None:
    """Print an expected error as one line, then what to do about it."""
    err.print(f"[bold red]error:[/] {escape(problem.message)}", soft_wrap=True)
    if problem.remedy:
        err.print(f"[bold]remedy:[/] {escape(problem.remedy)}", soft_wrap=True)


def as_json(value: Any) -> None:
    """Print ``value`` as JSON on stdout, for scripts."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def waiting(what: str) -> AbstractContextManager[object]:
    """A spinner on stderr for work that cannot be counted, silent where stderr is no terminal."""
    return err.status(what) if err.is_terminal else nullcontext()


def progress(unit: str) -> Progress:
    """A progress bar on stderr, silent where stderr is no terminal; ``unit`` names what is counted."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit} · {{task.fields[note]}}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )
