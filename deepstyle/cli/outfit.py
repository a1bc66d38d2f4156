"""``deepstyle outfit score`` and ``outfit complete``."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.compatible import Compat
from deepstyle.cli.filters import filtered
from deepstyle.cli.search import (
    EVERYTHING,
    AsJson,
    Model,
    ModelPrecision,
    StoreUrl,
    product,
)
from deepstyle.cli.stylist import Desk, open_desk
from deepstyle.compatibility.calibration import as_percent
from deepstyle.compatibility.stylist import Completed, Piece
from deepstyle.errors import UsageError
from deepstyle.files import write_atomic
from deepstyle.report.outfit_grid import draw_seeds, outfit_look, render_board, render_html, suggestion_looks
from deepstyle.report.reasons import in_words
from deepstyle.report.sheet import Tile
from deepstyle.settings import Settings
from deepstyle.store import open_store

app = typer.Typer(help="Score and complete outfits.", no_args_is_help=True)

Pieces = Annotated[list[str], typer.Argument(metavar="ITEM|PHOTO…", help="Item ids, pictures' paths, or both.")]


@app.command("score")
def score(
    pieces: Pieces,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ModelPrecision = None,
    as_json: AsJson = False,
) -> None:
    """Tell how well two or more pieces go together, what every pair adds, and which pair is the weakest.

    Compatibility is the chance that a stylist put the outfit together, calibrated on the validation outfits.

    Example: [bold]deepstyle outfit score 41085800-02 43063724-OR my-shoes.jpg[/]
    """
    with open_desk(store, compat, model, precision) as desk:
        told = desk.pieces(pieces)
        scored = desk.stylist.score(told)
    names = _names(pieces, told)
    if as_json:
        show.as_json({"pieces": list(pieces), **dataclasses.asdict(scored)})
        return
    show.out.print(f"Compatibility [bold]{as_percent(scored.compatibility)}[/]")
    table = Table("First", "Second")
    for name in ("Compatibility", "Contribution"):
        table.add_column(name, justify="right")
    table.add_column("Why")
    for at, pair in enumerate(scored.pairs):
        cells = (names[pair.first], names[pair.second], as_percent(pair.compatibility), f"{pair.contribution:+.3f}")
        style = "red" if at == scored.weakest and len(scored.pairs) > 1 else ""
        table.add_row(*(escape(cell) for cell in (*cells, "; ".join(map(in_words, pair.reasons)))), style=style)
    show.out.print(table)


@app.command("complete")
@filtered(without="semantic_category")
def complete(
    pieces: Pieces,
    slot: Annotated[
        list[str] | None, typer.Option(help="A semantic category to add, such as shoes; may be repeated.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many outfits.", min=1, max=20)] = 5,
    where: ItemFilter = EVERYTHING,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ModelPrecision = None,
    as_json: AsJson = False,
    save: Annotated[
        Path | None, typer.Option(metavar="BOARD.png|.html", help="Write the outfits as a board, too.")
    ] = None,
) -> None:
    """Build outfits around the pieces that are given, best first.

    Without --slot what is missing is added: something on the body, shoes and a bag. The filters narrow what is added.

    Example: [bold]deepstyle outfit complete 41085800-02 --slot tops --slot bottoms -k 3 --save board.png[/]
    """
    with open_desk(store, compat, model, precision) as desk:
        locked = desk.pieces(pieces)
        found = desk.stylist.complete(locked, slot or (), k=k, where=where)
        if save:
            looks = [outfit_look(outfit, _tiles(desk, pieces, outfit)) for outfit in found]
            html = save.suffix.lower() in (".html", ".htm")
            write_atomic(save, render_html(looks).encode() if html else render_board(looks))
    if as_json:
        told = [
            {
                "rank": outfit.rank,
                "items": [piece.item.item_id for piece in outfit.pieces],
                **dataclasses.asdict(outfit.score),
            }
            for outfit in found
        ]
        show.as_json({"pieces": list(pieces), "outfits": told})
        return
    table = Table("Outfit", "Added")
    table.add_column("Compatibility", justify="right")
    table.add_column("Why")
    for outfit in found:
        added = "\n".join(f"{product(p.item)} ({p.item.item_id})" for p in outfit.pieces[len(locked) :])
        why = "\n".join(map(in_words, outfit.score.reasons))
        table.add_row(
            f"{outfit.rank}", escape(added), as_percent(outfit.score.compatibility), escape(why), end_section=True
        )
    show.out.print(table)
    if save:
        show.out.print(f"The board is in {escape(str(save))}.")


@app.command("grid")
def grid(
    item_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM…]", help="Seed items; without any, some are drawn.")
    ] = None,
    save: Annotated[
        Path, typer.Option(metavar="GRID.png|.html", help="Where to write the grid.", dir_okay=False)
    ] = Path("outfits.png"),
    rows: Annotated[int, typer.Option(help="How many seed items are drawn.", min=1, max=100)] = 6,
    seed: Annotated[int, typer.Option(help="Another seed draws other items.")] = 0,
    store: StoreUrl = "",
) -> None:
    """Draw the visual outfit suggestion grid: seed items, each with the three items mapped to it.

    Example: [bold]deepstyle outfit grid --rows 8 --save grid.html[/]
    """
    with open_store(store or Settings().store, read_only=True) as opened:
        looks = suggestion_looks(opened, item_ids or draw_seeds(opened, rows, seed))
    if not looks:
        raise UsageError("none of these items has suggestions.", remedy="Run `deepstyle map`.")
    html = save.suffix.lower() in (".html", ".htm")
    write_atomic(save, render_html(looks, "Outfit suggestions").encode() if html else render_board(looks))
    show.out.print(f"{len(looks)} items with their suggestions are in {escape(str(save))}.")


def _tiles(desk: Desk, names: list[str], outfit: Completed) -> list[Tile]:
    """The outfit's cards; ``names`` are the locked pieces as they were given."""
    return [
        desk.tile(piece, names[at] if at < len(names) else "", piece.item.semantic_category)
        for at, piece in enumerate(outfit.pieces)
    ]


def _names(told: list[str], pieces: list[Piece]) -> list[str]:
    return [product(p.item) if p.item.item_id else Path(name).name for name, p in zip(told, pieces, strict=True)]
