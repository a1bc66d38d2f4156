"""What the command line prints: tables and JSON on stdout, progress and errors on stderr."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.errors import MarkupError
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.text import Text

from deepstyle.errors import DeepstyleError
from deepstyle.plain import plain, plain_json, plain_line


class PlainConsole(Console):
    """A console that no text can control: no control characters, no links, no broken markup."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Markup as text, escaped before its width is measured; verbatim where it is not valid markup."""
        try:
            return super().render_str(plain(text), **options)
        except MarkupError:
            return Text(plain(text))

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """The segments of a renderable; only the console's own may control the terminal, and none is a link."""
        for segment in super().render(renderable, options):
            style = segment.style.update_link(None) if segment.style and segment.style.link else segment.style
            yield segment if segment.control else Segment(plain(segment.text), style)


out = PlainConsole(highlight=False)
err = PlainConsole(stderr=True, highlight=False)


def error(problem: DeepstyleError) -> None:
    """Print an expected error in one line, then its remedy."""
    err.print(f"[bold red]error:[/] {escape(plain_line(problem.message))}", soft_wrap=True)
    if problem.remedy:
        err.print(f"[bold]remedy:[/] {escape(plain_line(problem.remedy))}", soft_wrap=True)


def as_json(value: Any) -> None:
    r"""Print ``value`` as JSON on stdout, for scripts; unsafe characters as ``\uXXXX``."""
    sys.stdout.write(plain_json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n")


def waiting(what: str) -> AbstractContextManager[object]:
    """A spinner on stderr for work without a count, silent where stderr is no terminal."""
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


def counting(progress: Progress, description: str, *, hidden: bool = False) -> Callable[[int, int], None]:
    """A callback that shows ``done`` of ``total``, and the rate, in its own task; ``hidden`` until it is called."""
    task = progress.add_task(description, total=None, note="", visible=not hidden)
    first: tuple[float, int] | None = None

    def update(done: int, total: int) -> None:
        nonlocal first
        now_s = time.perf_counter()
        first = first or (now_s, done)
        rate = (done - first[1]) / max(now_s - first[0], 1e-9)
        progress.update(task, completed=done, total=total, visible=True, note=f"{rate:.0f}/s" if rate else "")

    return update


def stepping(progress: Progress) -> Callable[[str, int, int], None]:
    """A callback that shows the step under way, ``done`` and ``total`` in one task."""
    task = progress.add_task("starting", total=None, note="")

    def update(step: str, done: int, total: int) -> None:
        progress.update(task, description=step, completed=done, total=total)

    return update
