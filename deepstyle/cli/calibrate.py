"""``deepstyle calibrate``: what a similarity means on this catalogue, in words."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from deepstyle.cli import show
from deepstyle.files import write_atomic
from deepstyle.settings import Precision, Settings
from deepstyle.store.open import open_store

if TYPE_CHECKING:
    from deepstyle.evaluation.band_report import BandPrecision, BandReport

app = typer.Typer(help="Measure what a similarity means on this catalogue.", no_args_is_help=True)


@app.command("bands")
def bands(
    store: Annotated[str, typer.Option(help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, ...")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")] = None,
    limit: Annotated[int, typer.Option(help="How many items to search for, distorted.", min=10)] = 300,
    seed: Annotated[int, typer.Option(help="Seed of the choice of items and of their distortions.", min=0)] = 0,
    photos: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Photos of garments with labels.csv: how many are refused?", file_okay=False),
    ] = None,
    negatives: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pictures without a garment: how many are accepted?", file_okay=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Measure the limits in use; change nothing.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(metavar="BANDS.json", help="Also write the limits to this file, in the package's format."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Find where near-identical, very similar and related begin, and below which similarity there is no match.

    Distorted pictures of known items are searched for. A band begins where enough results deserve its name: the same
    picture (three of four); the same garment or category (nine of ten); the same semantic category (one of two).
    Drawn pictures without a garment set the last limit. The limits are written to the store in one step, with the
    model's fingerprint; running servers use them at once. Without calibration, the packaged model has limits measured
    on the demo catalogue, and other models have none.

    Example: [bold]deepstyle calibrate bands --store sqlite:///var/demo.db --photos phone-photos[/]
    """
    from deepstyle.evaluation.band_report import calibrate_bands
    from deepstyle.evaluation.photos import read_labelled_photos, read_pictures
    from deepstyle.style.bands import format_bands, packaged_name
    from deepstyle.style.encoder import Encoder
    from deepstyle.style.search import serving_model

    settings = Settings()
    with open_store(store or settings.store, read_only=check) as opened, show.progress("pictures") as progress:
        task = progress.add_task("calibrating", total=None, note="")
        folder = serving_model(opened, model or settings.model, settings.cache_dir, precision or settings.precision)
        encoder = Encoder.open(folder, streams=0)
        found, report = calibrate_bands(
            opened,
            encoder,
            limit=limit,
            seed=seed,
            photos=read_labelled_photos(photos) if photos else (),
            negatives=read_pictures(negatives) if negatives else (),
            check=check,
            on_progress=lambda done, total, what: progress.update(task, completed=done, total=total, note=what),
        )
    if to:
        write_atomic(to, format_bands(dataclasses.replace(found, model=packaged_name(encoder.spec))).encode())
    if as_json:
        show.as_json({"measured_on": found.measured_on, **dataclasses.asdict(report)})
    else:
        _print(report)


def _print(report: "BandReport") -> None:
    _print_bands(report)
    drawn = Table("No garment", "accepted", "accepted, had it never been seen")
    for family, share in report.false_acceptance.items():
        drawn.add_row(family, f"{share:.0%}", f"{report.unseen_acceptance[family]:.0%}")
    show.out.print(drawn)
    if report.false_refusal is not None:
        show.out.print(f"{report.false_refusal:.1%} of {report.photos:,} photos of garments are refused.")
    if report.negatives_accepted is not None:
        show.out.print(f"{report.negatives_accepted:.1%} of {report.negatives:,} pictures without one are accepted.")


def _print_bands(report: "BandReport") -> None:
    table = Table("Band", "from", f"results of {report.queries:,} distorted pictures", "right")
    if report.photos:
        table.add_column(f"results of {report.photos:,} photos", justify="right")
        table.add_column("right semantic category", justify="right")
    for row, band in enumerate(report.bands):
        limit = "" if band.limit is None else f"{band.limit:.3f}"
        photo_cells = _cells(report.photo_bands[row]) if report.photos else ()
        table.add_row(band.band.replace("_", " "), limit, *_cells(band), *photo_cells)
    show.out.print(table)


def _cells(band: "BandPrecision") -> tuple[str, str]:
    return f"{band.results:,}", "" if band.share is None else f"{band.share:.1%}"
