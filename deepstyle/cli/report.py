"""``deepstyle report``: the pictures that show what the style embedding has learned."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.evaluate import PUBLISH_HELP
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.space import COMPAT_SPACE, is_space_of
from deepstyle.compatibility.stylist import Stylist
from deepstyle.errors import UsageError
from deepstyle.files import write_together
from deepstyle.report.curves import render_curves
from deepstyle.report.outfit_grid import Look, draw_seeds, item_tile, outfit_look, render_board, suggestion_looks
from deepstyle.report.page import Figure, render_page
from deepstyle.report.published import describe
from deepstyle.report.published import publish as publish_report
from deepstyle.report.retrieval_sheet import choose_queries, contrast, render_contrasts
from deepstyle.report.tsne_map import SAMPLES, draw_sample, embed_in_plane, render_map
from deepstyle.settings import Settings
from deepstyle.store import Store, open_store
from deepstyle.store.url import without_password
from deepstyle.style.encode import STYLE_SPACE

TITLE = "Style embedding"
PAGE = "index.html"
SHEET = "Alike and unlike"
MAP = "Map of the style space"
CURVES = "Training"
GRID = "Outfit suggestions"
GRID_CAPTION = "Each row: an item, and the three that `deepstyle map` found to go with it."
GRID_ROWS = 6
BOARD = "Outfits"
BOARD_CAPTION = "Each row: an item, what completes it best, how compatible all pieces are, and why."


def report(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder for the pictures and the page.")
    ] = None,
    publish: Annotated[str, typer.Option(metavar="NAME", help=PUBLISH_HELP)] = "",
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    run: Annotated[
        Path | None, typer.Option(metavar="RUN", help="A training, for its curves.", file_okay=False)
    ] = None,
    query: Annotated[list[str] | None, typer.Option(help="An item to show neighbours of; may be repeated.")] = None,
    queries: Annotated[int, typer.Option(help="Or how many items to draw, a category each in turn.", min=1)] = 10,
    samples: Annotated[int, typer.Option(help="Items on the map.", min=100)] = SAMPLES,
    seed: Annotated[int, typer.Option(help="Another seed draws other items.")] = 0,
    compat: Annotated[str, typer.Option(help="The compatibility head of the mapping, for outfits.")] = "",
) -> None:
    """Draw what the store's style vectors call alike: PNG files, and one page that holds them all.

    The sheet shows queries with their nearest and farthest items, with the similarities that the API returns; the map
    is a t-SNE of the vectors; --run adds the curves of a training. After `deepstyle map`, outfits.png is the grid
    of its suggestions and board.png shows completed outfits.

    Example: [bold]deepstyle report --store sqlite:///var/demo.db --run runs/demo --to report[/]
    """
    if to is None and not publish:
        raise UsageError("nothing says where to.", remedy="Give --to DIR, --publish NAME, or both.")
    with open_store(store or Settings().store, read_only=True) as opened, show.progress("figures") as progress:
        space = opened.meta(STYLE_SPACE)
        if space is None:
            raise UsageError(f"{without_password(opened.url)} has no vectors yet.", remedy="Run `deepstyle encode`.")
        task = progress.add_task("drawing", total=2 + (run is not None), note=SHEET)
        figures = {"sheet.png": _sheet(opened, space, query or choose_queries(opened, space, queries, seed=seed))}
        progress.update(task, advance=1, note=MAP)
        figures["map.png"] = _map(opened, space, samples, seed)
        seeds = draw_seeds(opened, GRID_ROWS, seed)
        if looks := suggestion_looks(opened, seeds):
            figures["outfits.png"] = Figure(GRID, GRID_CAPTION, render_board(looks))
        if looks := completed_looks(opened, compat or Settings().compat, seeds):
            figures["board.png"] = Figure(BOARD, BOARD_CAPTION, render_board(looks))
        progress.update(task, advance=1, note=CURVES)
        if run is not None:
            figures["curves.png"] = _curves(run)
        facts = {"store": without_password(opened.url), "space": space, "vectors": f"{opened.spaces()[space]:,}"}
    files = {name: figure.png for name, figure in figures.items()}
    if to is not None:
        files[PAGE] = render_page(TITLE, facts, list(figures.values())).encode()
        write_together(to, files)
        show.out.print(f"{len(figures)} figures; open [bold]{escape(str(to / PAGE))}[/]", soft_wrap=True)
    if publish:
        facts.pop("store")
        files[PAGE] = render_page(TITLE, facts, list(figures.values())).encode()
        rows = [{"figure": name, "title": figure.title, "caption": figure.caption} for name, figure in figures.items()]
        folder = publish_report(Settings().reports_dir, publish, describe(TITLE, rows, sys.argv[1:]), files)
        show.err.print(f"Published in {escape(str(folder))}", soft_wrap=True)


def _sheet(store: Store, space: str, item_ids: list[str]) -> Figure:
    contrasts = [contrast(store, space, item_id) for item_id in item_ids]
    caption = (
        "Each row: the query, the three nearest and the three farthest of its own category, and the three farthest of "
        "all. Similarity is the cosine, as the API returns it."
    )
    return Figure(SHEET, caption, render_contrasts(store, contrasts))


def completed_looks(store: Store, compat: str, item_ids: list[str]) -> list[Look]:
    """The best outfit around each of these items; none where the store was not mapped with this head."""
    head, space = Head.open(head_folder(compat)), store.meta(COMPAT_SPACE) or ""
    if not is_space_of(head, space):
        return []
    stylist = Stylist(store, space, head)
    looks = []
    for piece in stylist.pieces(item_ids):
        with suppress(UsageError):  # nothing is missing around it, or the shop has nothing that could be added
            (best,) = stylist.complete([piece], k=1)
            tiles = [item_tile(store, one.item, one.item.semantic_category) for one in best.pieces]
            looks.append(outfit_look(best, tiles))
    return looks


def _map(store: Store, space: str, samples: int, seed: int) -> Figure:
    vectors, categories = draw_sample(store, space, samples=samples, seed=seed)
    caption = (
        "t-SNE by cosine: neighbours on the map are neighbours in the space; distances between islands mean little."
    )
    return Figure(MAP, caption, render_map(embed_in_plane(vectors, seed=seed), categories))


def _curves(run: Path) -> Figure:
    from deepstyle.learning.style.run import read_history

    history, best_epoch = read_history(run)
    caption = "The dotted line is the epoch that is exported: the best on items whose garments were never trained on."
    return Figure(CURVES, caption, render_curves(history, best_epoch))
