"""Exact Street2Shop (Kiapour et al. 2015, "Where to Buy It", ICCV): a worn garment finds its product in a shop.

::

    meta/json/test_pairs_<category>.json    [{"photo": 1, "product": 2, "bbox": {"left", "top", "width", "height"}}, …]
    meta/json/retrieval_<category>.json     [{"photo": 3, "product": 2}, …]
    images/000000001.jpg                    the photo's number in nine digits; .jpeg, .png or no suffix, as downloaded

A query is one box of one street photo; the products of all its pairs are right. It searches the shop photos of its
category; a product ranks by the closest of its photos. Many of the photos' addresses are dead: a copy is never
complete, and ``allow_missing`` measures on what is left.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from deepstyle.errors import DataError
from deepstyle.evaluation.benchmarks.task import Benchmark, Picture, Published, Task, first_of, picture_file
from deepstyle.images.header import read_header
from deepstyle.images.pixels import Box

METRICS: Final = ("recall@1", "recall@10", "recall@20")
SUFFIXES: Final = (".jpg", ".jpeg", ".png", "")
_SIMILARITY: Final = {
    "bags": 0.374, "belts": 0.135, "dresses": 0.371, "eyewear": 0.355, "footwear": 0.096, "hats": 0.384,
    "leggings": 0.221, "outerwear": 0.210, "pants": 0.292, "skirts": 0.546, "tops": 0.381,
}  # fmt: skip
PUBLISHED: Final = (
    Published(
        "WTBI similarity",
        "Kiapour et al. 2015, table of top-20 retrieval accuracy, similarity learned per category",
        {(name, "recall@20"): share for name, share in _SIMILARITY.items()},
    ),
)


def read_street2shop(folder: Path, *, allow_missing: bool = False) -> Benchmark:
    """The benchmark in ``folder``; raises ``DataError`` naming the file and the entry, and for missing pictures."""
    tables = first_of(folder, "meta/json", "json", "meta")
    pictures = first_of(folder, "images", "photos")
    pairs = sorted(tables.glob("test_pairs_*.json"))
    if not pairs:
        raise DataError(f"{tables} has no test_pairs_*.json.", remedy="Unpack meta.zip as it is published.")
    reader = _Reader(pictures)
    tasks = [reader.task(path, tables) for path in pairs]
    if reader.missing and not allow_missing:
        raise DataError(
            f"{len(reader.missing):,} photos are missing, number {min(reader.missing)} first.",
            remedy="Download them to images/NNNNNNNNN.jpg, or measure on what is left: --allow-missing.",
        )
    left = f"{len(reader.missing):,} photos were missing: these figures are of an easier set than the published ones."
    return Benchmark("Street2Shop", [task for task in tasks if task], PUBLISHED, (left,) if reader.missing else ())


class _Reader:
    """Reads categories, and remembers the photos that it did not find."""

    def __init__(self, pictures: Path) -> None:
        self.pictures = pictures
        self.missing: set[int] = set()

    def task(self, pairs: Path, tables: Path) -> Task | None:
        """The task of one category; ``None`` where no query or no shop photo is left."""
        category = pairs.stem.removeprefix("test_pairs_")
        retrieval = tables / f"retrieval_{category}.json"
        wanted: dict[tuple[int, tuple[float, ...]], set[str]] = {}
        for entry in _entries(pairs, ("photo", "product", "bbox")):
            wanted.setdefault((entry["photo"], _bbox(pairs, entry)), set()).add(str(entry["product"]))
        queries = [(self.query(photo, box), labels) for (photo, box), labels in wanted.items()]
        shop = [
            (self.find(entry["photo"]), str(entry["product"])) for entry in _entries(retrieval, ("photo", "product"))
        ]
        gallery = [(picture_file(path), product) for path, product in shop if path]
        asked = [(picture, frozenset(labels)) for picture, labels in queries if picture]
        if not gallery or not asked:
            return None
        products = [product for _, product in gallery]
        return Task(
            category,
            [picture for picture, _ in asked],
            [picture for picture, _ in gallery],
            [labels for _, labels in asked],
            products,
            METRICS,
            products=products,
        )

    def query(self, photo: int, box: Sequence[float]) -> Picture | None:
        path = self.find(photo)
        return picture_file(path, _share(path, box)) if path else None

    def find(self, photo: int) -> Path | None:
        names = (f"{number}{suffix}" for number in (f"{photo:09d}", str(photo)) for suffix in SUFFIXES)
        path = next((self.pictures / name for name in names if (self.pictures / name).is_file()), None)
        if path is None:
            self.missing.add(photo)
        return path


def _entries(path: Path, fields: Sequence[str]) -> list[Mapping[str, Any]]:
    """The entries of a table, each with ``fields``."""
    try:
        entries: list[Mapping[str, Any]] = json.loads(path.read_bytes())
        for number, entry in enumerate(entries, 1):
            missing = [name for name in fields if name not in entry]
            if missing or not isinstance(entry["photo"], int):
                raise DataError(f"{path}, entry {number}: no {' and no '.join(missing or ['number of a photo'])}.")
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy="Unpack meta.zip as it is published.") from error
    return entries


def _bbox(path: Path, entry: Mapping[str, Any]) -> tuple[float, ...]:
    try:
        return tuple(float(entry["bbox"][name]) for name in ("left", "top", "width", "height"))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path}, photo {entry['photo']}: no bounding box.", remedy="Use the published table."
        ) from error


def _share(path: Path, box: Sequence[float]) -> Box:
    """Left, top, width and height in pixels as a box in fractions; boxes of the data set may leave their photo."""
    header = read_header(path.read_bytes())
    left, top, width, height = box
    across, down = header.width_px, header.height_px
    edges = left / across, top / down, (left + width) / across, (top + height) / down
    clipped = tuple(min(1.0, max(0.0, edge)) for edge in edges)
    return clipped[0], clipped[1], clipped[2], clipped[3]
