"""Fit the classifier of semantic categories that comes with a model, by NumPy alone.

python -m deepstyle.learning.style.garment_types --photos DIR --photos DIR --looks DIR    # minutes

From a catalogue (the drawn one), plain and as synthetic photos, from phone photos of the train senders, from the
garments of worn looks outside their test split, and from drawn pictures without a garment. Stores are calibrated with
it from then on: ``deepstyle encode`` notices the change.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.rows import Record, read_picture
from deepstyle.catalogue.source import Source
from deepstyle.demo.source import open_catalogue
from deepstyle.evaluation.photos import read_labelled_photos
from deepstyle.files import write_atomic
from deepstyle.images.photo_conditions import photograph
from deepstyle.images.pixels import Rgb, decode
from deepstyle.learning.style.no_garment import FAMILIES, draw_no_garment
from deepstyle.learning.style.phone_photos import photos_of
from deepstyle.settings import Settings
from deepstyle.style.calibration.garment_types import FILE, NO_GARMENT, GarmentTypes, format_types, model_name
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import INT8_FOLDER, ensure_model

DRAWN_PER_FAMILY: Final = 40
MOST_CROPS: Final = 300
LEAST_CROP_PX: Final = 24
CROP_MARGIN: Final = 0.15
DECAY: Final = 5e-5
"""Weight of half the squared weights beside the mean loss."""
STEPS: Final = 600

Labelled = tuple[str, Callable[[], Rgb]]
Vectors = NDArray[np.float32]


def fit_types(
    encoder: Encoder, pictures: Sequence[Labelled], on_progress: Callable[[int, int], None] = lambda done, total: None
) -> GarmentTypes:
    """The classifier of ``encoder``'s model from labelled pictures, every type of equal weight."""
    vectors = []
    with ThreadPoolExecutor(2 * encoder.streams) as pool:
        for vector in pool.map(lambda one: encoder.encode([one[1]()]).embeddings[0], pictures):
            vectors.append(vector)
            on_progress(len(vectors), len(pictures))
    labels = [label for label, _ in pictures]
    names = tuple(sorted(set(labels)))
    weights, biases = fit_softmax(np.stack(vectors), np.array([names.index(label) for label in labels]), len(names))
    return GarmentTypes(model_name(encoder.spec), names, weights, biases)


def catalogue_pictures(source: Source) -> Iterator[Labelled]:
    """Each picture of a catalogue, plain and as a synthetic photo, with its semantic category."""
    for number, record in enumerate(source.records()):
        if isinstance(record, Record) and record.item.semantic_category:
            read = partial(read_picture, record)
            yield record.item.semantic_category, lambda read=read: decode(read())  # type: ignore[misc]
            yield record.item.semantic_category, partial(_photographed, read, number)


def photo_pictures(folders: Sequence[Path]) -> Iterator[Labelled]:
    """The phone photos of the train senders, with the semantic category of their label."""
    train = set(photos_of(folders, "train"))
    for folder in folders:
        for photo in read_labelled_photos(folder):
            if photo.path in train:
                yield photo.semantic_category, photo.decode


def look_pictures(folder: Path) -> Iterator[Labelled]:
    """The garments of worn looks, cut from each photo by its label map; every fifth look, the test split, is left out.

    ``folder`` has ``photos``, ``labels`` (PNG) and ``label_names.csv``. At most ``MOST_CROPS`` of each category.
    """
    with (folder / "label_names.csv").open(encoding="utf-8", newline="") as file:
        categories = {int(row[0]): semantic_category(row[1]) for row in csv.reader(file) if row[0].isdigit()}
    counts: Counter[str] = Counter()
    for number, path in enumerate(sorted((folder / "photos").iterdir())):
        if number % 5:
            labels = np.asarray(Image.open(folder / "labels" / f"{path.stem}.png"))
            for label in np.unique(labels).tolist():
                category, box = categories.get(label, ""), _box_of(labels == label)
                if category and box and counts[category] < MOST_CROPS:
                    counts[category] += 1
                    yield category, partial(_cropped, path, box)


def empty_pictures() -> Iterator[Labelled]:
    """Drawn pictures without a garment."""
    for family in FAMILIES:
        for number in range(DRAWN_PER_FAMILY):
            yield NO_GARMENT, partial(draw_no_garment, family, number)


def fit_softmax(vectors: Vectors, labels: NDArray[np.int64], count: int) -> tuple[Vectors, Vectors]:
    """Weights (T, D) and biases (T,) of a softmax regression, by Nesterov's accelerated gradient."""
    known = np.column_stack([vectors, np.ones(len(vectors), np.float32)])
    targets = np.eye(count, dtype=np.float32)[labels]
    importance = (1 / (count * targets.sum(axis=0)))[labels][:, None]
    step = 1 / (0.5 * float(np.linalg.eigvalsh(known.T @ (known * importance))[-1]) + DECAY)
    solution = ahead = np.zeros((known.shape[1], count), np.float32)
    for number in range(STEPS):
        logits = known @ ahead
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        expected = exponents / exponents.sum(axis=1, keepdims=True)
        gradient = known.T @ (importance * (expected - targets)) + np.float32(DECAY) * ahead
        following = ahead - np.float32(step) * gradient
        ahead = following + np.float32(number / (number + 3)) * (following - solution)
        solution = following
    return np.ascontiguousarray(solution[:-1].T), solution[-1]


def _box_of(garment: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """The rows and columns around a garment with a margin; ``None`` where it is too small to see."""
    rows, columns = np.flatnonzero(garment.any(axis=1)), np.flatnonzero(garment.any(axis=0))
    if min(rows[-1] - rows[0], columns[-1] - columns[0]) < LEAST_CROP_PX:
        return None
    return _with_margin(rows), _with_margin(columns)


def _with_margin(places: NDArray[np.int64]) -> slice:
    margin = int(CROP_MARGIN * (places[-1] - places[0]))
    return slice(max(0, int(places[0]) - margin), int(places[-1]) + 1 + margin)


def _cropped(path: Path, box: tuple[slice, slice]) -> Rgb:
    return np.ascontiguousarray(decode(path.read_bytes())[box])


def _photographed(read: Callable[[], bytes], number: int) -> Rgb:
    return photograph(decode(read()), np.random.default_rng((1, number)))


def main() -> None:
    """Write the classifier beside the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="packaged", help="a model folder, or weights as for deepstyle encode")
    parser.add_argument("--catalogue", default="drawn", help="a catalogue with semantic categories")
    parser.add_argument("--photos", type=Path, action="append", default=[], help="phone photos with labels.csv")
    parser.add_argument("--looks", type=Path, help="worn looks with a label map each")
    parser.add_argument("--to", type=Path, help="the file to write (default: in the model's folder)")
    options = parser.parse_args()
    folder = ensure_model(options.model, Settings().cache_dir)
    pictures = [
        *catalogue_pictures(open_catalogue(options.catalogue)),
        *photo_pictures(options.photos),
        *(look_pictures(options.looks) if options.looks else ()),
        *empty_pictures(),
    ]
    fitted = fit_types(Encoder.open(folder, streams=0), pictures)
    path = options.to or (folder.parent if folder.name == INT8_FOLDER else folder) / FILE
    write_atomic(path, format_types(fitted))
    print(f"{len(fitted.names)} types from {len(pictures):,} pictures: {path}")  # noqa: T201


if __name__ == "__main__":
    main()
