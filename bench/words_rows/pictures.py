"""The pictures that the catalogues show, and what is known of each: its type, its colour and whom it is for.

Packshots are of women's fashion; their type and colour are the feed's, whose "grey" covers black and whose "white"
covers beige, so these two are divided by the garment's pixels. Phone photos (train senders alone) have a label and no
colour: the most common one in the middle of the photo, where it covers half of it. This estimate shares nothing with
the colours that `encode` measures. A catalogue has every second model and every second sender.
"""

import colorsys
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.words_rows.vocabulary import LABELS, TYPES
from deepstyle.learning.style.phone_photos import photos_of, senders_of

Letter = Literal["A", "B"]
PHOTO_FOLDERS: Final = ("phone-photos", "phone-photos-train")
DIVIDED: Final = {"grey": ("black", "grey"), "white": ("white", "beige")}
CLEAR_SHARE: Final = 0.5
SIDE_PX: Final = 48
MIN_PIXELS: Final = 40


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its facts; ``colour`` is empty where it is not clear, ``tone`` where neither dark nor light."""

    picture_id: str
    path: Path
    type: str
    colour: str
    tone: str
    gender: str


def pictures(data: Path, letter: Letter) -> list[Picture]:
    """The pictures of one catalogue, by id."""
    found = [*_packshots(data / "outfits"), *_photos(data)]
    return sorted((one for group, one in found if half(group) == letter), key=lambda one: one.picture_id)


def half(group: str) -> Letter:
    """The catalogue that all pictures of a model or a sender belong to."""
    return "AB"[digest(group) % 2]  # type: ignore[return-value]


def digest(text: str) -> int:
    """A number that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _packshots(root: Path) -> Iterator[tuple[str, Picture]]:
    names = {row[0]: row[1] for row in csv.reader((root / "categories.csv").open(encoding="utf-8")) if row}
    for item_id, item in sorted(json.loads((root / "polyvore_item_metadata.json").read_text("utf-8")).items()):
        kind = type_of(names[item["category_id"]])
        if kind:
            path = root / "images" / f"{item_id}.jpg"
            seen, tone = seen_colour(path)
            pair = DIVIDED.get(item["colour"])
            colour = item["colour"] if pair is None else seen if seen in pair else _likelier(item["colour"], tone)
            yield item_id.partition("-")[0], Picture(item_id, path, kind, colour, tone, "women")


def _likelier(colour: str, tone: str) -> str:
    return (
        "black" if colour == "grey" and tone == "dark" else "beige" if colour == "white" and tone != "light" else colour
    )


def _photos(data: Path) -> Iterator[tuple[str, Picture]]:
    for name in PHOTO_FOLDERS:
        senders = senders_of(data / name)
        rows = csv.DictReader((data / name / "labels.csv").open(encoding="utf-8"))
        labels = {data / name / "images" / row["image"]: row for row in rows}
        for path in photos_of([data / name], "train"):
            kind = type_of(labels[path]["label"]) if path in labels else ""
            if kind and path.is_file():
                gender = _gender(kind, labels[path].get("kids") == "True", path.stem)
                yield f"sender {senders[path]}", Picture(path.stem, path, kind, *seen_colour(path), gender)


def type_of(label: str) -> str:
    """The type that a label or a category stands for, "" where there is none."""
    folded = label.strip().casefold()
    found = LABELS.get(folded, folded.replace(" ", "-"))
    return found if found in TYPES else ""


def _gender(kind: str, kids: bool, picture_id: str) -> str:
    """Nobody wrote down whose garment it is, so it is drawn; the picture rarely says otherwise."""
    draw = digest(f"gender {picture_id}") % 10
    if kids:
        return "girls" if draw < 5 or kind in ("dress", "skirt", "blouse") else "boys"
    if kind in ("dress", "skirt", "blouse", "top", "bodysuit"):
        return "women"
    return "men" if draw < 6 else "women" if draw < 9 else "unisex"


def seen_colour(path: Path) -> tuple[str, str]:
    """The colour of most of the garment's pixels and its tone (``dark``, ``light`` or ""), each "" where not clear."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB").resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX), np.float64) / 255
    garment = _garment(pixels)
    counts = Counter(named(*map(float, pixel)) for pixel in garment)
    colour, count = counts.most_common(1)[0]
    luminance = float(np.median(garment @ [0.299, 0.587, 0.114]))
    tone = "dark" if luminance < 0.3 else "light" if luminance > 0.62 else ""
    return (colour if count >= CLEAR_SHARE * len(garment) else ""), tone


def _garment(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pixels (N, 3) that differ from an even backdrop, else those in the middle of the picture."""
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    border = np.median(edges, axis=0)
    shown = pixels if np.median(np.abs(edges - border).sum(axis=1)) < 0.06 else pixels[13:35, 15:33]
    shown = shown.reshape(-1, 3)
    different = shown[np.abs(shown - border).sum(axis=1) > 0.15]
    return different if len(different) > MIN_PIXELS else pixels[13:35, 15:33].reshape(-1, 3)


HUES: Final = (
    (14, "red"),
    (40, "orange"),
    (68, "yellow"),
    (165, "green"),
    (255, "blue"),
    (295, "purple"),
    (338, "pink"),
)


def named(red: float, green: float, blue: float) -> str:
    """A name for one pixel, each channel in [0, 1]."""
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    degrees = hue * 360
    if value < 0.2 or (value < 0.32 and saturation < 0.25):
        return "black"
    if saturation < 0.13:
        return "white" if value > 0.78 else "grey"
    name = next((name for limit, name in HUES if degrees < limit), "red")
    if name in ("orange", "yellow") and saturation < 0.38:
        return "beige" if value > 0.55 else "brown"
    if name in ("orange", "red") and value < 0.6 and degrees < 40 and (name == "orange" or saturation < 0.5):
        return "brown"
    return "pink" if name == "red" and saturation < 0.5 and value > 0.7 else name
