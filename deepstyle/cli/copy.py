"""``deepstyle copy``: copy a catalogue from one store to another."""

import dataclasses
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.options import AsJson
from deepstyle.shop import Shop
from deepstyle.store.url import without_password


def copy(
    source: Annotated[str, typer.Argument(metavar="STORE_A", help="The store to copy; it is only read.")],
    target: Annotated[str, typer.Argument(metavar="STORE_B", help="The store to fill, best an empty one.")],
    as_json: AsJson = False,
) -> None:
    """Copy a whole catalogue from one store to another, then compare the two by counts and hashes.

    It copies items, pictures, vectors, suggestions, looks, and what was measured or computed of them (bands, the map).

    You can stop it at any moment and run it again: what the other store has already is compared and not sent again.

    Example: [bold]deepstyle copy sqlite:///var/demo.db sqlite:///var/copy.db[/]
    """
    with Shop.open(source, read_only=True) as shop, show.progress("items") as progress:
        report = shop.copy_to(target, on_progress=show.stepping(progress))
    if as_json:
        show.as_json(dataclasses.asdict(report))
        return
    held = report.digest
    show.out.print(
        f"{report.items_sent:,} items and {report.vectors_sent:,} vectors sent; {escape(without_password(target))} now "
        f"holds {held.items:,} items, {held.images:,} images, {held.vectors:,} vectors, {held.mappings:,} mappings, "
        f"{held.facts:,} facts and {held.looks:,} looks, as the source does (SHA-256 {held.sha256[:16]}…)."
    )
