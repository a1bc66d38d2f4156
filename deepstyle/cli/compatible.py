"""``deepstyle compatible``: what goes with this item, or with what this photo shows?"""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import filtered
from deepstyle.cli.search import (
    EVERYTHING,
    AsJson,
    Model,
    ModelPrecision,
    Save,
    StoreUrl,
    headline,
    product,
)
from deepstyle.cli.stylist import open_desk
from deepstyle.compatibility.calibration import as_percent
from deepstyle.compatibility.stylist import Suggestion
from deepstyle.files import write_atomic
from deepstyle.report.reasons import in_words
from deepstyle.report.sheet import render_sheet

Compat = Annotated[str, typer.Option(help="A compatibility head's folder, or packaged.")]


@filtered()
def compatible(
    query: Annotated[str, typer.Argument(metavar="ITEM|PHOTO", help="An item's id, or a picture's path.")],
    k: Annotated[int, typer.Option("-k", help="How many products of each category.", min=1, max=100)] = 3,
    mapped: Annotated[bool, typer.Option("--mapped", help="The three suggestions of the mapping instead.")] = False,
    where: ItemFilter = EVERYTHING,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ModelPrecision = None,
    as_json: AsJson = False,
    save: Save = None,
) -> None:
    """Find what goes with an item, or with what a photo shows, category by category.

    Compatibility is the chance that a stylist wears the two together, calibrated on the validation outfits.

    Example: [bold]deepstyle compatible 41085800-02 -k 2 --semantic-category bags --save goes-with.png[/]
    """
    with open_desk(store, compat, model, precision) as desk:
        (piece,) = desk.pieces([query])
        if mapped:
            found = {
                "": desk.stylist.stored_suggestions(query)[1] if piece.item.item_id else desk.stylist.suggestions(piece)
            }
        else:
            found = desk.stylist.complements(piece, k=k, where=where)
        title = headline(piece.item) if piece.item.item_id else Path(query).name
        if save:
            best = [one for results in found.values() for one in results]
            named = desk.stylist.pieces([one.item.item_id for one in best])
            tiles = [
                desk.tile(p, "", f"{as_percent(one.compatibility)} fits") for p, one in zip(named, best, strict=True)
            ]
            write_atomic(
                save, render_sheet(dataclasses.replace(desk.tile(piece, query), title=title, note="query"), tiles)
            )
    if as_json:
        told = [dataclasses.asdict(one) for results in found.values() for one in results]
        show.as_json({"query": query, "semantic_category": piece.item.semantic_category, "results": told})
        return
    show.out.print(f"[bold]{escape(title)}[/]")
    _print([one for results in found.values() for one in results])
    if save:
        show.out.print(f"The picture is in {escape(str(save))}.")


def _print(found: list[Suggestion]) -> None:
    if not found:
        show.out.print("Nothing matches.")
        return
    table = Table("Category", "Product")
    table.add_column("Compatibility", justify="right")
    table.add_column("Why")
    table.add_column("Item", style="dim", no_wrap=True)
    for one in found:
        cells = (one.item.semantic_category, product(one.item), as_percent(one.compatibility))
        table.add_row(*(escape(cell) for cell in (*cells, "; ".join(map(in_words, one.reasons)), one.item.item_id)))
    show.out.print(table)
