"""Labelled photos, what a shopper would upload: a folder with ``labels.csv`` (``image,label``) and the pictures."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.catalogue.rows import read_file
from deepstyle.errors import DataError, ImageError, UsageError
from deepstyle.images.pixels import Rgb, decode

CATEGORY_OF_LABEL: Final = {
    "blazer": "outerwear",
    "blouse": "tops",
    "body": "tops",
    "dress": "all-body",
    "hat": "hats",
    "hoodie": "tops",
    "longsleeve": "tops",
    "outwear": "outerwear",
    "pants": "bottoms",
    "polo": "tops",
    "shirt": "tops",
    "shoes": "shoes",
    "shorts": "bottoms",
    "skirt": "bottoms",
    "t-shirt": "tops",
    "top": "tops",
    "undershirt": "tops",
    **{name: name for name in SEMANTIC_CATEGORIES},
}
"""The garment classes of the Clothing Dataset (Grigorev 2020), and the semantic categories themselves."""

UNDECIDED: Final = {"", "not sure", "other", "skip"}
"""Labels that say nothing; their photos are left out."""


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo on disk, its label as written, and the semantic category that the label stands for."""

    path: Path
    label: str
    semantic_category: str

    def decode(self) -> Rgb:
        """The picture; raises ``ImageError`` naming the file, and ``OSError``."""
        try:
            return decode(read_file(self.path))
        except ImageError as error:
            raise type(error)(f"{self.path}: {error.message}", remedy=error.remedy) from error


def read_labelled_photos(folder: Path) -> list[LabelledPhoto]:
    """The photos that ``folder/labels.csv`` names, from ``folder/images`` or ``folder``, in the file's order.

    Raises ``DataError`` naming the file and the line for a missing file or column, a missing picture or a label that
    is neither in ``CATEGORY_OF_LABEL`` nor ``UNDECIDED``.
    """
    table = folder / "labels.csv"
    pictures = folder / "images" if (folder / "images").is_dir() else folder
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            photos = [_photo(table, rows.line_num, row, pictures) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table} cannot be read: {error}.", remedy="It needs the columns image,label.") from error
    return [photo for photo in photos if photo is not None]


def read_pictures(folder: Path) -> Sequence[Callable[[], Rgb]]:
    """Every picture below ``folder``, to decode when its turn comes; files that are not pictures are left out.

    Raises ``UsageError`` where there is none.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    pictures = [partial(_decode, path) for path in files if _decodes(path)]
    if not pictures:
        raise UsageError(
            f"{folder} has no pictures.", remedy="Name a folder of JPEG, PNG, WebP, GIF, AVIF or HEIC files."
        )
    return pictures


def _decode(path: Path) -> Rgb:
    return decode(read_file(path))


def _decodes(path: Path) -> bool:
    try:
        _decode(path)
    except ImageError:
        return False
    return True


def _photo(table: Path, line: int, row: dict[str, str | None], pictures: Path) -> LabelledPhoto | None:
    image, label = row.get("image"), row.get("label")
    if not image or label is None:
        raise DataError(f"{table}, line {line}: no image or no label.", remedy="It needs the columns image,label.")
    folded = label.strip().casefold()
    if folded in UNDECIDED:
        return None
    if folded not in CATEGORY_OF_LABEL:
        known = ", ".join(CATEGORY_OF_LABEL)
        raise DataError(f"{table}, line {line}: the label {label!r} is unknown.", remedy=f"Use one of: {known}.")
    if not (pictures / image).is_file():
        raise DataError(f"{table}, line {line}: {pictures / image} does not exist.", remedy="Add it.")
    return LabelledPhoto(pictures / image, label, CATEGORY_OF_LABEL[folded])
