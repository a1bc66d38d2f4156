"""``deepstyle import``, ``deepstyle data check`` and ``deepstyle data demo``."""

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle import platform
from deepstyle.catalogue.category_map import NO_MAP, read_category_map
from deepstyle.catalogue.check import check_catalogue
from deepstyle.catalogue.rows import Rejection, RowWarning
from deepstyle.catalogue.source import Source
from deepstyle.cli import show
from deepstyle.cli.catalogue_report import omissions, print_check
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.cli.own_outfits import own_variant, training_command, try_own_head
from deepstyle.demo.source import DEMO_NAMES, open_catalogue
from deepstyle.download.folder import DownloadReport
from deepstyle.errors import DataError, UsageError
from deepstyle.files import atomic_file, named
from deepstyle.shop import Shop
from deepstyle.store.ingest import PRUNE_LIMIT_PERCENT, ImportProgress, ImportReport

SHOWN_REJECTIONS = 10

app = typer.Typer(help="Check a catalogue, or draw the demo catalogue.", no_args_is_help=True)

CataloguePath = Annotated[
    str,
    typer.Argument(
        metavar="PATH",
        help="A shop's product feed, its folder or its URL, any table beside its images, a folder in the Polyvore "
        "Outfits layout, a folder of images, or [bold]demo[/].",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="FIELD=COLUMN", help="Which column of a table holds a field, e.g. item_id=Ref; repeatable."
    ),
]
PruneLimit = Annotated[
    float,
    typer.Option(
        metavar="PERCENT",
        help="Delete nothing where it would be more than this share of the stored items.",
        min=0,
        max=100,
    ),
]
RejectionsFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE.jsonl", help="Write every rejection to this file, one JSON object per line."),
]
Variant = Annotated[
    str, typer.Option(metavar="VARIANT", help="Of Polyvore Outfits, with --split: disjoint or nondisjoint.")
]
Split = Annotated[
    str, typer.Option(metavar="SPLIT", help="Only the items of this split's outfits: train, valid or test.")
]
TrainOutfits = Annotated[
    bool, typer.Option("--train-outfits", help="Train a compatibility head on the catalogue's outfits.")
]
Download = Annotated[
    bool, typer.Option("--download", help="Fetch pictures that the catalogue gives by their URL alone.")
]
Encoding = Annotated[str, typer.Option(help="The encoding of a table, e.g. cp1252.")]
CategoryMapFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A CSV or TOML file of the shop's own words and their semantic categories, which override all others.",
    ),
]


@app.command("check")
def check(
    path: CataloguePath,
    fast: Annotated[bool, typer.Option("--fast", help="Look for the pictures but do not decode them.")] = False,
    columns: Columns = None,
    encoding: Encoding = "utf-8",
    category_map: CategoryMapFile = None,
    variant: Variant = "",
    split: Split = "",
    as_json: AsJson = False,
) -> None:
    """Report a catalogue's layout, what its columns mean, counts, leaks between splits, duplicates and broken pictures.

    Exits with 1 where something is an error (rows that import rejects, a file that cannot be read on), with 0 where
    there are at most warnings. It prints "fine" only where there is no finding at all. Items without a semantic
    category, pictures of a single colour, rows that lack cells, prices in doubt and addresses that are left out are
    warnings; a catalogue of which no row can be used is an error. A column that is no field becomes an attribute of its
    items.

    Example: [bold]deepstyle data check path/to/products.csv[/]
    """
    source = open_catalogue(path, columns=chosen_columns(columns), encoding=encoding, variant=variant, split=split)
    categories = read_category_map(category_map) if category_map else NO_MAP
    with show.progress("rows") as progress:
        task = progress.add_task("checking", total=_total(source), note="")
        report = check_catalogue(
            source,
            fast=fast,
            category_map=categories,
            on_progress=lambda done: progress.update(task, completed=done),
        )
    report = dataclasses.replace(report, path=str(path))  # what was given, not where an archive was unpacked
    if as_json:
        show.as_json({**dataclasses.asdict(report), "ok": not report.has_errors})
    else:
        print_check(report)
    if report.has_errors:
        raise typer.Exit(1)


@app.command("demo")
def demo(
    folder: Annotated[Path, typer.Argument(help="The folder to write; created where it does not exist.")],
    items: Annotated[int, typer.Option(help="How many items.", min=330)] = 1400,
    outfits: Annotated[int, typer.Option(help="How many outfits.", min=1)] = 600,
    seed: Annotated[int, typer.Option(help="Another seed draws another catalogue.")] = 0,
) -> None:
    """Draw the demo catalogue into FOLDER, in the Polyvore Outfits layout.

    Example: [bold]deepstyle data demo drawn-catalogue --items 400[/]
    """
    from deepstyle.demo.write import render_demo

    with show.progress("items") as progress:
        task = progress.add_task("rendering", total=items, note="")
        render_demo(
            folder,
            items=items,
            outfits=outfits,
            seed=seed,
            on_progress=lambda done: progress.update(task, completed=done),
        )
    show.out.print(f"The demo catalogue is in {escape(str(folder))}.")


def import_(
    path: CataloguePath,
    store: StoreUrl = "",
    limit: Annotated[int | None, typer.Option(help="Read only this many rows.", min=0)] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Delete stored items that the catalogue lacks.")] = False,
    prune_limit: PruneLimit = PRUNE_LIMIT_PERCENT,
    rejections: RejectionsFile = None,
    download: Download = False,
    columns: Columns = None,
    encoding: Encoding = "utf-8",
    category_map: CategoryMapFile = None,
    variant: Variant = "",
    split: Split = "",
    train_outfits: TrainOutfits = False,
    as_json: AsJson = False,
) -> None:
    """Import a catalogue's items and pictures into the store.

    The layout of a feed is recognised by itself (`deepstyle feeds`). A bad row or picture never stops it: accepted +
    rejected = items read; rows that are no items of their own are counted apart. You can stop it at any moment and run
    it again; a second run changes nothing. Pictures up to 2 MiB and 2048 px are stored as they are, larger ones as JPEG
    of at most 1600 px.

    --download fetches pictures by URL into the cache, each once, a few at a time, from public addresses only; a later
    run asks again for what may have changed. Without it, nothing but a feed that is named by its URL is fetched.

    --train-outfits trains a compatibility head on the outfits, as `deepstyle demo` does; else the command is printed.

    --prune deletes no item that a rejected row may name; where the id of such a row cannot be read, nothing at all.

    The exit status is 0 where all rows were accepted, 3 where some were rejected or --prune deleted nothing, else 2.

    Example: [bold]deepstyle import demo --store sqlite:///var/demo.db[/]
    """
    source = open_catalogue(path, columns=chosen_columns(columns), encoding=encoding, variant=variant, split=split)
    with (
        Shop.open(store) as shop,
        _rejections_file(rejections) as write,
        _import_bars(source, limit) as (on_progress, on_download),
    ):
        url = shop.settings.store
        report = shop.import_catalogue(
            source,
            limit=limit,
            prune=prune,
            prune_limit_percent=prune_limit,
            category_map=category_map or NO_MAP,
            download=download,
            on_download=on_download,
            processes=platform.usable_cores(),
            on_progress=on_progress,
            on_rejection=write,
        )
    if as_json:
        show.as_json(dataclasses.asdict(report))
    else:
        _print_import(report, rejections)
    _outfits(path, source, url, train=train_outfits)
    if code := _exit_code(report):
        raise typer.Exit(code)


def _outfits(path: str, source: Source, store: str, *, train: bool) -> None:
    """Train a head on the catalogue's outfits, or print the command that does; nothing where it has none."""
    variant = own_variant(source) if path not in DEMO_NAMES else ""
    if not variant:
        return
    if train:
        folder = try_own_head(path, variant, store=store, model="")
        if folder:
            show.err.print(f"Use it: DEEPSTYLE_COMPAT={escape(str(folder))} deepstyle encode", soft_wrap=True)
        return
    command = training_command(path, variant, store)
    show.err.print(f"Its outfits can train a compatibility head: {escape(command)}", soft_wrap=True)


def _exit_code(report: ImportReport) -> int:
    """0 all rows accepted, 3 some rejected or not pruned as wanted, 2 none accepted."""
    if not report.accepted:
        return 2
    return 3 if report.rejected or report.prune_refused else 0


def chosen_columns(pairs: list[str] | None) -> dict[str, str]:
    """``["item_id=Ref"]`` as ``{"item_id": "Ref"}``."""
    split = [pair.partition("=") for pair in pairs or []]
    for name, sign, column in split:
        if not (name and sign and column):
            raise UsageError(f"--column {name} names no column.", remedy="Write --column FIELD=COLUMN.")
    return {name.strip(): column.strip() for name, _, column in split}


def _total(source: Source) -> int | None:
    """The number of rows to come, counted only where the progress bar is visible."""
    try:
        return source.total() if show.err.is_terminal else None
    except DataError:
        return None


@contextlib.contextmanager
def _import_bars(
    source: Source, limit: int | None
) -> Iterator[tuple[Callable[[ImportProgress], None], Callable[[int, int], None]]]:
    """Progress bars of an import, and of a download from its first picture on."""
    total = _total(source)
    with show.progress("rows") as rows:
        importing = rows.add_task("importing", total=total if limit is None else min(total or limit, limit), note="")
        downloading = rows.add_task("downloading", total=None, note="", visible=False)

        def on_progress(done: ImportProgress) -> None:
            rows.update(importing, completed=done.accepted + done.rejected, note=f"{done.rejected} rejected")

        def on_download(done: int, failed: int) -> None:
            rows.update(downloading, completed=done, note=f"{failed} failed", visible=True)

        yield on_progress, on_download


@contextlib.contextmanager
def _rejections_file(path: Path | None) -> Iterator[Callable[[Rejection], None]]:
    """Write rejections to a temporary file that replaces ``path`` when the import ends, not when it fails."""
    if path is None:
        yield lambda row: None
        return
    with atomic_file(path) as file:

        def write(row: Rejection) -> None:
            with named(path):
                file.write((json.dumps(dataclasses.asdict(row), ensure_ascii=False) + "\n").encode())

        yield write


def _print_import(report: ImportReport, rejections: Path | None) -> None:
    pruned = f" · {report.pruned:,} pruned" if report.pruned else ""
    show.out.print(
        f"[bold]{report.accepted:,}[/] accepted ({report.added:,} added · {report.changed:,} changed · "
        f"{report.unchanged:,} unchanged) · [bold]{report.rejected:,}[/] rejected{pruned}"
    )
    if report.omitted:
        show.out.print(f"Rows that are no items of their own: {omissions(report.omitted)}")
    if report.looks:
        show.out.print(f"Looks: [bold]{report.looks:,}[/]")
    if report.download:
        show.out.print(_downloaded(report.download))
    if report.prune_refused:
        show.out.print(f"[yellow]Nothing was pruned:[/] {escape(report.prune_refused)}")
    if report.warnings:
        counts = " · ".join(f"{count:,} {code}" for code, count in report.warning_codes.items())
        show.out.print(_rows_table(report.warnings, f"Accepted with warnings: {counts}"))
    if not report.rejected:
        return
    show.out.print(_rows_table(report.rejections, "Rejected"))
    rest = report.rejected - min(report.rejected, SHOWN_REJECTIONS)
    where = f"all are in {escape(str(rejections))}" if rejections else "--rejections FILE.jsonl writes them all"
    show.out.print(f"{rest:,} more; {where}." if rest else f"{where.capitalize()}." if rejections else "")


def _downloaded(report: DownloadReport) -> str:
    causes = " · ".join(f"{count:,} {cause}" for cause, count in report.causes.items())
    return (
        f"Pictures: [bold]{report.downloaded:,}[/] downloaded · {report.unchanged:,} unchanged · "
        f"{report.failed:,} failed{f' ({causes})' if causes else ''}"
    )


def _rows_table(rows: Sequence[Rejection | RowWarning], title: str) -> Table:
    """The first few of ``rows``."""
    table = Table("File", "Line", "Item", "Code", "Why", "Remedy", title=title)
    for row in rows[:SHOWN_REJECTIONS]:
        cells = (row.file, str(row.line or ""), row.item_id, row.code, row.message, row.remedy)
        table.add_row(*(escape(cell) for cell in cells))
    return table
