"""The training pictures and their labels, read from the three sets: nothing is decoded here but label maps.

* phone photos: ``images/`` and ``labels.csv`` (``image,label``), split by sender (``phone_photos.sender_split``);
* street looks (``deepstyle.evaluation.street_looks``): each garment gives a tight and a loose crop;
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
from deepstyle.evaluation.street_looks import Look, PixelBox, loose_box, read_label_names, read_looks, tight_box
from deepstyle.learning.style.dataset import Split
from deepstyle.learning.style.phone_photos import sender_split, senders_of
from deepstyle.learning.style.pictures.types import GarmentType, garment_type

Kind = Literal["phone", "look", "drawn"]
MIN_SHARE: Final = 0.002
"""A garment that covers less of its look is left out: less than the evaluation needs, for glasses and belts."""
MIN_SIDE_PX: Final = 24
DRAWN_SEED: Final = 100
"""Not the demo catalogue's own seed."""


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
    box: PixelBox | None = None
    mask: Path | None = None
    label_value: int = 0
    product: Product | None = None


def read_phone_photos(folder: Path, *, held_out: Sequence[int]) -> list[Picture]:
    """The photos of ``folder`` whose label has a type.

    ``held_out`` are the remainders of the sender's number that are in the test and the validation split.
    """
    senders = senders_of(folder)
    pictures = []
    for row in _rows(folder / "labels.csv", ("image", "label")):
        kind, path = garment_type(row["label"]), folder / "images" / row["image"]
        if kind and path in senders:
            picture_id = f"{folder.name}/{row['image']}"
            split = sender_split(senders[path], *held_out)
            pictures.append(Picture(picture_id, "phone", picture_id, kind, split, path))
    return pictures


def read_street_looks(folder: Path) -> list[Picture]:
    """A tight and a loose crop of each garment of each look."""
    types = [garment_type(name) for name in read_label_names(folder)]
    return [picture for look in read_looks(folder) for picture in _garments(look, types)]


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


def _garments(look: Look, types: Sequence[GarmentType | None]) -> Iterator[Picture]:
    with Image.open(look.labels) as image:
        values = np.asarray(image)
    for value in np.unique(values).tolist():
        kind, where = types[value], values == value
        tight = tight_box(where)
        if kind is None or where.mean() < MIN_SHARE or min(tight[2] - tight[0], tight[3] - tight[1]) < MIN_SIDE_PX:
            continue
        garment, (height_px, width_px) = f"{look.look_id}/{value}", values.shape
        for name, box in (("tight", tight), ("loose", loose_box(tight, width_px, height_px))):
            yield Picture(f"{garment}/{name}", "look", garment, kind, look.split, look.photo, box, look.labels, value)


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
