"""``deepstyle suggest``: what goes with each item, computed once and written to the store."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.encode import suggest_fields
from deepstyle.cli.options import AsJson, Compat, Model, ServingPrecision, StoreUrl
from deepstyle.report.compatibility import verdict_in_words
from deepstyle.shop import Shop


def suggest(
    store: StoreUrl = "",
    compat: Compat = "",
    model: Model = "",
    precision: ServingPrecision = None,
    features: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Take features from this table where it has them.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Compute the suggestions of every item again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write for every item three others that go with it, of different categories: rec_feature2.

    `deepstyle encode` does this too; run this command after training a head, or to compute all suggestions again. It
    reads only new and changed pictures, and computes only the suggestions that they change. You can stop it at any
    moment and run it again. A running server answers from the new suggestions at once.

    Example: [bold]deepstyle suggest --store sqlite:///var/demo.db --full[/]
    """
    with (
        Shop.open(store, model=model, precision=precision, compat=compat) as shop,
        show.progress("pictures") as progress,
    ):
        report = shop.suggest(features=features, full=full, on_progress=show.counting(progress, "reading"))
        seed = next((item.item_id for item in shop.store.iter_items() if shop.store.compatible(item.item_id)), "")
        suggested = list(shop.store.compatible(seed)) if seed else []
    if as_json:
        show.as_json({**suggest_fields(report), "seed_item_id": seed, "suggested_items": suggested})
    else:
        projected, mapping = report.projected, report.mapping
        first = f"Loaded outfit mapping for {mapping.items} items. Seed Item ID: {seed} Suggested Items: {suggested}"
        show.out.print(escape(first), soft_wrap=True)
        show.out.print(
            f"{len(projected.item_ids):,} pictures read, {len(projected.failed):,} failed · suggestions computed for "
            f"{mapping.computed:,} items · {mapping.suggested:,} different items are suggested."
        )
        show.out.print(verdict_in_words(report.test))
    if report.projected.failed:
        raise typer.Exit(1)
