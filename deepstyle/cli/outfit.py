"""``deepstyle outfit score``, ``outfit complete`` and ``outfit grid``."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import EVERYTHING, filtered
from deepstyle.cli.options import AsJson, Budget, Compat, MixedGenders, Model, Pieces, ServingPrecision, StoreUrl
from deepstyle.cli.outfit_analyse import analyse
from deepstyle.cli.queries import Query, queries, query_name, query_tile
from deepstyle.compatibility.catalogue_test import Basis
from deepstyle.compatibility.completion import DIVERSITY, Completed, LookOptions
from deepstyle.compatibility.stylist import OutfitScore
from deepstyle.errors import UsageError
from deepstyle.files import write_atomic
from deepstyle.report.answers import item_tile, product_name
from deepstyle.report.compatibility import uncalibrated_note, value_in_words
from deepstyle.report.outfit_grid import Look, draw_seeds, outfit_look, render_board, render_html, suggestion_looks
from deepstyle.report.reasons import concern_in_words, in_words
from deepstyle.shop import Shop

app = typer.Typer(help="Score and complete outfits.", no_args_is_help=True)

app.command("analyse")(analyse)


@app.command("score")
def score(
    pieces: Pieces,
    mixed_genders: MixedGenders = False,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
) -> None:
    """Score two or more pieces as an outfit: how well they go together, what each pair adds, which is the weakest.

    Compatibility is the probability that a stylist put the outfit together, measured on the catalogue's own outfits.
    Where there are too few, or the head fails the test on them, a score orders outfits instead. A repeated item, more
    of a category than one person wears, and pieces of different genders score low by rule.

    Example: [bold]deepstyle outfit score 11480-21 21063-27 22876-21 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, model=model, precision=precision, compat=compat, read_only=True) as shop:
        asked = queries(shop, pieces)
        found = [shop.piece(query) for query in asked]
        scored, basis = shop.score_outfit(found, mixed_genders=mixed_genders), shop.stylist.basis("outfit")
    if as_json:
        show.as_json({"pieces": list(pieces), **dataclasses.asdict(basis), **dataclasses.asdict(scored)})
        return
    show.out.print(f"Compatibility [bold]{value_in_words(scored)}[/]")
    for concern in scored.concerns:
        show.out.print(f"[yellow]Concern:[/] {escape(concern_in_words(concern))}.")
    _print_note(basis)
    show.out.print(_pairs_table(scored, [query_name(*pair) for pair in zip(asked, found, strict=True)]))


@app.command("complete")
@filtered(without="semantic_category")
def complete(
    pieces: Pieces,
    slot: Annotated[
        list[str] | None, typer.Option(help="A semantic category to add, such as shoes; may be repeated.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many outfits.", min=1, max=20)] = 5,
    budget: Budget = None,
    diversity: Annotated[
        float, typer.Option(help="How much the outfits are to differ; 0 ranks by score alone.", min=0, max=1)
    ] = DIVERSITY,
    mixed_genders: MixedGenders = False,
    where: ItemFilter = EVERYTHING,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
    save: Annotated[
        Path | None, typer.Option(metavar="BOARD.png|.html", help="Also write the outfits as a board.")
    ] = None,
) -> None:
    """Build outfits around the given pieces, best first.

    Without --slot it adds what is missing: something on the body, shoes and a bag. The filters apply to what is added.
    All pieces are worn by the same people, where the catalogue says by whom. The budget is for all that is added.

    Example: [bold]deepstyle outfit complete 18695-11 --slot all-body --slot bags -k 3 --save board.png --store
    sqlite:///var/demo.db[/]
    """
    with Shop.open(store, model=model, precision=precision, compat=compat, read_only=True) as shop:
        asked, options = queries(shop, pieces), LookOptions(mixed_genders, budget, diversity)
        found = shop.complete_outfit(asked, slot or (), k=k, where=where, options=options)
        basis = shop.stylist.basis("completed")
        if save:
            _write_looks(save, [_look(shop, asked, outfit) for outfit in found])
    if as_json:
        show.as_json(
            {"pieces": list(pieces), **dataclasses.asdict(basis), "outfits": [_fields(outfit) for outfit in found]}
        )
        return
    show.out.print(_outfits_table(found, len(pieces)))
    _print_note(basis)
    if save:
        show.out.print(f"The board is in {escape(str(save))}.")


@app.command("grid")
def grid(
    item_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM…]", help="Seed items; without any, some are drawn at random.")
    ] = None,
    save: Annotated[
        Path, typer.Option(metavar="GRID.png|.html", help="Where to write the grid.", dir_okay=False)
    ] = Path("outfits.png"),
    rows: Annotated[int, typer.Option(help="How many seed items to draw.", min=1, max=100)] = 6,
    seed: Annotated[int, typer.Option(help="Another seed draws other items.")] = 0,
    store: StoreUrl = "",
) -> None:
    """Draw a grid of seed items, each with the three items that are suggested for it.

    Example: [bold]deepstyle outfit grid --rows 8 --save grid.html --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        looks = suggestion_looks(shop.store, item_ids or draw_seeds(shop.store, rows, seed))
    if not looks:
        raise UsageError("none of these items has suggestions.", remedy="Run `deepstyle suggest`.")
    _write_looks(save, looks, "Outfit suggestions")
    show.out.print(f"{len(looks)} items with their suggestions are in {escape(str(save))}.")


def _pairs_table(scored: OutfitScore, names: Sequence[str]) -> Table:
    table = Table("First", "Second")
    for name in ("Compatibility", "Contribution"):
        table.add_column(name, justify="right")
    table.add_column("Why")
    for at, pair in enumerate(scored.pairs):
        cells = (names[pair.first], names[pair.second], value_in_words(pair), f"{pair.contribution:+.3f}")
        style = "red" if at == scored.weakest and len(scored.pairs) > 1 else ""
        against = [concern for concern in pair.concerns if concern.code != "never_seen_together"]
        why = [*map(concern_in_words, against), *map(in_words, pair.reasons)]
        table.add_row(*(escape(cell) for cell in (*cells, "; ".join(why))), style=style)
    return table


def _outfits_table(found: Sequence[Completed], given: int) -> Table:
    """The outfits; the first ``given`` pieces of each are the query's."""
    table = Table("Outfit", "Added")
    table.add_column("Compatibility", justify="right")
    table.add_column("Why")
    for outfit in found:
        added = "\n".join(f"{product_name(p.item)} ({p.item.item_id})" for p in outfit.pieces[given:])
        against = map(concern_in_words, outfit.score.concerns)
        why, score = "\n".join([*against, *map(in_words, outfit.score.reasons)]), value_in_words(outfit.score)
        table.add_row(f"{outfit.rank}", escape(added), score, escape(why), end_section=True)
    return table


def _print_note(basis: Basis) -> None:
    if not basis.calibrated:
        show.out.print(escape(uncalibrated_note(basis)))


def _fields(outfit: Completed) -> dict[str, object]:
    items = [piece.item.item_id for piece in outfit.pieces]
    return {"rank": outfit.rank, "items": items, **dataclasses.asdict(outfit.score)}


def _look(shop: Shop, asked: Sequence[Query], outfit: Completed) -> Look:
    """The outfit as a row of cards: the given pieces as they were given, then those that were added."""
    given, added = outfit.pieces[: len(asked)], outfit.pieces[len(asked) :]
    tiles = [query_tile(shop, query, p, "given") for query, p in zip(asked, given, strict=True)]
    tiles += [item_tile(shop.store, piece.item, "added") for piece in added]
    return outfit_look(outfit, tiles)


def _write_looks(path: Path, looks: Sequence[Look], title: str = "Outfits") -> None:
    """Write the looks as a page where the file's name says so, else as a picture."""
    html = path.suffix.lower() in (".html", ".htm")
    write_atomic(path, render_html(looks, title).encode() if html else render_board(looks))
