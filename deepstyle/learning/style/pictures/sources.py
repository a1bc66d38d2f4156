"""The training pictures and their labels, read from the three sets: nothing is decoded here but label maps.

* phone photos: ``images/`` and ``labels.csv`` (``image,label``), split by sender (``phone_photos.sender_split``);
* street looks: ``photos/``, ``labels/`` (PNG, one value per label) and ``label_names.csv``; every fifth look is *test*,
  the one after it *valid*; each garment gives a tight and a loose crop;
* drawn garments: the demo's products, drawn with a seed of their own.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from PIL import Image

from deepstyle.demo.products import Product, plan_products
from deepstyle.errors import DataError
from deepstyle.learning.style.dataset import Split
from deepstyle.learning.style.phone_photos import sender_of, sender_split
from deepstyle.learning.style.pictures.types import GarmentType, garment_type

Kind = Literal["phone", "look", "drawn"]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, the last two exclusive."""

LOOSE: Final = 0.25
"""How much larger a loose crop's box is than the tight one."""
MIN_GARMENT_SHARE: Final = 0.002
"""A garment that covers less of its look is left out."""
MIN_SIDE_PX: Final = 24
DRAWN_SEED: Final = 100
"""Not the demo catalogue's own seed."""
LOOK_SPLITS: Final[tuple[Split, ...]] = ("test", "valid", "train", "train", "train")


@dataclass(frozen=True, slots=True)
class Picture:
    """One training picture: where it is, what it shows, and in which split it is.

    ``garment`` is shared by the crops of one worn garment and by the colours of one drawn model. ``label_value`` is the
    garment's value in the label map ``mask``. ``product`` is set for a drawn one, ``path`` for the others.
    """

    picture_id: str
    kind: Kind
    garment: str
    type: GarmentType
    split: Split
    path: Path | None = None
    box: Box | None = None
    mask: Path | None = None
    label_value: int = 0
    product: Product | None = None


def read_phone_photos(folder: Path, *, held_out: Sequence[int]) -> list[Picture]:
    """The photos of ``folder`` whose label has a type.

    ``held_out`` are the remainders of the sender's number that are in the test and the validation split.
    """
    senders = sender_of(folder)
    pictures = []
    for row in _rows(folder / "labels.csv", ("image", "label")):
        kind = garment_type(row["label"])
        if kind and row["image"] in senders:
            picture_id = f"{folder.name}/{row['image']}"
            split = sender_split(senders[row["image"]], *held_out)
            path = folder / "images" / row["image"]
            pictures.append(Picture(picture_id, "phone", picture_id, kind, split, path))
    return pictures


def read_street_looks(folder: Path) -> list[Picture]:
    """A tight and a loose crop of each garment of each look."""
    names = {int(row["value"]): row["name"] for row in _rows(folder / "label_names.csv", ("value", "name"))}
    types = {value: kind for value, name in names.items() if (kind := garment_type(name))}
    pictures: list[Picture] = []
    for number, photo in enumerate(sorted((folder / "photos").glob("*.jpg"))):
        mask = folder / "labels" / f"{photo.stem}.png"
        if not mask.is_file():
            raise DataError(f"{mask} is missing.", remedy="Copy the whole folder of street looks.")
        split = LOOK_SPLITS[number % len(LOOK_SPLITS)]
        pictures += _garments(photo, mask, types, split)
    return pictures


def draw_garments(items: int) -> list[Picture]:
    """About ``items`` products of the demo's wardrobe."""
    return [_drawn(product) for product in plan_products(items, DRAWN_SEED)] if items else []


def digest(pictures: Sequence[Picture]) -> str:
    """The SHA-256 of what the pictures are: their files' content, crops, labels and splits."""
    total = hashlib.sha256()
    seen: dict[Path, str] = {}
    for picture in pictures:
        total.update(repr((picture.picture_id, picture.garment, picture.type, picture.split, picture.box)).encode())
        for path in (picture.path, picture.mask):
            if path and path not in seen:
                seen[path] = hashlib.sha256(path.read_bytes()).hexdigest()
                total.update(seen[path].encode())
    return total.hexdigest()


def _garments(photo: Path, mask: Path, types: dict[int, GarmentType], split: Split) -> Iterator[Picture]:
    with Image.open(mask) as image:
        values = np.asarray(image)
    for value in np.unique(values).tolist():
        if value not in types:
            continue
        where = values == value
        tight = _bounds(where)
        if where.mean() < MIN_GARMENT_SHARE or min(tight[2] - tight[0], tight[3] - tight[1]) < MIN_SIDE_PX:
            continue
        garment = f"{photo.stem}/{value}"
        for name, box in (("tight", tight), ("loose", _enlarged(tight, *values.shape))):
            yield Picture(f"{garment}/{name}", "look", garment, types[value], split, photo, box, mask, value)


def _bounds(where: np.ndarray) -> Box:
    rows, columns = np.flatnonzero(where.any(1)), np.flatnonzero(where.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _enlarged(box: Box, height_px: int, width_px: int) -> Box:
    """The box with a quarter more on each side's length, inside the picture."""
    left, top, right, bottom = box
    across, down = round((right - left) * LOOSE / 2), round((bottom - top) * LOOSE / 2)
    return max(0, left - across), max(0, top - down), min(width_px, right + across), min(height_px, bottom + down)


def _drawn(product: Product) -> Picture:
    kind = garment_type(product.kind.category)
    assert kind, product.kind.category  # tests check that every kind of the demo has a type
    split: Split = "valid" if product.split == "valid" else "train"
    garment = f"drawn/{product.model_id}"
    return Picture(f"drawn/{product.item_id}", "drawn", garment, kind, split, product=product)


def _rows(table: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DataError(f"{table} cannot be read: {error.strerror}.", remedy="Check [sources] and --data.") from error
    if rows and (missing := [name for name in columns if name not in rows[0]]):
        raise DataError(f"{table} has no column {missing[0]}.", remedy=f"It needs {' and '.join(columns)}.")
    return rows
