"""``deepstyle report outfits``: the visual outfit suggestion grid."""

import random
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.catalogue.files import write_atomic
from deepstyle.cli import show
from deepstyle.cli.compatible import Compat
from deepstyle.cli.search import Model, ModelPrecision, StoreUrl, headline
from deepstyle.cli.stylist import open_desk
from deepstyle.errors import UsageError
from deepstyle.report.outfit_grid import Look, render_board, render_html


def report_outfits(
    item_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM…]", help="Seed items; without any, some are drawn.")
    ] = None,
    save: Annotated[
        Path, typer.Option(metavar="GRID.png|.html", help="Where to write the grid.", dir_okay=False)
    ] = Path("outfits.png"),
    rows: Annotated[int, typer.Option(help="How many seed items are drawn.", min=1, max=100)] = 6,
    seed: Annotated[int, typer.Option(help="Another seed draws other items.")] = 0,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ModelPrecision = None,
) -> None:
    """Draw the visual outfit suggestion grid: seed items, each with the three items mapped to it.

    Example: [bold]deepstyle report outfits --rows 8 --save grid.html[/]
    """
    with open_desk(store, compat, model, precision) as desk:
        everything = [item.item_id for item in desk.stylist.store.iter_items()] if not item_ids else []
        drawn = random.Random(seed).sample(everything, len(everything))  # noqa: S311
        seeds = item_ids or [name for name in drawn if desk.stylist.store.compatible(name)][:rows]
        if not seeds:
            raise UsageError(f"{desk.stylist.store.url} has no suggestions yet.", remedy="Run `deepstyle map`.")
        looks = []
        for name in seeds:
            query, found = desk.stylist.mapped(name)
            partners = desk.stylist.pieces([one.item.item_id for one in found])
            tiles = [desk.tile(query, "", "seed")]
            tiles += [desk.tile(p, "", f"{one.compatibility:.0%} fits") for p, one in zip(partners, found, strict=True)]
            reasons = tuple(dict.fromkeys(reason for one in found for reason in one.reasons))[:4]
            looks.append(Look(tuple(tiles), headline(query.item), reasons))
    html = save.suffix.lower() in (".html", ".htm")
    write_atomic(save, render_html(looks, "Outfit suggestions").encode() if html else render_board(looks))
    show.out.print(f"{len(looks)} items with their suggestions are in {escape(str(save))}.")
