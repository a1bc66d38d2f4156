"""``deepstyle points``: the map of the style space that the website shows."""

from typing import Annotated

import typer

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.report.map_points import MAX_POINTS, POINTS
from deepstyle.shop import Shop


def points(
    store: StoreUrl = "",
    items: Annotated[int, typer.Option(help="The most items on the map.", min=2, max=MAX_POINTS)] = POINTS,
    seed: Annotated[int, typer.Option(help="Another seed draws other items and another map.")] = 0,
    pca: Annotated[bool, typer.Option("--pca", help="Principal components instead of t-SNE: fast and coarse.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compute the map of the style space that GET /v1/map returns, and write it to the store.

    It uses t-SNE by cosine where openTSNE is installed (deepstyle[report]), else principal components. The map is
    written in one step: a killed run leaves the old one. Running servers show the new map at once.

    Example: [bold]deepstyle points --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store) as shop, show.waiting("placing items"):
        placed = shop.map(items=items, seed=seed, method="PCA" if pca else None)
    if as_json:
        show.as_json({"space": placed.space, "method": placed.method, "items": len(placed.item_ids)})
    else:
        show.out.print(f"{len(placed.item_ids):,} items placed by {placed.method}.")
