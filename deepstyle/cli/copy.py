"""``deepstyle copy``: move a catalogue from one store to another."""

import dataclasses
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.store import open_store
from deepstyle.store.copy import copy_store
from deepstyle.store.url import without_password


def copy(
    source: Annotated[str, typer.Argument(metavar="STORE_A", help="The store to copy, which is only read.")],
    target: Annotated[str, typer.Argument(metavar="STORE_B", help="The store to fill, best an empty one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Copy all of a catalogue from one store to another, then compare both by count and hash.

    Items, pictures, vectors, suggestions, and what was measured or computed of them (bands, the map) are copied.

    It can be stopped at any moment and run again: what the other store has already is compared and not sent again.

    Example: [bold]deepstyle copy sqlite:///var/shop.db mongodb://127.0.0.1:27017/shop[/]
    """
    with open_store(source, read_only=True) as one, open_store(target) as other, show.progress("items") as progress:
        task = progress.add_task("copying", total=None, note="")

        def on_progress(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        report = copy_store(one, other, on_progress=on_progress)
    if as_json:
        show.as_json(dataclasses.asdict(report))
        return
    held = report.digest
    show.out.print(
        f"{report.items_sent:,} items and {report.vectors_sent:,} vectors sent; {escape(without_password(target))} now "
        f"holds {held.items:,} items, {held.images:,} images, {held.vectors:,} vectors, {held.mappings:,} mappings and "
        f"{held.facts:,} facts, as the source does (SHA-256 {held.sha256[:16]}…)."
    )
