"""``deepstyle garments``: what people wear in photos."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from deepstyle.catalogue.rows import IMAGE_SUFFIXES, read_file
from deepstyle.cli import show
from deepstyle.cli.options import AsJson
from deepstyle.errors import DataError, ImageError
from deepstyle.images.pixels import decode
from deepstyle.looks.detector import GARMENTS_SIDE_PX, packaged_detector
from deepstyle.plain import plain


def garments(
    photos: Annotated[Path, typer.Argument(metavar="PHOTO|FOLDER", help="A photo, or a folder of them.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Find the garments that are worn, or shown, in photos: semantic category, box and score of each.

    Where there are several people, the largest one's. A box is x, y, width and height as fractions of the upright
    picture. With --json each photo is one line. No store is needed, and nothing is kept of the people.

    The exit status is 3 where a photo could not be read.

    Example: [bold]deepstyle item show 21063-27 --save loafers.jpg --store sqlite:///var/demo.db[/]

    Example: [bold]deepstyle garments loafers.jpg --json[/]
    """
    from deepstyle.api.worn_models import GarmentsLine

    detector, failed = packaged_detector(), 0
    for photo in _photos(photos):
        try:
            found = detector.detect(decode(read_file(photo), min_side_px=GARMENTS_SIDE_PX))
        except (ImageError, OSError) as error:
            failed += 1
            message = error.message if isinstance(error, ImageError) else str(error.strerror)
            _print_line(photo, {"error": message}, f"[yellow]{escape(message)}[/]", as_json=as_json)
        else:
            names = ", ".join(f"{one.semantic_category} ({one.score:.0%})" for one in found.garments) or "no garment"
            _print_line(photo, GarmentsLine.of(found).model_dump(), f"{names}; people: {found.people}", as_json=as_json)
    if failed:
        raise typer.Exit(3)


def _photos(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    found = sorted(path for path in place.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES)
    if not found:
        raise DataError(f"{place} has no photos.", remedy="Give a photo, or a folder of photos.")
    yield from found


def _print_line(photo: Path, fields: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"photo": photo.name, **fields}))
    else:
        show.out.print(f"{escape(plain(photo.name))}: {words}")
