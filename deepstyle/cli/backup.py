"""``deepstyle backup`` and ``deepstyle restore``: backups of the catalogue's store."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.failure import DAMAGED
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.errors import UsageError
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store.backup import Backup, DamagedChunk, list_backups, verify_backups
from deepstyle.store.url import without_password

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of backups.")]


def backup(
    folder: Folder,
    store: StoreUrl = "",
    keep: Annotated[int, typer.Option(help="Then remove all but the newest so many backups; 0: none.", min=0)] = 0,
    listed: Annotated[bool, typer.Option("--list", help="Only list the backups in the folder.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only read all backups and compare them with hashes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Back up a catalogue's store, as of one moment, while servers read it and imports write it.

    It has items, pictures, vectors, suggestions, looks, what was measured or computed of them, and the hashes of the
    API keys. Only what the folder's earlier backups lack is written. You can stop it at any moment and run it again.

    Sign-ins, the queue of imports and people are not in it: people have backups of their own (`deepstyle people
    backup`).

    --verify exits with 3 where a backup is damaged.

    Example: [bold]deepstyle backup var/backups --store sqlite:///var/demo.db --keep 7[/]
    """
    if listed or verify:
        _examine(folder, is_read=verify, as_json=as_json)
        return
    with Shop.open(store, read_only=True) as shop, show.progress("items") as progress:
        report = shop.backup(folder, keep=keep, on_progress=show.stepping(progress))
    if as_json:
        show.as_json(dataclasses.asdict(report))
        return
    show.out.print(
        f"Backup [bold]{report.name}[/]: {report.items:,} items, {report.images:,} pictures and {report.vectors:,} "
        f"vectors, {_megabytes(report.bytes)}, of which {_megabytes(report.bytes_written)} were written now"
        f"{f'; {report.backups_removed:,} older removed' if report.backups_removed else ''}."
    )


def restore(
    backups: Folder,
    store: StoreUrl = "",
    name: Annotated[str, typer.Option("--backup", help="The backup's name (default: the newest).")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace the SQLite store that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into a new store, or with --replace in place of a SQLite store; then compare the two.

    A backup of SQLite may be restored into MongoDB and back. A SQLite file has the old content or all of the new; a
    MongoDB database has to be empty, and is not opened before the restore is finished. You can stop it at any moment
    and run it again. It does not begin while another job writes the store.

    Example: [bold]deepstyle restore var/backups --store sqlite:///var/restored.db[/]
    """
    from deepstyle.jobs.restore import restore_backup

    url = store or Settings().store
    with show.progress("ranges") as progress:
        step = show.stepping(progress)
        restored = restore_backup(backups, url, name=name, is_replaced=replace, on_progress=step)
    if as_json:
        show.as_json(dataclasses.asdict(restored))
        return
    show.out.print(
        f"Backup [bold]{restored.name}[/] restored into {escape(without_password(url))} and read back: "
        f"{restored.items:,} items, {restored.images:,} pictures, {restored.vectors:,} vectors, "
        f"{restored.looks:,} looks (SHA-256 {restored.sha256[:16]}…)."
    )


def _examine(folder: Path, *, is_read: bool, as_json: bool) -> None:
    backups = list_backups(folder)
    if not backups:
        raise UsageError(f"{folder} has no backup.", remedy="`deepstyle backup FOLDER` makes one.")
    damaged = verify_backups(folder) if is_read else []
    if as_json:
        found: dict[str, Any] = {"backups": [_summary(one) for one in backups]}
        show.as_json(found | ({"damaged": [dataclasses.asdict(one) for one in damaged]} if is_read else {}))
    else:
        _print(backups, damaged, is_read=is_read)
    if damaged:
        raise typer.Exit(DAMAGED)


def _summary(one: Backup) -> dict[str, Any]:
    return {"name": one.name, **one.content.counts, "bytes": one.bytes, "sha256": one.content.sha256}


def _print(backups: list[Backup], damaged: list[DamagedChunk], *, is_read: bool) -> None:
    table = Table("Backup", "Items", "Pictures", "Vectors", "Size")
    for one in backups:
        counted = (f"{one.content.counts[name]:,}" for name in ("items", "images", "vectors"))
        table.add_row(one.name, *counted, _megabytes(one.bytes))
    show.out.print(table)
    for chunk in damaged:
        show.out.print(f"[red]damaged:[/] {escape(chunk.chunk)}, of {len(chunk.backups):,} backups")
    if damaged:
        show.out.print("Delete these files; the next backup writes those that the store still has.")
    elif is_read:
        show.out.print("Every backup is whole.")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
