"""``deepstyle check``: find what is damaged in a store, and remove it."""

import dataclasses
import logging
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.errors import StoreError
from deepstyle.settings import Settings
from deepstyle.store import Store, open_store
from deepstyle.store.base import CheckReport
from deepstyle.store.integrity import record_check

DAMAGED: Final = 3
SHOWN: Final = 50
log = logging.getLogger(__name__)


def check(
    store: Annotated[
        str | None, typer.Argument(metavar="[STORE]", help="The store's URL (default: DEEPSTYLE_STORE).")
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Remove what is damaged, in one write.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read all of a store and compare it with its digests and hashes: pages, items, pictures, vectors, suggestions.

    The exit status is 0 where everything is sound, 3 where something is damaged (also where it was repaired), and 2
    where the store cannot be read or repaired. The store remembers the result for `GET /readyz`.

    `--repair` removes what is damaged: `deepstyle encode` and `deepstyle map` make vectors and suggestions again, and
    the items that have to be imported again are listed. Nothing is removed where the file as a whole is malformed.

    Example: [bold]deepstyle check sqlite:///var/shop.db --repair[/]
    """
    url = store or Settings().store
    with _opened(url, repair=repair) as opened, show.progress("rows") as progress:
        task = progress.add_task("checking", total=None, note="")

        def on_progress(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        report = opened.check(repair=repair, on_progress=on_progress)
        try:
            record_check(opened, report)
        except StoreError as error:
            log.warning("the result could not be kept in the store: %s", error.message)
    if as_json:
        show.as_json(dataclasses.asdict(report))
    else:
        _print(report)
    if report.findings:
        raise typer.Exit(DAMAGED)


def _opened(url: str, *, repair: bool) -> Store:
    """The store to write to where that is possible, else only to read; one that is not there is not made."""
    found = open_store(url, read_only=True)
    try:
        writable = open_store(url)
    except StoreError:
        if repair:
            raise
        return found
    found.close()
    return writable


def _print(report: CheckReport) -> None:
    show.out.print(
        f"{report.items:,} items, {report.images:,} pictures, {report.vectors:,} vectors, {report.mappings:,} mappings "
        f"and {report.facts:,} facts were checked; {len(report.findings):,} findings."
    )
    if report.stale_suggestions:
        show.out.print(f"{report.stale_suggestions:,} suggestions name deleted items; they are never shown.")
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
    show.out.print("What was damaged is removed. Run `deepstyle encode`, then `deepstyle map`.")
    if report.import_again:
        show.out.print(f"Import again: {escape(', '.join(report.import_again))}")
