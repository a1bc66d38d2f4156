"""A progress bar for a job of several stages, each reported by its name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deepstyle.cli import show

OnStage = Callable[..., None]


@contextmanager
def stages(unit: str = "items") -> Iterator[OnStage]:
    """A callback ``(stage, done, total, note="")`` that draws one progress bar."""
    with show.progress(unit) as progress:
        task = progress.add_task("starting", total=None, note="")
        yield lambda stage, done, total, note="": progress.update(
            task, description=stage, completed=done, total=total, note=note
        )
