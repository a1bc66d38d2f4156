"""``deepstyle points``: the map of the style space that the website shows."""

from typing import Annotated

import typer

from deepstyle.cli import show
from deepstyle.errors import UsageError
from deepstyle.report.map_points import MAX_POINTS, POINTS, MapPoints, compute_points, read_points, write_points
from deepstyle.settings import Settings
from deepstyle.store import Store, open_store
from deepstyle.store.url import without_password
from deepstyle.style.encode import STYLE_SPACE


def points(
    store: Annotated[str, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    items: Annotated[int, typer.Option(help="Items on the map at most.", min=2, max=MAX_POINTS)] = POINTS,
    seed: Annotated[int, typer.Option(help="Another seed draws other items and another map.")] = 0,
    pca: Annotated[
        bool, typer.Option("--pca", help="Principal components in place of t-SNE: fast, and coarse.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Compute the map of the style space that GET /v1/map answers with, and keep it in the store.

    t-SNE by cosine where openTSNE is installed (deepstyle[report]), else principal components. It is written in one
    step: killed before, it leaves the map that was there. Servers that run show the new map at once.

    Example: [bold]deepstyle points --store sqlite:///var/demo.db[/]
    """
    with open_store(store or Settings().store) as opened:
        space = opened.meta(STYLE_SPACE)
        if space is None:
            raise UsageError(f"{without_password(opened.url)} has no vectors yet.", remedy="Run `deepstyle encode`.")
        with show.waiting("placing items"):
            made = compute_points(opened, space, points=items, seed=seed, method="PCA" if pca else None)
        write_points(opened, made)
    if as_json:
        show.as_json({"space": space, "method": made.method, "items": len(made.item_ids)})
    else:
        show.out.print(f"{len(made.item_ids):,} items placed by {made.method}.")


def ensure_points(store: Store, space: str) -> MapPoints | None:
    """The store's map of ``space`` with all its vectors, computed if it is not there; ``None`` where nothing can be."""
    known = read_points(store, space)
    if known and len(known.item_ids) >= min(POINTS, store.spaces().get(space, 0)):
        return known
    try:
        made = compute_points(store, space)
    except UsageError:
        return None
    write_points(store, made)
    return made
