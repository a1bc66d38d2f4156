"""``deepstyle check``: find what is damaged in a store, and remove it."""

import dataclasses
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.failure import DAMAGED
from deepstyle.cli.options import AsJson
from deepstyle.shop import Shop
from deepstyle.store.base import CheckReport

SHOWN: Final = 50


def check(
    store: Annotated[str, typer.Argument(metavar="[STORE]", help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    repair: Annotated[bool, typer.Option("--repair", help="Remove what is damaged, in one write.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a whole store and compare it with its digests and hashes: pages, items, pictures, vectors, suggestions.

    The exit status is 0 where nothing is damaged, 3 where something is (also where it was repaired), and 2 where the
    store cannot be read or repaired. The store keeps the result for `GET /readyz`.

    `--repair` removes what is damaged: `deepstyle encode` computes vectors and suggestions again, and the items that
    have to be imported again are listed. Nothing is removed where the file as a whole is malformed.

    Example: [bold]deepstyle check sqlite:///var/demo.db --repair[/]
    """
    with Shop.open_existing(store, must_write=repair) as shop, show.progress("rows") as progress:
        report = shop.check(repair=repair, on_progress=show.stepping(progress))
    if as_json:
        show.as_json(dataclasses.asdict(report))
    else:
        _print(report)
    if report.findings:
        raise typer.Exit(DAMAGED)


def _print(report: CheckReport) -> None:
    show.out.print(
        f"{report.items:,} items, {report.images:,} pictures, {report.vectors:,} vectors, {report.mappings:,} "
        f"mappings, {report.facts:,} facts and {report.looks:,} looks were checked; {len(report.findings):,} findings."
    )
    if report.stale_suggestions:
        show.out.print(f"{report.stale_suggestions:,} suggestions name deleted items; they are never shown.")
    if report.stale_looks:
        show.out.print(f"{report.stale_looks:,} looks name deleted items; they are shown without them.")
    if not report.findings:
        return
    table = Table("Damaged", "Item", "What")
    for finding in report.findings[:SHOWN]:
        table.add_row(finding.kind, escape(finding.item_id), escape(finding.message))
    show.out.print(table)
    if len(report.findings) > SHOWN:
        show.out.print(f"… and {len(report.findings) - SHOWN:,} more; --json prints all.")
    if not report.repaired:
        show.out.print("`deepstyle check --repair` removes what is damaged.")
        return
    show.out.print("What was damaged is removed. Run `deepstyle encode`.")
    if report.import_again:
        show.out.print(f"Import again: {escape(', '.join(report.import_again))}")
