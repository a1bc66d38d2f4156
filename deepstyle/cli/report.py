"""``deepstyle report``: the pictures that show what the style embedding has learned."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.evaluate import PUBLISH_HELP
from deepstyle.cli.options import Compat, StoreUrl
from deepstyle.errors import UsageError
from deepstyle.files import write_together
from deepstyle.report.curves import render_curves
from deepstyle.report.page import Figure, render_page
from deepstyle.report.published import REPORT_FILE, describe
from deepstyle.report.published import publish as publish_report
from deepstyle.report.style_report import style_figures
from deepstyle.report.tsne_map import SAMPLES
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store.url import without_password

TITLE = "Style embedding"
PAGE = "index.html"
CURVES = "Training"
CURVES_CAPTION = (
    "The dotted line is the epoch that is exported: the best on items whose garments were never trained on."
)


def report(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder for the pictures and the page.")
    ] = None,
    publish: Annotated[str, typer.Option(metavar="NAME", help=PUBLISH_HELP)] = "",
    store: StoreUrl = "",
    run: Annotated[
        Path | None, typer.Option(metavar="RUN", help="The folder of a training, for its curves.", file_okay=False)
    ] = None,
    query: Annotated[list[str] | None, typer.Option(help="An item whose neighbours to show; may be repeated.")] = None,
    queries: Annotated[int, typer.Option(help="Or how many items to draw, from each category in turn.", min=1)] = 10,
    samples: Annotated[int, typer.Option(help="Items on the map.", min=100)] = SAMPLES,
    seed: Annotated[int, typer.Option(help="Another seed draws other items.")] = 0,
    compat: Compat = "",
) -> None:
    """Draw what the store's style vectors call alike: PNG files, one page that contains them, and report.json.

    The sheet shows queries with their nearest and farthest items and the similarities that the API returns; the page
    and report.json have the same numbers as a table. The map is a t-SNE of the vectors; --run adds the curves of a
    training. Where the store has suggestions, outfits.png is a grid of them and board.png shows completed outfits.

    Example: [bold]deepstyle report --to report --store sqlite:///var/demo.db[/]
    """
    if to is None and not publish:
        raise UsageError("no destination is given.", remedy="Give --to DIR, --publish NAME, or both.")
    with Shop.open(store, compat=compat, read_only=True) as shop:
        drawn = style_figures(
            shop.store, shop.space, shop.head, item_ids=query or [], queries=queries, samples=samples, seed=seed
        )
        figures = _all(drawn)
        if run is not None:
            figures["curves.png"] = _curves(run)
        vectors = shop.store.spaces()[shop.space]
        facts = {"store": without_password(shop.store.url), "space": shop.space, "vectors": f"{vectors:,}"}
    content = _content(figures)
    if to is not None:
        table = {REPORT_FILE: (json.dumps(content, indent=2) + "\n").encode()}
        write_together(to, _files(figures, facts) | table)
        show.out.print(f"{len(figures)} figures; open [bold]{escape(str(to / PAGE))}[/]", soft_wrap=True)
    if publish:
        files = _files(figures, {name: value for name, value in facts.items() if name != "store"})
        folder = publish_report(Settings().reports_dir, publish, content, files)
        show.err.print(f"Published in {escape(str(folder))}", soft_wrap=True)


def _all(drawn: Iterator[tuple[str, Figure]]) -> dict[str, Figure]:
    """The figures by the names of their files."""
    figures = {}
    with show.progress("figures") as progress:
        task = progress.add_task("drawing", total=None, note="")
        for name, figure in drawn:
            figures[name] = figure
            progress.update(task, advance=1, note=figure.title)
    return figures


def _content(figures: dict[str, Figure]) -> dict[str, Any]:
    """``report.json``: the numbers of the sheet as a table, and what the figures show."""
    rows = [row for figure in figures.values() for row in figure.rows]
    shown = [{"figure": name, "title": figure.title, "caption": figure.caption} for name, figure in figures.items()]
    return {**describe(TITLE, rows, sys.argv[1:]), "figures": shown}


def _files(figures: dict[str, Figure], facts: dict[str, str]) -> dict[str, bytes]:
    """The pictures, and the page that contains them."""
    page = render_page(TITLE, facts, list(figures.values())).encode()
    return {**{name: figure.png for name, figure in figures.items()}, PAGE: page}


def _curves(run: Path) -> Figure:
    from deepstyle.learning.style.run import read_history

    history, best_epoch = read_history(run)
    return Figure(CURVES, CURVES_CAPTION, render_curves(history, best_epoch))
