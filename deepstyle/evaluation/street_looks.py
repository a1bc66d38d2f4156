"""Street looks: photos of worn outfits with a label for every pixel, and garments cut out of them.

The folder is laid out as ``photos/NNNN.jpg``, ``labels/NNNN.png`` (pixel value = label) and ``label_names.csv``
(``value,name``): *Clothing Co-Parsing* (Yang et al. 2014, "Clothing Co-Parsing by Joint Image Segmentation and
Labeling"), 59 labels.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepstyle.catalogue.rows import read_file
from deepstyle.errors import DataError
from deepstyle.images.pixels import Rgb, decode

CATEGORY_OF_STREET_LABEL: Final = {
    **dict.fromkeys(("dress", "romper"), "all-body"),
    **dict.fromkeys(("jeans", "leggings", "pants", "shorts", "skirt"), "bottoms"),
    **dict.fromkeys(("blouse", "bodysuit", "cardigan", "hoodie", "jumper", "shirt"), "tops"),
    **dict.fromkeys(("sweater", "sweatshirt", "t-shirt", "top"), "tops"),
    **dict.fromkeys(("blazer", "cape", "coat", "jacket", "suit", "vest"), "outerwear"),
    **dict.fromkeys(("boots", "clogs", "flats", "heels", "loafers"), "shoes"),
    **dict.fromkeys(("pumps", "sandals", "shoes", "sneakers", "wedges"), "shoes"),
    **dict.fromkeys(("bag", "purse"), "bags"),
    **dict.fromkeys(("bracelet", "earrings", "necklace", "ring"), "jewellery"),
    "hat": "hats",
    "scarf": "scarves",
    **dict.fromkeys(("glasses", "sunglasses"), "sunglasses"),
    **dict.fromkeys(("accessories", "belt", "gloves", "tie", "wallet", "watch"), "accessories"),
    **dict.fromkeys(("null", "hair", "skin", "bra", "intimate", "panties", "swimwear"), ""),
    **dict.fromkeys(("socks", "stockings", "tights"), ""),
}
"""The semantic category of each label; ``""`` for what is no garment of a shop's outfits.

``suit`` marks the jacket: the trousers below it have a label of their own.
"""

MIN_SHARE: Final = 0.005
"""The smallest garment, as a share of the photo: about 1,000 of its 370 x 560 pixels."""
LOOSE: Final = 0.25
"""How much wider and higher the loose box is than the tight one."""
STRAY: Final = 0.005
"""The share of a garment's pixels on each side that the tight box may leave out: labels have specks far away."""

Split = Literal["train", "valid", "test"]
SPLITS: Final[tuple[Split, ...]] = ("test", "valid", "train", "train", "train")
"""The split of a look whose index in sorted order, divided by five, leaves this remainder."""
LabelMap = NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom are exclusive."""


@dataclass(frozen=True, slots=True)
class Look:
    """A photo of a worn outfit and its label map, both files, and the split that the look belongs to."""

    look_id: str
    photo: Path
    labels: Path
    split: Split

    def read(self) -> tuple[Rgb, LabelMap]:
        """The photo (H, W, 3) uint8 and its labels (H, W) uint8.

        Raises ``ImageError``, and ``DataError`` for a label map of another size or without palette or grey values.
        """
        rgb = decode(read_file(self.photo))
        with Image.open(self.labels) as picture:
            values = np.array(picture)
        if values.dtype != np.uint8 or values.shape != rgb.shape[:2]:
            raise DataError(
                f"{self.labels} is {values.dtype} of shape {values.shape}, the photo has shape {rgb.shape[:2]}.",
                remedy="A label map has one byte per pixel of its photo.",
            )
        return rgb, values


@dataclass(frozen=True, slots=True)
class Garment:
    """One label of a look: its pixel ``value``, name and category, its tight ``box``, and its ``share`` of the photo.

    All pixels of the label count as one garment: a pair of shoes, but two bags as well.
    """

    value: int
    label: str
    semantic_category: str
    box: PixelBox
    share: float


def read_looks(folder: Path) -> list[Look]:
    """The looks of ``folder`` in sorted order; raises ``DataError`` where a photo has no label map, or none exist."""
    photos = sorted((folder / "photos").glob("*.jpg"))
    looks = [
        Look(photo.stem, photo, folder / "labels" / f"{photo.stem}.png", SPLITS[index % len(SPLITS)])
        for index, photo in enumerate(photos)
    ]
    if not looks:
        raise DataError(f"{folder} has no looks.", remedy="It needs photos/*.jpg and labels/*.png.")
    for look in looks:
        if not look.labels.is_file():
            raise DataError(f"{look.labels} does not exist.", remedy="Every photo needs its label map.")
    return looks


def read_label_names(folder: Path) -> tuple[str, ...]:
    """The name of each pixel value, from 0; raises ``DataError`` for another table or an unknown name."""
    table = folder / "label_names.csv"
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = [(int(row["value"]), row["name"].strip()) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, AttributeError, csv.Error) as error:
        raise DataError(f"{table} cannot be read: {error!r}.", remedy="It needs the columns value,name.") from error
    if [value for value, _ in rows] != list(range(len(rows))):
        raise DataError(f"{table} does not number the labels from 0.", remedy="Give one line per value, in order.")
    for _, name in rows:
        if name not in CATEGORY_OF_STREET_LABEL:
            raise DataError(f"{table}: the label {name!r} is unknown.", remedy="Use the names of Clothing Co-Parsing.")
    return tuple(name for _, name in rows)


def garments_in(labels: LabelMap, names: Sequence[str], *, min_share: float = MIN_SHARE) -> list[Garment]:
    """The garments of a label map (H, W) with at least ``min_share`` of its pixels, in the order of their values."""
    counts = np.bincount(labels.reshape(-1), minlength=len(names))
    return [
        Garment(value, name, CATEGORY_OF_STREET_LABEL[name], tight_box(labels == value), counts[value] / labels.size)
        for value, name in enumerate(names)
        if CATEGORY_OF_STREET_LABEL[name] and counts[value] >= max(1, min_share * labels.size)
    ]


def tight_box(mask: NDArray[np.bool_]) -> PixelBox:
    """The box around the pixels of ``mask`` (H, W), of which ``STRAY`` on each of the four sides may lie outside."""
    top, bottom = _extent(mask.sum(axis=1))
    left, right = _extent(mask.sum(axis=0))
    return left, top, right, bottom


def loose_box(box: PixelBox, width_px: int, height_px: int) -> PixelBox:
    """``box`` grown by ``LOOSE`` about its centre, as far as the photo reaches."""
    left, top, right, bottom = box
    across, down = round((right - left) * LOOSE / 2), round((bottom - top) * LOOSE / 2)
    return max(0, left - across), max(0, top - down), min(width_px, right + across), min(height_px, bottom + down)


def cut(rgb: Rgb, labels: LabelMap, garment: Garment, *, loose: bool = False, background: bool = True) -> Rgb:
    """The garment's box out of its photo (H, W, 3); without ``background``, all pixels of other labels are white."""
    height_px, width_px = labels.shape
    left, top, right, bottom = loose_box(garment.box, width_px, height_px) if loose else garment.box
    part = rgb[top:bottom, left:right]
    if background:
        return np.ascontiguousarray(part)
    own = labels[top:bottom, left:right] == garment.value
    return np.where(own[..., None], part, np.uint8(255))


def _extent(counts: NDArray[np.int64]) -> tuple[int, int]:
    """The first and, exclusive, the last place between which all but ``STRAY`` on either side is counted."""
    stray = STRAY * counts.sum()
    first = int(np.argmax(np.cumsum(counts) > stray))
    last = int(np.argmax(np.cumsum(counts[::-1]) > stray))
    return first, len(counts) - last
