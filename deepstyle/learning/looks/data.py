"""Street looks as pictures and label maps of one size, and the garments that a detector should find in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepstyle.evaluation.street_looks import Look, Split, read_label_names, read_looks
from deepstyle.looks.categories import GARMENTS
from deepstyle.looks.letterbox import letterbox

CATEGORY_OF_LABEL: Final[Mapping[str, str]] = {
    **dict.fromkeys(("bag", "purse", "wallet"), "bags"),
    **dict.fromkeys(("blazer", "cape", "cardigan", "coat", "jacket"), "outerwear"),
    **dict.fromkeys(("blouse", "hoodie", "jumper", "shirt", "sweater", "sweatshirt", "t-shirt", "top", "vest"), "tops"),
    **dict.fromkeys(("jeans", "leggings", "pants", "shorts", "skirt"), "bottoms"),
    **dict.fromkeys(("dress", "romper", "suit"), "all-body"),
    **dict.fromkeys(
        ("boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges"), "shoes"
    ),
    "hat": "hats",
}
"""The garment of each label; all others are background. Unlike the labels of ``evaluation.street_looks``, a cardigan
is worn over something here, and a suit is one garment."""
LEAST_SHARE: Final = 0.004
"""A garment below this share of the photo does not count."""

Box = tuple[float, float, float, float]
"""x, y, width and height as fractions of the photo."""


@dataclass(frozen=True, slots=True)
class Example:
    """A photo (H, W, 3) uint8 with its map (H, W) uint8: 0 is the background, n the n-th of ``GARMENTS``."""

    look_id: str
    rgb: NDArray[np.uint8]
    classes: NDArray[np.uint8]


def read_examples(folder: Path, split: Split) -> list[Example]:
    """The looks of a split at their own size; raises ``DataError``."""
    table = class_table(folder)
    return [_example(look, table) for look in read_looks(folder) if look.split == split]


def class_table(folder: Path) -> NDArray[np.uint8]:
    """(256,) for each label's value its class: 0 for the background, n for the n-th of ``GARMENTS``."""
    table = np.zeros(256, np.uint8)
    for value, name in enumerate(read_label_names(folder)):
        if name in CATEGORY_OF_LABEL:
            table[value] = 1 + GARMENTS.index(CATEGORY_OF_LABEL[name])
    return table


def _example(look: Look, table: NDArray[np.uint8]) -> Example:
    rgb, labels = look.read()
    return Example(look.look_id, rgb, table[labels])


def true_boxes(classes: NDArray[np.uint8]) -> dict[str, tuple[Box, float]]:
    """The box around all pixels of each garment of a map (H, W), and its share; one below ``LEAST_SHARE`` is none."""
    found = {}
    high, wide = classes.shape
    for number, name in enumerate(GARMENTS, start=1):
        rows, columns = np.nonzero(classes == number)
        share = len(rows) / classes.size
        if share >= LEAST_SHARE:
            left, top = columns.min() / wide, rows.min() / high
            box = (left, top, (columns.max() + 1) / wide - left, (rows.max() + 1) / high - top)
            found[name] = box, share
    return found


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, wide) * max(0.0, high)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def sized(examples: Sequence[Example], height_px: int, width_px: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """All photos (N, H, W, 3) and maps (N, H, W), as the detector sees a photo."""
    photos = np.stack([letterbox(one.rgb, height_px, width_px)[0] for one in examples])
    maps = np.stack([_map(one.classes, height_px, width_px) for one in examples])
    return photos, maps


def _map(classes: NDArray[np.uint8], height_px: int, width_px: int) -> NDArray[np.uint8]:
    """A map in the place that ``letterbox`` gives its photo; the border is background."""
    _, (left, top, wide, high) = letterbox(np.zeros((*classes.shape, 3), np.uint8), height_px, width_px)
    framed = np.zeros((height_px, width_px), np.uint8)
    resized = Image.fromarray(classes).resize((wide, high), Image.Resampling.NEAREST)
    framed[top : top + high, left : left + wide] = np.asarray(resized)
    return framed
