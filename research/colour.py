"""How much colour belongs into a style vector, and is a histogram made by hand as good as one that was learned?

    python -m research.colour --data DATA
    python -m research.colour --data DATA --model FOLDER      # another model's style part
    python -m research.colour --data DATA --quick             # every fifth picture

The weight is chosen on garments of street looks that are not test looks, and on photos of the valid senders under other
light. The packshots are evaluation only. Vectors are cached in --cache, so a second run only multiplies matrices.
"""

import argparse
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.measure.machine import describe_machine
from deepstyle.evaluation.retrieval_metrics import precision_at_k, recall_at_k
from deepstyle.evaluation.search_scores import score
from deepstyle.images.pixels import Rgb, decode
from deepstyle.settings import Settings
from deepstyle.style.colour import anchor_shares, colour_vector, garment_weights, joined, reduce_to_cells
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model

Vectors = NDArray[np.float32]
WEIGHTS: Final = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
LIGHTS: Final = {
    "darker": (0.75, 0.75, 0.75),
    "brighter": (1.25, 1.25, 1.25),
    "warmer": (1.12, 1.0, 0.85),
    "colder": (0.88, 1.0, 1.12),
}
"""What each channel is multiplied by."""
NO_GARMENTS: Final = (
    *("null", "skin", "hair", "accessories", "ring", "earrings", "bracelet", "watch", "necklace", "wallet"),
    *("bra", "panties", "intimate", "tights", "stockings", "glasses"),
)
"""Labels that are not cut out."""
SMALLEST_SHARE: Final = 0.005
"""Of the picture, for a garment to be cut out."""
TIGHT, LOOSE = 0.02, 0.4
"""What a crop shows around a garment, as a share of the garment's sides."""
PHOTOS: Final = 300
FINE_BINS: Final = 8


@dataclass(frozen=True)
class Parts:
    """Of N pictures: style (N, S) and colour (N, 64) of unit norm; ``fine`` and ``pixels`` (N, 512), roots of shares.

    ``fine`` is the garment's histogram over 8 levels a channel, ``pixels`` that of the whole picture.
    """

    style: Vectors
    colour: Vectors
    fine: Vectors
    pixels: Vectors

    def rows(self, keep: NDArray[np.bool_]) -> "Parts":
        """The pictures to ``keep`` (N,)."""
        return Parts(self.style[keep], self.colour[keep], self.fine[keep], self.pixels[keep])


@dataclass(frozen=True)
class Task:
    """Queries and items that match where their codes are equal; ``alone``: the queries are the items themselves."""

    name: str
    measures: tuple[str, ...]
    queries: Parts
    items: Parts
    query_codes: NDArray[np.int64]
    codes: NDArray[np.int64]
    alone: bool = False


METRICS: Final = {
    "R@1": lambda similarities, relevant: recall_at_k(similarities, relevant, k=1),
    "R@10": lambda similarities, relevant: recall_at_k(similarities, relevant, k=10),
    "P@10": lambda similarities, relevant: precision_at_k(similarities, relevant, k=10),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder with outfits, photos and street looks")
    parser.add_argument("--model", default="packaged", help="whose style part is mixed with colour")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir / "research-colour")
    parser.add_argument("--quick", action="store_true", help="every fifth picture")
    options = parser.parse_args()
    encoder = Encoder.open(ensure_model(options.model, Settings().cache_dir), streams=0)
    reader = Reader(encoder, options.cache, 5 if options.quick else 1)
    learned = learn(reader, options.data)
    print(f"{describe_machine()}; style of {encoder.spec.weights} {encoder.spec.precision}\n")
    for task in tasks(reader, options.data):
        print_table(task, learned)


class Reader:
    """Encodes pictures, or reads what an earlier run encoded."""

    def __init__(self, encoder: Encoder, cache: Path, step: int) -> None:
        self.encoder, self.cache, self.step = encoder, cache, step

    def read(self, name: str, pictures: Iterable[Rgb], *, style: bool = True) -> Parts:
        """The parts of ``pictures``, whose ``name`` says which they are; without ``style`` they have none (N, 0)."""
        key = hashlib.sha256(json.dumps([name, self.encoder.fingerprint, self.step, style]).encode()).hexdigest()[:16]
        path = self.cache / f"{key}.npz"
        if not path.exists():
            rows = [self._parts(self.encoder.prepare(rgb), style) for rgb in pictures]
            self.cache.mkdir(parents=True, exist_ok=True)
            np.savez(path, *(np.stack(part).astype(np.float32) for part in zip(*rows, strict=True)))
        with np.load(path) as stored:
            return Parts(*(stored[f"arr_{number}"] for number in range(4)))

    def _parts(self, prepared: Rgb, has_style: bool) -> tuple[NDArray[np.float32], ...]:
        encoded = self.encoder.encode_prepared(prepared[None]).embeddings[0] if has_style else np.empty(0, np.float32)
        style = encoded[: self.encoder.spec.style_dim]
        cells = reduce_to_cells(prepared)
        weights = garment_weights(anchor_shares(cells), cells.shape)
        even = np.ones_like(weights)
        return (
            style / max(np.linalg.norm(style), 1e-9),
            colour_vector(prepared),
            _fine(cells, weights),
            _fine(cells, even),
        )


def tasks(reader: Reader, data: Path) -> Iterator[Task]:
    """The tasks to choose by, then those that are evaluation only."""
    for split, residues in (("valid", (1,)), ("test", (0,))):
        tight, loose = (street(reader, data, residues, margin) for margin in (TIGHT, LOOSE))
        codes = np.arange(len(tight.style))
        yield Task(f"street looks, {split}: tight to loose crop", ("R@1", "R@10"), tight, loose, codes, codes)
    originals = photos(reader, data, 4, "as they are", (1, 1, 1))
    codes = np.arange(len(originals.style))
    changed = [photos(reader, data, 4, name, factors) for name, factors in LIGHTS.items()]
    queries = Parts(*(np.concatenate([getattr(one, part) for one in changed]) for part in Parts.__dataclass_fields__))
    name = "photos of valid senders: other light to the photo itself"
    yield Task(name, ("R@1", "R@10"), queries, originals, np.tile(codes, len(changed)), codes)
    others, residues = photos(reader, data, 1, "as they are", (1, 1, 1)), (4, 1)
    labels = [row["label"] for residue in residues for row in sampled_photos(data, residue, reader.step)]
    classes = _codes(labels)
    name = "photos of valid senders: their class among photos of other senders"
    yield Task(name, ("P@10",), originals, others, classes[: len(codes)], classes[len(codes) :])
    yield from packshots(reader, data)


def packshots(reader: Reader, data: Path) -> Iterator[Task]:
    """Same type and colour, and the same model in another colour, among the shared packshots."""
    folder = data / "outfits"
    metadata = json.loads((folder / "polyvore_item_metadata.json").read_text())
    with (folder / "categories.csv").open(newline="") as file:
        types = {row[0]: row[1].strip() for row in csv.reader(file) if row}
    item_ids = sorted(metadata)[:: reader.step]
    items = reader.read("packshots", (decode((folder / "images" / f"{one}.jpg").read_bytes()) for one in item_ids))
    described = [(types.get(metadata[one]["category_id"], ""), metadata[one].get("colour", "")) for one in item_ids]
    known = np.array([all(pair) for pair in described])
    codes = _codes([" / ".join(pair) for pair in described])[known]
    type_codes, models = _codes([kind for kind, _ in described]), _codes([one.split("-")[0] for one in item_ids])
    yield Task("packshots: type", ("P@10",), items, items, type_codes, type_codes, alone=True)
    kept = items.rows(known)
    yield Task("packshots: type and colour", ("P@10",), kept, kept, codes, codes, alone=True)
    yield Task("packshots: the model in another colour", ("R@10",), items, items, models, models, alone=True)


def street(reader: Reader, data: Path, residues: tuple[int, ...], margin: float, *, style: bool = True) -> Parts:
    """The garments of the looks whose number has one of ``residues`` modulo 5, each cut out with ``margin``."""
    garments = _garments(data / "street-looks", residues, margin, reader.step)
    return reader.read(f"street {residues} {margin}", garments, style=style)


def photos(
    reader: Reader, data: Path, residue: int, name: str, factors: tuple[float, float, float], *, style: bool = True
) -> Parts:
    """``sampled_photos``, each channel times its factor."""
    images = data / "phone-photos-train" / "images"
    chosen = sampled_photos(data, residue, reader.step)
    pictures = (decode((images / row["image"]).read_bytes()) for row in chosen)
    changed = (np.clip(np.rint(rgb * np.array(factors)), 0, 255).astype(np.uint8) for rgb in pictures)
    return reader.read(f"photos {residue} {name}", changed, style=style)


def sampled_photos(data: Path, residue: int, step: int) -> list[dict[str, str]]:
    """The rows of a fixed sample of the photos of the senders with ``residue`` modulo 5."""
    with (data / "phone-photos-train" / "labels.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["sender_id"]) % 5 == residue]
    order = np.random.default_rng(0).permutation(len(rows))[: PHOTOS // step]
    return [rows[at] for at in order]


def learn(reader: Reader, data: Path) -> tuple[Vectors, Vectors]:
    """A projection of fine histograms (512, 64) and their mean: what crop and light change is whitened, the rest kept.

    Learned on street looks and senders that are neither valid nor test.
    """
    pairs = [tuple(street(reader, data, (2, 3, 4), margin, style=False) for margin in (TIGHT, LOOSE))]
    for residue in (0, 1, 2):
        original = photos(reader, data, residue, "as they are", (1, 1, 1), style=False)
        pairs += [(original, photos(reader, data, residue, *light, style=False)) for light in LIGHTS.items()]
    one, other = (np.concatenate([pair[side].fine for pair in pairs]).astype(np.float64) for side in (0, 1))
    mean = (one + other).mean(axis=0) / 2
    within = (one - other).T @ (one - other) / len(one)
    values, directions = np.linalg.eigh(within + 1e-4 * np.trace(within) / len(within) * np.eye(len(within)))
    whitening = directions / np.sqrt(values)
    spread = (one - mean) @ whitening
    _, between = np.linalg.eigh(spread.T @ spread)
    return (whitening @ between[:, -64:]).astype(np.float32), mean.astype(np.float32)


def print_table(task: Task, learned: tuple[Vectors, Vectors]) -> None:
    """One row for each weight, made by hand and learned; colour alone and pixels alone as baselines."""
    print(f"## {task.name} ({len(task.query_codes):,} queries, {len(task.codes):,} items)\n")
    print("| weight | " + " | ".join(f"by hand {name} | learned {name}" for name in task.measures) + " |")
    print("|---" * (1 + 2 * len(task.measures)) + "|")
    for weight in WEIGHTS:
        by_hand = _scores(task, *(joined(one.style, one.colour, weight) for one in (task.queries, task.items)))
        parts = [joined(one.style, _project(one.fine, learned), weight) for one in (task.queries, task.items)]
        print(_row(f"{weight:g}", task, by_hand, _scores(task, *parts)))
    alone = _scores(task, task.queries.colour, task.items.colour)
    print(
        _row(
            "colour alone", task, alone, _scores(task, *(_project(p.fine, learned) for p in (task.queries, task.items)))
        )
    )
    pixels = _scores(task, task.queries.pixels, task.items.pixels)
    print(_row("pixel histogram", task, pixels, pixels) + "\n")


def _row(name: str, task: Task, by_hand: dict[str, float], learned: dict[str, float]) -> str:
    cells = [f"{one[measure]:.3f}" for measure in task.measures for one in (by_hand, learned)]
    return f"| {name} | " + " | ".join(cells) + " |"


def _scores(task: Task, queries: Vectors, items: Vectors) -> dict[str, float]:
    """The metrics over the queries that have something to find."""
    counts = np.bincount(task.codes, minlength=int(max(task.query_codes.max(), task.codes.max())) + 1)
    findable = np.flatnonzero(counts[task.query_codes] > task.alone)
    return score(
        {name: METRICS[name] for name in task.measures},
        queries[findable],
        items,
        task.query_codes[findable],
        task.codes,
        without=findable if task.alone else None,
    )


def _project(fine: Vectors, learned: tuple[Vectors, Vectors]) -> Vectors:
    projected = (fine - learned[1]) @ learned[0]
    return np.asarray(projected / np.linalg.norm(projected, axis=1, keepdims=True), np.float32)


def _garments(folder: Path, residues: tuple[int, ...], margin: float, step: int) -> Iterator[Rgb]:
    with (folder / "label_names.csv").open(newline="") as file:
        names = {int(row["value"]): row["name"] for row in csv.DictReader(file)}
    looks = [path for number, path in enumerate(sorted((folder / "photos").iterdir())) if number % 5 in residues]
    for path in looks[::step]:
        rgb = decode(path.read_bytes())
        labels = Image.open(folder / "labels" / f"{path.stem}.png").resize(rgb.shape[1::-1], Image.Resampling.NEAREST)
        values = np.asarray(labels)
        for value in np.unique(values).tolist():
            mask = values == value
            if names[value] not in NO_GARMENTS and mask.mean() >= SMALLEST_SHARE:
                yield np.ascontiguousarray(rgb[_box(mask, margin)])


def _box(mask: NDArray[np.bool_], margin: float) -> tuple[slice, slice]:
    sides = []
    for axis in (1, 0):
        places = np.flatnonzero(mask.any(axis=axis))
        first, last = int(places[0]), int(places[-1]) + 1
        more = int((last - first) * margin)
        sides.append(slice(max(0, first - more), last + more))
    return sides[0], sides[1]


def _fine(cells: Rgb, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The roots of the shares of 8 x 8 x 8 colours among ``cells`` (H, W, 3) uint8, (512,)."""
    levels = cells.reshape(-1, 3).astype(np.int64) * FINE_BINS // 256
    counts = np.bincount(levels @ (FINE_BINS**2, FINE_BINS, 1), weights, FINE_BINS**3)
    return np.sqrt(counts / counts.sum()).astype(np.float32)


def _codes(names: Sequence[str]) -> NDArray[np.int64]:
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


if __name__ == "__main__":
    main()
