"""``deepstyle compatible``: what goes with this item, or with what this photo shows?"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import EVERYTHING, filtered
from deepstyle.cli.options import AsJson, Compat, Model, Save, ServingPrecision, StoreUrl
from deepstyle.cli.queries import queries, query_tile
from deepstyle.compatibility.stylist import Suggestion
from deepstyle.files import write_atomic
from deepstyle.report.answers import headline, product_name, render_suggestions
from deepstyle.report.compatibility import uncalibrated_note, value_in_words
from deepstyle.report.reasons import in_words
from deepstyle.shop import Shop


@filtered()
def compatible(
    query: Annotated[str, typer.Argument(metavar="ITEM|PHOTO", help="An item's id, or a picture's path.")],
    k: Annotated[int, typer.Option("-k", help="How many products of each category.", min=1, max=100)] = 3,
    mapped: Annotated[bool, typer.Option("--mapped", help="The three stored suggestions instead.")] = False,
    where: ItemFilter = EVERYTHING,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
    save: Save = None,
) -> None:
    """Find what goes with an item, or with what a photo shows, category by category.

    Compatibility is the probability that the choice is right, measured on the catalogue's own outfits. Where there are
    too few, or the head fails the test on them, a score orders the products instead.

    Example: [bold]deepstyle compatible 18695-11 -k 2 --semantic-category bags --save goes-with.png --store
    sqlite:///var/demo.db[/]
    """
    with Shop.open(store, model=model, precision=precision, compat=compat, read_only=True) as shop:
        (asked,) = queries(shop, [query])
        piece = shop.piece(asked)
        found = shop.suggestions(piece) if mapped else _all(shop.compatible(piece, k=k, where=where))
        basis = shop.stylist.basis("suggested")
        title = asked.name if isinstance(asked, Path) else headline(piece.item)
        if save:
            tile = dataclasses.replace(query_tile(shop, asked, piece, "query"), title=title)
            write_atomic(save, render_suggestions(shop.store, tile, found))
    if as_json:
        results = [dataclasses.asdict(one) for one in found]
        fields = {"query": query, "semantic_category": piece.item.semantic_category, **dataclasses.asdict(basis)}
        show.as_json({**fields, "results": results})
        return
    show.out.print(f"[bold]{escape(title)}[/]")
    _print(found)
    if not basis.calibrated:
        show.out.print(escape(uncalibrated_note(basis)))
    if save:
        show.out.print(f"The picture is in {escape(str(save))}.")


def _all(by_category: Mapping[str, Sequence[Suggestion]]) -> list[Suggestion]:
    return [one for best in by_category.values() for one in best]


def _print(found: list[Suggestion]) -> None:
    if not found:
        show.out.print("Nothing matches.")
        return
    table = Table("Category", "Product")
    table.add_column("Compatibility", justify="right")
    table.add_column("Why")
    table.add_column("Item", style="dim", no_wrap=True)
    for one in found:
        cells = (one.item.semantic_category, product_name(one.item), value_in_words(one))
        table.add_row(*(escape(cell) for cell in (*cells, "; ".join(map(in_words, one.reasons)), one.item.item_id)))
    show.out.print(table)
