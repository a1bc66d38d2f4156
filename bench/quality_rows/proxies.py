"""Another photograph of one product, by proxy: crops of worn garments, and packshots that were photographed anew."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from bench.quality_rows.columns import Column, Picture, Vectors
from bench.quality_rows.photos import category_precisions
from bench.quality_rows.sets import Packshots
from bench.quality_rows.table import Row, plain
from deepstyle.evaluation.intervals import Interval, grouped_scores
from deepstyle.evaluation.rephotograph import half_size, recompress, rephotograph
from deepstyle.evaluation.retrieval_metrics import first_right_rank
from deepstyle.evaluation.search_scores import hit_probability
from deepstyle.evaluation.street_looks import Garment, Look, cut, garments_in, read_label_names, read_looks
from deepstyle.images.pixels import Rgb

DEPTHS = (1, 10)
CROPS = {"tight": (False, True), "loose": (True, True), "tight, no background": (False, False)}
"""Name of a crop: whether its box is loose, and whether the background stays."""
PAIRS = (("tight", "loose"), ("tight", "tight, no background"))
PHOTOGRAPHS: dict[str, Callable[[Rgb, np.random.Generator], Rgb]] = {
    "crop, warp and new background": rephotograph,
    "JPEG 60": lambda rgb, _: recompress(rgb),
    "half size": lambda rgb, _: half_size(rgb),
    "half size, then JPEG 60": lambda rgb, _: recompress(half_size(rgb)),
}


@dataclass(frozen=True)
class Worn:
    """A garment in a look."""

    look: Look
    garment: Garment

    def crop(self, name: str) -> Picture:
        loose, background = CROPS[name]
        return Picture(lambda: cut(*_pixels(self.look), self.garment, loose=loose, background=background))


def read_worn(folder: Path, split: str) -> list[Worn]:
    """The garments of all looks of a split."""
    names = read_label_names(folder)
    looks = [look for look in read_looks(folder) if look.split == split]
    return [Worn(look, garment) for look in looks for garment in garments_in(_pixels(look)[1], names)]


def worn_rows(columns: Sequence[Column], packshots: Packshots, worn: Sequence[Worn]) -> Iterator[Row]:
    """A crop finds the other crop of the same garment among those of all garments; and its category of packshots."""
    looks = [one.look.look_id for one in worn]
    for query, gallery in PAIRS:
        pairs = {one.name: (embed_crops(one, worn, query), embed_crops(one, worn, gallery)) for one in columns}
        own = np.eye(len(worn), dtype=bool)
        for depth in DEPTHS:
            scores = {name: found(*vectors, own, depth, looks) for name, vectors in pairs.items()}
            scores["chance"] = plain(min(1.0, depth / len(worn)))
            yield Row(f"worn garments: {query} -> {gallery}", f"R@{depth}", len(worn), scores, wanted=">= raw Lite2")
    wanted = np.array([one.garment.semantic_category for one in worn])
    by_column = {
        column.name: grouped_scores(
            category_precisions(
                embed_crops(column, worn, "tight"), packshots.vectors(column), wanted, packshots.categories
            ),
            wanted.tolist(),
            looks,
        )
        for column in columns
    }
    share = [float(np.mean(packshots.categories == one)) for one in wanted]
    by_column["chance"] = grouped_scores(np.array(share), wanted.tolist(), looks)
    section = "worn garments (tight) -> category of packshots, P@10"
    for name, measure in (("micro", "micro"), ("macro", "macro over categories")):
        scores = {column: getattr(one, name) for column, one in by_column.items()}
        yield Row(section, measure, len(worn), scores, wanted="report")
    for name, count in by_column["chance"].counts.items():
        yield Row(section, name, count, {column: one.by_category[name] for column, one in by_column.items()})


def embed_crops(column: Column, worn: Sequence[Worn], crop: str) -> Vectors:
    return column.embed("worn " + crop.replace(",", ""), [one.crop(crop) for one in worn])


def photograph_rows(columns: Sequence[Column], packshots: Packshots, rows: Sequence[int]) -> Iterator[Row]:
    """An altered picture of an indexed item finds it; an item with an identical picture is as right."""
    digests = np.array([picture.digest for picture in packshots.pictures])
    own = digests[list(rows), None] == digests
    groups = [packshots.items[row].model_id or packshots.items[row].item_id for row in rows]
    for name, alter in PHOTOGRAPHS.items():
        queries = [altered(packshots.pictures[row], alter) for row in rows]
        pairs = {
            one.name: (one.embed(f"packshots {name.replace(',', '')}", queries), packshots.vectors(one))
            for one in columns
        }
        real = name.startswith("crop")
        section = "packshot, photographed anew -> itself" if real else "self-retrieval of an indexed picture"
        for depth in DEPTHS if real else DEPTHS[:1]:
            measure = f"{name}, R@{depth}" if real else f"{name}, first"
            scores = {column: found(*vectors, own, depth, groups) for column, vectors in pairs.items()}
            right = own.sum(1)
            scores["chance"] = plain(float(np.mean([hit_probability(int(n), own.shape[1], depth) for n in right])))
            yield Row(section, measure, len(rows), scores, wanted=">= raw Lite2" if real else ">= .98")


def altered(picture: Picture, alter: Callable[[Rgb, np.random.Generator], Rgb]) -> Picture:
    """``picture`` altered with a seed of its own, the same in every run."""
    seed = int(hashlib.sha256(picture.digest.encode()).hexdigest()[:16], 16)
    return Picture(partial(_altered, picture, alter, seed))


def _altered(picture: Picture, alter: Callable[[Rgb, np.random.Generator], Rgb], seed: int) -> Rgb:
    return alter(picture.read(), np.random.default_rng(seed))


def found(queries: Vectors, vectors: Vectors, right: np.ndarray, depth: int, groups: Sequence[str]) -> Interval:
    """The share of queries whose right item is among the first ``depth``; ties count as wrong."""
    hit = first_right_rank(queries @ vectors.T, right) <= depth
    return grouped_scores(hit.astype(float), [""] * len(hit), groups).micro


@lru_cache(maxsize=32)
def _pixels(look: Look) -> tuple[Rgb, np.ndarray]:
    return look.read()
