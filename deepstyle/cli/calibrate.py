"""``deepstyle calibrate``: what a search result is worth on this catalogue."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, Model, ServingPrecision, StoreUrl
from deepstyle.errors import UsageError
from deepstyle.shop import Shop
from deepstyle.style.calibration.calibration import Calibration
from deepstyle.style.calibration.decision import BANDS

if TYPE_CHECKING:
    from deepstyle.evaluation.photos import LabelledPhoto

app = typer.Typer(help="Measure what a search result is worth on this catalogue.", no_args_is_help=True)
Senders = Literal["train", "valid", "test"]
QUERIES: Final = {"photo": "synthetic photos", "item": "items", "photos": "phone photos"}


@app.command("bands")
def bands(
    store: StoreUrl = "",
    model: Model = "",
    precision: ServingPrecision = None,
    photos: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Also measure on photos of garments, with labels.csv.", file_okay=False),
    ] = None,
    senders: Annotated[
        Senders | None, typer.Option(help="Only photos of these senders (by sender_id of the tables).")
    ] = None,
    negatives: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pictures without a garment: how many are accepted?", file_okay=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Measure the calibration in use; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Calibrate the search on this catalogue, and print how far it can be trusted.

    At most 500 of the catalogue's own pictures are drawn as photos and searched for: with their whole category left
    out, so that a search must find no match, and with only the product itself left out. From these follow the decision
    whether there is a good match, set to accept at most 5 % of an absent category, and the probability that a result
    has the query's type. Both are measured on categories that their calibration has not seen; --photos and --negatives
    are only measured. `deepstyle encode` calibrates by itself.

    Example: [bold]deepstyle calibrate bands --store sqlite:///var/demo.db --photos phone-photos[/]
    """
    with Shop.open(store, model=model, precision=precision, read_only=check) as shop, show.progress("pictures") as bar:
        on_progress = show.counting(bar, "photos")
        calibration = shop.calibration if check else shop.calibrate(force=True, on_progress=on_progress)
        if calibration is None:
            raise UsageError("this model was never calibrated here.", remedy="Run the command without --check.")
        fields = _measured(shop, calibration, _labelled(photos or [], senders), negatives)
    show.as_json(fields) if as_json else _print(fields)


def calibration_summary(calibration: Calibration) -> dict[str, Any]:
    """A calibration as JSON, without what only serving needs."""
    from deepstyle.evaluation.calibration_report import decision_fields

    decisions = {"photo": calibration.photo, "item": calibration.item}
    return {
        "calibrated": calibration.calibrated,
        "reason": calibration.reason,
        "knows_types": calibration.types is not None,
        **{name: decision_fields(decision) for name, decision in decisions.items() if decision},
    }


def calibration_line(calibration: Calibration) -> str:
    """A calibration in one line."""
    photo = calibration.photo
    if photo is None:
        return f"[yellow]Not calibrated:[/] {calibration.reason}"
    worst = max(one.share for one in photo.false_acceptance.values())
    return (
        f"Calibrated: photos of what is sold are accepted in {photo.coverage.share:.0%}, "
        f"of an absent category in at most {worst:.0%}."
    )


def _labelled(folders: list[Path], senders: Senders | None) -> "list[LabelledPhoto]":
    from deepstyle.evaluation.photos import read_labelled_photos
    from deepstyle.learning.style.phone_photos import photos_of

    labelled = [photo for folder in folders for photo in read_labelled_photos(folder)]
    if senders is None:
        return labelled
    wanted = set(photos_of(folders, senders))
    return [photo for photo in labelled if photo.path in wanted]


def _measured(
    shop: Shop, calibration: Calibration, photos: "list[LabelledPhoto]", negatives: Path | None
) -> dict[str, Any]:
    from deepstyle.evaluation import calibration_report as report
    from deepstyle.evaluation.photos import read_pictures

    fields = calibration_summary(calibration)
    if photos and calibration.calibrated:
        evidence = report.sample_evidence(shop.store, calibration, shop.encoder)
        vectors = report.embed(shop.encoder, [photo.decode for photo in photos])
        found = report.measure_photos(shop.store, calibration, evidence, photos, vectors)
        fields["photos"] = report.photo_fields(found)
    pictures = read_pictures(negatives) if negatives else []
    if pictures and calibration.calibrated:
        fields["negatives"] = report.share_fields(
            report.measure_negatives(shop.store, calibration, shop.encoder, pictures)
        )
    return fields


def _print(fields: dict[str, Any]) -> None:
    if not fields["calibrated"]:
        show.out.print(f"[yellow]Not calibrated:[/] {fields['reason']}")
        return
    table = Table("Measured on", "category", "accepted", "95 % interval", "of")
    measured = {words: fields[name] for name, words in QUERIES.items() if name in fields}
    for words, one in measured.items():
        _add_rows(table, words, one)
    show.out.print(table)
    for words, one in measured.items():
        show.out.print(f"Calibration error of the probabilities, {words}: {one['calibration_error']:.3f}.")
    if "photos" in fields:
        _print_bands(fields["photos"]["bands"])
    if "negatives" in fields:
        share, interval, of = _cells(fields["negatives"])
        show.out.print(f"{share} ({interval}) of {of} pictures without a garment are accepted.")


def _add_rows(table: Table, name: str, fields: dict[str, Any]) -> None:
    table.add_row(name, "[bold]sold[/]", *_cells(fields["coverage"]))
    for category, measured in fields["false_acceptance"].items():
        table.add_row("", f"absent: {category or 'others'}", *_cells(measured))


def _print_bands(shares: list[dict[str, Any]]) -> None:
    table = Table("Phone photos: said of a result", "results", "right")
    for band, share in zip(BANDS, shares, strict=True):
        table.add_row(band.en, f"{share['of']:,}", f"{share['share']:.1%}" if share["of"] else "")
    show.out.print(table)


def _cells(share: dict[str, Any]) -> tuple[str, str, str]:
    return f"{share['share']:.1%}", f"{share['low']:.1%} to {share['high']:.1%}", f"{share['of']:,}"
