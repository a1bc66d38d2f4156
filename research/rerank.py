"""What does the catalogue add to a search: category votes, query expansion, several crops of the query?

    python -m research.rerank --data DATA
    python -m research.rerank --data DATA --choose          # the trials from which the parameters were chosen
    python -m research.rerank --data DATA --model FOLDER    # another encoder

Photos are those of the valid senders and street-looks outside the test split; no test sender is read. Parameters are
chosen on photos of train senders as the catalogue, and on street-looks; the packshots are only measured. Features are
cached in --cache, so a second run takes seconds.
"""

import argparse
import csv
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.measure.machine import describe_machine
from deepstyle.evaluation.photos import CATEGORY_OF_LABEL
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import Rgb, decode
from deepstyle.settings import Settings
from deepstyle.style.crops import foreground_box
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model

Vectors = NDArray[np.float32]
Read = Callable[[], Rgb]

VALID_SENDER, TEST_SENDER = 4, 3
WARDROBE_PHOTOS, STREET_LOOKS, DISTORTED_ITEMS = 1000, 250, 100
LEAST_SIDE_PX, LOOSE_MARGIN = 64, 0.3
CATEGORY_OF_GARMENT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("bag", "purse", "wallet"), "bags"),
    **dict.fromkeys(("blazer", "cape", "coat", "jacket", "vest"), "outerwear"),
    **dict.fromkeys(("blouse", "cardigan", "hoodie", "jumper", "shirt", "sweater", "sweatshirt", "t-shirt", "top"), "tops"),
    **dict.fromkeys(("boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges"), "shoes"),
    **dict.fromkeys(("dress", "romper", "suit"), "all-body"),
    **dict.fromkeys(("jeans", "leggings", "pants", "shorts", "skirt"), "bottoms"),
    "hat": "hats",
    "scarf": "scarves",
}  # fmt: skip


@dataclass(frozen=True)
class Pictures:
    """Pictures with what is known of each: a semantic category, and the garment that it shows."""

    name: str
    reads: Sequence[Read]
    categories: NDArray[np.str_]
    garments: NDArray[np.str_]

    def cropped(self, name: str, box: Callable[[Rgb], tuple[int, int, int, int]]) -> "Pictures":
        """A crop of each picture."""

        def of(read: Read) -> Rgb:
            rgb = read()
            return crop(rgb, box(rgb))

        reads = [lambda read=read: of(read) for read in self.reads]
        return Pictures(f"{self.name}-{name}", reads, self.categories, self.garments)


def crop(rgb: Rgb, box: tuple[int, int, int, int]) -> Rgb:
    left, top, right, bottom = box
    return rgb[top:bottom, left:right]


def centre_box(rgb: Rgb) -> tuple[int, int, int, int]:
    """The middle of the picture, four fifths of each side."""
    height, width = rgb.shape[:2]
    high, wide = max(1, round(height * 0.8)), max(1, round(width * 0.8))
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high


def pictures(name: str, rows: Sequence[tuple[Read, str, str]]) -> Pictures:
    reads, categories, garments = zip(*rows, strict=True)
    return Pictures(name, reads, np.array(categories), np.array(garments))


def packshots(folder: Path) -> Pictures:
    metadata = json.loads((folder / "polyvore_item_metadata.json").read_text("utf-8"))
    rows = [
        (reader(folder / "images" / f"{item_id}.jpg"), metadata[item_id]["semantic_category"], item_id.split("-")[0])
        for item_id in sorted(metadata)
    ]
    return pictures("packshots", rows)


def phone_photos(data: Path, name: str, wanted: Callable[[int], bool], most: int = 0) -> Pictures:
    """Photos whose sender is ``wanted``, at most ``most``, of the garments that have a semantic category."""
    found = []
    for folder in (data / "phone-photos", data / "phone-photos-train"):
        senders = {row["image"]: row["sender_id"] for row in table(folder / "senders.csv")}
        for row in table(folder / "labels.csv"):
            category = CATEGORY_OF_LABEL.get(row["label"].casefold(), "")
            if category and wanted(int(row.get("sender_id") or senders[row["image"]]) % 5):
                found.append((reader(folder / "images" / row["image"]), category, row["image"]))
    if most and len(found) > most:
        found = [found[at] for at in sorted(np.random.default_rng(0).choice(len(found), most, replace=False).tolist())]
    return pictures(name, found)


def street_crops(folder: Path) -> tuple[Pictures, Pictures]:
    """The garments of looks outside the test split, each as a tight and as a loose crop of its photo."""
    names = {int(row["value"]): row["name"] for row in table(folder / "label_names.csv")}
    photos = [photo for at, photo in enumerate(sorted((folder / "photos").iterdir())) if at % 5]
    chosen = np.random.default_rng(0).choice(len(photos), STREET_LOOKS, replace=False)
    tight, loose = [], []
    for photo in (photos[at] for at in sorted(chosen.tolist())):
        labels = np.asarray(Image.open(folder / "labels" / f"{photo.stem}.png"))
        for value in np.unique(labels).tolist():
            category = CATEGORY_OF_GARMENT.get(names[value], "")
            rows, columns = np.nonzero(labels == value)
            box = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
            if category and min(box[2] - box[0], box[3] - box[1]) >= LEAST_SIDE_PX:
                tight.append((cropped_reader(photo, box, 0.0), category, f"{photo.stem}-{value}"))
                loose.append((cropped_reader(photo, box, LOOSE_MARGIN), category, f"{photo.stem}-{value}"))
    return pictures("street-tight", tight), pictures("street-loose", loose)


def distorted(shots: Pictures) -> Pictures:
    """Every distortion of some of the packshots; the garment is the row."""
    chosen = np.sort(np.random.default_rng(0).choice(len(shots.reads), DISTORTED_ITEMS, replace=False)).tolist()
    rows = []
    for number, distort in enumerate(DISTORTIONS.values()):
        for row in chosen:
            read = lambda row=row, number=number, distort=distort: distort(  # noqa: E731
                shots.reads[row](), np.random.default_rng([number, row])
            )
            rows.append((read, str(shots.categories[row]), str(row)))
    return pictures("distorted", rows)


def table(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from csv.DictReader(file)


def reader(path: Path) -> Read:
    return lambda: decode(path.read_bytes())


def cropped_reader(path: Path, box: tuple[int, int, int, int], margin: float) -> Read:
    def read() -> Rgb:
        rgb = decode(path.read_bytes())
        x, y = margin * (box[2] - box[0]), margin * (box[3] - box[1])
        left, top = max(0, round(box[0] - x)), max(0, round(box[1] - y))
        return np.ascontiguousarray(rgb[top : round(box[3] + y), left : round(box[2] + x)])

    return read


def encoded(encoder: Encoder, shown: Pictures, cache: Path) -> Vectors:
    """The vectors (N, D) of the pictures, cached by the model and by what the pictures show."""
    key = hashlib.sha256(json.dumps([shown.garments.tolist()]).encode()).hexdigest()[:8]
    path = cache / f"{encoder.fingerprint}-{shown.name}-{key}.npy"
    if path.is_file():
        return np.asarray(np.load(path))
    started_s = time.perf_counter()
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        vectors = np.concatenate(list(pool.map(lambda read: encoder.encode([read()]).embeddings, shown.reads)))
    cache.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    print(f"{shown.name}: {len(vectors)} pictures in {time.perf_counter() - started_s:.0f} s", flush=True)
    return vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with outfits/, phone-photos/ and street-looks/"
    )
    parser.add_argument("--model", default="packaged", help="a model folder, or the name of weights")
    parser.add_argument("--cache", type=Path, default=Path("var/research/rerank"), help="where features are cached")
    parser.add_argument("--choose", action="store_true", help="print the trials of parameters instead of the table")
    options = parser.parse_args()
    print(describe_machine())
    encoder = Encoder.open(ensure_model(options.model, Settings().cache_dir), streams=0)
    shots = packshots(options.data / "outfits")
    photos = phone_photos(options.data, "photos-valid", lambda fold: fold == VALID_SENDER)
    wardrobe = phone_photos(
        options.data, "photos-train", lambda fold: fold not in (VALID_SENDER, TEST_SENDER), WARDROBE_PHOTOS
    )
    tight, loose = street_crops(options.data / "street-looks")
    changed = distorted(shots)
    for one in (photos, wardrobe, tight, loose, shots, changed):
        encoded(encoder, one, options.cache)
    for one in (photos, tight, changed):
        for name, box in (("centre", centre_box), ("foreground", foreground_box)):
            encoded(encoder, one.cropped(name, box), options.cache)


if __name__ == "__main__":
    main()
