"""``deepstyle outfit analyse``: what is wrong with a look, and what makes it better?"""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.item import ItemFilter
from deepstyle.cli import show
from deepstyle.cli.filters import EVERYTHING, filtered
from deepstyle.cli.options import AsJson, Budget, Compat, MixedGenders, Model, Pieces, ServingPrecision, StoreUrl
from deepstyle.cli.queries import queries
from deepstyle.compatibility.completion import LookOptions
from deepstyle.compatibility.repair import LookAnalysis, Proposal
from deepstyle.compatibility.stylist import Piece
from deepstyle.report.answers import product_name
from deepstyle.report.compatibility import uncalibrated_note, value_in_words
from deepstyle.report.reasons import concern_in_words
from deepstyle.shop import Shop


@filtered(without="semantic_category")
def analyse(
    pieces: Pieces,
    k: Annotated[int, typer.Option("-k", help="How many items to propose for each place.", min=1, max=20)] = 3,
    budget: Budget = None,
    mixed_genders: MixedGenders = False,
    where: ItemFilter = EVERYTHING,
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ServingPrecision = None,
    as_json: AsJson = False,
) -> None:
    """Score a look, name its weakest piece and pair, and propose items that make it better.

    The weakest piece is the one without which the others score best. Items are proposed in its place that raise the
    score, and for what the look lacks, such as shoes. They are in stock, for the same people, and within the filters
    and the budget, each by itself. A photo alone shows a worn look: its garments are the pieces.

    Example: [bold]deepstyle outfit analyse 11480-21 21063-27 22876-21 --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, model=model, precision=precision, compat=compat, read_only=True) as shop:
        asked, options = queries(shop, pieces), LookOptions(mixed_genders, budget)
        look = asked[0] if len(asked) == 1 and isinstance(asked[0], Path) else asked
        found, basis = shop.analyse_look(look, k=k, where=where, options=options), shop.stylist.basis("outfit")
    if as_json:
        show.as_json({**dataclasses.asdict(basis), **_fields(found)})
        return
    _print_score(found)
    if not basis.calibrated:
        show.out.print(escape(uncalibrated_note(basis)))
    if found.replacements or found.missing:
        show.out.print(_proposals_table(found))


def _print_score(found: LookAnalysis) -> None:
    if found.score is None or found.weakest is None:
        show.out.print("A single piece is no look yet.")
        return
    names = [_name(piece) for piece in found.pieces]
    show.out.print(f"Compatibility [bold]{value_in_words(found.score)}[/]")
    for concern in found.score.concerns:
        show.out.print(f"[yellow]Concern:[/] {escape(concern_in_words(concern))}.")
    pair = found.score.pairs[found.score.weakest]
    show.out.print(escape(f"Weakest pair: {names[pair.first]} with {names[pair.second]}"))
    without = "" if found.without is None else f"; without it, the score is {found.without:.2f}"
    show.out.print(escape(f"Weakest piece: {names[found.weakest]}{without}"))


def _proposals_table(found: LookAnalysis) -> Table:
    table = Table("Proposal", "Item")
    table.add_column("Price", justify="right")
    table.add_column("Score", justify="right")
    if found.weakest is not None:
        _add_rows(table, f"instead of {_name(found.pieces[found.weakest])}", found.replacements)
    for filling in found.missing:
        _add_rows(table, f"{filling.slot}, which are missing", filling.proposals)
    return table


def _add_rows(table: Table, place: str, proposals: Sequence[Proposal]) -> None:
    for number, one in enumerate(proposals):
        item = one.piece.item
        price = "" if item.price is None else f"{item.price:,.2f} {item.currency}"
        cells = (place if number == 0 else "", f"{product_name(item)} ({item.item_id})", price)
        last = number == len(proposals) - 1
        table.add_row(*map(escape, cells), f"{one.score.score:.2f}", end_section=last)


def _name(piece: Piece) -> str:
    return product_name(piece.item) if piece.item.item_id else piece.item.semantic_category or "photo"


def _fields(found: LookAnalysis) -> dict[str, object]:
    score = found.score.score if found.score else None
    pieces = [
        {"item_id": piece.item.item_id, "semantic_category": piece.item.semantic_category, "box": piece.box}
        for piece in found.pieces
    ]
    return {
        "pieces": pieces,
        "score": dataclasses.asdict(found.score) if found.score else None,
        "weakest_piece": found.weakest,
        "without_weakest": found.without,
        "replacements": list(_proposals(found.replacements, score)),
        "missing": [{"slot": one.slot, "proposals": list(_proposals(one.proposals, score))} for one in found.missing],
    }


def _proposals(proposals: Sequence[Proposal], score: float | None) -> Iterator[dict[str, object]]:
    for one in proposals:
        gain = None if score is None else one.score.score - score
        yield {"item": dataclasses.asdict(one.piece.item), "score": one.score.score, "gain": gain}
