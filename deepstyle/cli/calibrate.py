"""``deepstyle calibrate``: what a similarity means on this catalogue, in words."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from deepstyle.cli import show
from deepstyle.errors import ImageError, UsageError
from deepstyle.files import write_atomic
from deepstyle.settings import Precision, Settings
from deepstyle.store.open import open_store

if TYPE_CHECKING:
    from deepstyle.evaluation.bands import BandPrecision, BandReport
    from deepstyle.evaluation.photos import LabelledPhoto
    from deepstyle.images.pixels import Rgb

app = typer.Typer(help="Measure what a similarity means on this catalogue.", no_args_is_help=True)


@app.command("bands")
def bands(
    store: Annotated[str, typer.Option(help="The store's URL (default: DEEPSTYLE_STORE).")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, ...")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")] = None,
    limit: Annotated[int, typer.Option(help="Items whose distorted pictures ask.", min=10)] = 300,
    seed: Annotated[int, typer.Option(help="Another seed asks with other items and crops.")] = 0,
    photos: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Photos of garments with labels.csv: how many are refused?", file_okay=False),
    ] = None,
    strangers: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pictures of anything else: how many are accepted?", file_okay=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Judge the limits that serve now; change nothing.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(metavar="BANDS.json", help="Write the limits there, too, as the package keeps its own."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Find where near-identical, very similar and related begin, and below what there is no good match.

    Distorted pictures of known items are searched for. A band begins where enough results deserve its word: the
    same picture (three of four); the same garment or category (nine of ten); the same semantic category (one of
    two). Drawn pictures that show no garment set the last limit. The limits are written to the store in one
    step, with the model's fingerprint; servers that run take them at once. Without this, limits measured on the
    demo catalogue serve for the packaged model, and no other model has any.

    Example: [bold]deepstyle calibrate bands --store sqlite:///var/shop.db --photos phone-photos[/]
    """
    from deepstyle.evaluation.bands import Calibrator, fit_bands, measure_bands
    from deepstyle.style.bands import bands_of, format_bands, packaged_name, write_bands
    from deepstyle.style.encoder import Encoder
    from deepstyle.style.search import serving_model

    settings = Settings()
    labelled, others = _photos(photos), _pictures(strangers)
    with open_store(store or settings.store, read_only=check) as opened, show.progress("pictures") as progress:
        task = progress.add_task("calibrating", total=None, note="")
        folder = serving_model(opened, model or settings.model, settings.cache_dir, precision or settings.precision)
        encoder = Encoder.open(folder, streams=0)
        calibrator = Calibrator(
            opened,
            encoder,
            limit=limit,
            seed=seed,
            on_progress=lambda done, total, what: progress.update(task, completed=done, total=total, note=what),
        )
        graded, drawn = calibrator.ask_items(), calibrator.draw()
        found = bands_of(opened, encoder.spec) if check else fit_bands(encoder.fingerprint, graded, drawn)
        if found is None:
            raise UsageError("this model has no limits yet.", remedy="Run the command without --check.")
        report = measure_bands(found, calibrator, graded, drawn, photos=labelled, strangers=others)
        if not check:
            write_bands(opened, found)
    if to:
        portable = dataclasses.replace(found, model=packaged_name(encoder.spec))
        write_atomic(to, format_bands(portable).encode())
    if as_json:
        show.as_json({"measured_on": found.measured_on, **dataclasses.asdict(report)})
    else:
        _print(report)


def _photos(folder: Path | None) -> "list[LabelledPhoto]":
    from deepstyle.evaluation.photos import read_labelled_photos

    return read_labelled_photos(folder) if folder else []


def _pictures(folder: Path | None) -> "Sequence[Callable[[], Rgb]]":
    """Every picture below ``folder``, decoded when its turn comes; what is no picture is left out."""
    from deepstyle.catalogue.rows import read_file
    from deepstyle.images.pixels import decode

    if folder is None:
        return []
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    pictures = [partial(lambda path: decode(read_file(path)), path) for path in files if _decodes(path)]
    if not pictures:
        raise UsageError(f"{folder} has no pictures.", remedy="Name a folder of JPEG, PNG, WebP or GIF files.")
    return pictures


def _decodes(path: Path) -> bool:
    from deepstyle.catalogue.rows import read_file
    from deepstyle.images.pixels import decode

    try:
        decode(read_file(path))
    except ImageError:
        return False
    return True


def _print(report: "BandReport") -> None:
    table = Table("Band", "from", f"results of {report.queries:,} distorted pictures", "right")
    if report.photos:
        table.add_column(f"results of {report.photos:,} photos", justify="right")
        table.add_column("right semantic category", justify="right")
    for at, band in enumerate(report.bands):
        told = [_told(band), *([_told(report.photo_bands[at])] if report.photos else [])]
        limit = "" if band.limit is None else f"{band.limit:.3f}"
        table.add_row(band.band.replace("_", " "), limit, *[cell for cells in told for cell in cells])
    show.out.print(table)
    drawn = Table("No garment", "accepted", "accepted, had it never been seen")
    for family, share in report.false_acceptance.items():
        drawn.add_row(family, f"{share:.0%}", f"{report.unseen_acceptance[family]:.0%}")
    show.out.print(drawn)
    if report.false_refusal is not None:
        show.out.print(f"{report.false_refusal:.1%} of {report.photos:,} photos of garments are refused.")
    if report.strangers_accepted is not None:
        show.out.print(f"{report.strangers_accepted:.1%} of {report.strangers:,} other pictures are accepted.")


def _told(band: "BandPrecision") -> tuple[str, str]:
    return f"{band.results:,}", "" if band.share is None else f"{band.share:.1%}"
