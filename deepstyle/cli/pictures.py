"""``deepstyle pictures``: where a store's pictures are, move them, and remove what no item names."""

import dataclasses
from typing import Annotated, Final

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.cli.failure import DAMAGED
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.jobs.lock import only_job
from deepstyle.shop import Shop

app = typer.Typer(help="Pictures in the store's database, in a folder, or in S3.", no_args_is_help=True)

SHOWN: Final = 10


@app.command("where")
def where(store: StoreUrl = "", as_json: AsJson = False) -> None:
    """Say where a store's pictures are, and how many are in its database and outside.

    Example: [bold]deepstyle pictures where --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        external = shop.store.external
        place, pictures, outside = external.place(), external.rows.count(), sum(1 for _ in external.hashes())
    if as_json:
        show.as_json({"url": place.url, "moving_from": place.before, "pictures": pictures, "outside": outside})
        return
    show.out.print(f"New pictures go to: {escape(place.url)}")
    show.out.print(f"{pictures:,} pictures, {outside:,} of them outside the database.")
    if place.before:
        show.out.print(f"A move from {escape(place.before)} has not ended: run `deepstyle pictures move` again.")


@app.command("move")
def move(
    url: Annotated[str, typer.Option("--to", metavar="URL", help="file:///folder, s3://bucket/prefix, or database.")],
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Move all pictures of a store to a folder, to S3, or back into its database.

    You can stop it at any moment and run it again, or turn back. Running servers go on: they read both places until it
    ends. A folder or bucket that pictures were moved out of keeps them. Where all objects are in the new place already,
    because you copied them, they are only verified.

    The exit status is 0, or 3 where pictures are missing or damaged; then the move has not ended.

    Example: [bold]deepstyle pictures move --to database --store sqlite:///var/demo.db[/]
    """
    with (
        Shop.open_existing(store, must_write=True) as shop,
        only_job(shop.store) as still_ours,
        show.progress("pictures") as progress,
    ):
        update = show.stepping(progress)

        def on_progress(step: str, done: int, total: int) -> None:
            still_ours()
            update(step, done, total)

        report = shop.move_pictures(url, on_progress=on_progress)
    if as_json:
        show.as_json(dataclasses.asdict(report))
    else:
        show.out.print(f"{report.moved:,} pictures moved to {escape(report.url)}; {report.there:,} were there already.")
        if report.damaged:
            names = ", ".join(report.damaged[:SHOWN])
            show.out.print(f"{len(report.damaged):,} are missing or damaged: {names}. Run `deepstyle check`.")
    if not report.is_complete:
        raise typer.Exit(DAMAGED)


@app.command("prune")
def prune(
    hours: Annotated[
        float, typer.Option("--older-than-hours", min=1, help="Only what was written this long ago.")
    ] = 168.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing; only count.")] = False,
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Remove objects that no item names from the folder or bucket of a store's pictures.

    Deleted items and replaced pictures leave their objects behind, because others may have the same picture. An import
    may run meanwhile. A backup of the database names the pictures of its time: choose an age that is longer than
    backups are kept.

    Example: [bold]deepstyle pictures prune --older-than-hours 720 --dry-run[/]
    """
    with Shop.open_existing(store) as shop, show.progress("objects") as progress:
        report = shop.prune_pictures(min_age_s=hours * 3600, dry_run=dry_run, on_progress=show.stepping(progress))
    if as_json:
        show.as_json(dataclasses.asdict(report))
        return
    removed = "would be removed" if dry_run else "removed"
    show.out.print(
        f"{report.removed:,} objects ({report.removed_bytes / 1e6:,.1f} MB) {removed}; {report.named:,} belong to "
        f"items, {report.recent:,} are too new."
    )
