"""Which backbone, fit, pooling and untrained head finds best? The table from which the default was chosen.

Nothing here is trained. Phone photos are split in halves by their names: a default may be chosen on the first, and the
second tells whether the choice was luck. Features are kept in --cache, so a second run only multiplies matrices.

    python bench/backbones.py --data ../shared/data
    python bench/backbones.py --data ../shared/data --quick          # packaged:lite0, cropped, every fourth item
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import deepstyle  # noqa: F401  # isort: skip  # before OpenVINO, whose usage reports it turns off
import numpy as np
import openvino as ov
import torch
from machine import describe_machine
from numpy.typing import NDArray
from torch import nn

from deepstyle.evaluation.photos import LabelledPhoto, read_labelled_photos
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import Fit, Rgb, decode, resize
from deepstyle.learning.style import head
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.export import export_onnx
from deepstyle.style.recipe import DEMO_HEAD, head_kind
from deepstyle.style.weights import locate_weights

Vectors = NDArray[np.float32]

Size = tuple[int, int]
"""Height and width in pixels."""

CONFIGURATIONS: tuple[tuple[str, Fit, Size], ...] = (
    ("packaged:lite0", "pad", (224, 224)),
    ("packaged:lite0", "stretch", (224, 224)),
    ("packaged:lite0", "crop", (224, 224)),
    ("packaged:lite1", "crop", (240, 240)),
    ("packaged:lite2", "pad", (260, 260)),
    ("packaged:lite2", "stretch", (260, 260)),
    ("packaged:lite2", "crop", (224, 224)),
    ("packaged:lite2", "crop", (260, 260)),
    ("packaged:lite2", "crop", (288, 288)),
    ("packaged:lite2", "crop", (300, 225)),
    ("packaged:lite2", "crop", (320, 240)),
    ("packaged:lite2", "crop", (352, 264)),
    ("packaged:lite2", "crop", (384, 288)),
    ("packaged:lite2", "crop", (400, 300)),
)
DISTORTED_ITEMS = 300
NEAREST_CLASSES = ("Dress", "Hat", "Longsleeve", "Outwear", "Pants", "Shirt", "Shoes", "Shorts", "Skirt", "T-Shirt")


@dataclass(frozen=True)
class Data:
    """Items with their category and model, the rows that are distorted, and the labelled phone photos."""

    item_ids: list[str]
    images: Path
    categories: NDArray[np.str_]
    models: NDArray[np.str_]
    distorted: list[int]
    photos: list[LabelledPhoto]

    def pictures(self) -> Iterator[Callable[[], Rgb]]:
        """Every item, then every photo, then the distorted items, distortion by distortion."""
        paths = [self.images / f"{item_id}.jpg" for item_id in self.item_ids]
        for path in (*paths, *(photo.path for photo in self.photos)):
            yield lambda path=path: decode(path.read_bytes())
        for number, distort in enumerate(DISTORTIONS.values()):
            for row in self.distorted:
                rng = np.random.default_rng([number, row])
                yield lambda row=row, rng=rng, distort=distort: distort(decode(paths[row].read_bytes()), rng)


def read_data(folder: Path, step: int) -> Data:
    outfits = folder / "outfits"
    told = json.loads((outfits / "polyvore_item_metadata.json").read_text("utf-8"))
    item_ids = sorted(told)[::step]
    categories = np.array([told[item_id]["semantic_category"] for item_id in item_ids])
    models = np.array([item_id.partition("-")[0] for item_id in item_ids])
    count = min(DISTORTED_ITEMS, len(item_ids))
    distorted = sorted(np.random.default_rng(0).choice(len(item_ids), count, replace=False).tolist())
    photos = read_labelled_photos(folder / "phone-photos")
    return Data(item_ids, outfits / "images", categories, models, distorted, photos)


def pooled(name: str, fit: Fit, size: Size, data: Data, cache: Path) -> tuple[Vectors, Vectors, float]:
    """Average and generalised means (N, F) of every picture, and the seconds it took (0 where cached)."""
    key = hashlib.sha256(json.dumps([name, fit, size, data.item_ids, len(data.photos)]).encode()).hexdigest()[:12]
    kept = cache / f"{name.replace(':', '-')}-{fit}-{size[0]}x{size[1]}-{key}.npz"
    if kept.is_file():
        with np.load(kept) as arrays:
            return arrays["average"], arrays["generalised"], 0.0
    weights = locate_weights(name)
    mean, std = (
        255 * np.asarray(values, np.float32) for values in (weights.preprocessing.mean, weights.preprocessing.std)
    )
    network = head.EmbeddingNetwork(load_backbone(weights), nn.Identity())
    graph = ov.Core().read_model(export_onnx(network, *size))
    graph.reshape([1, 3, *size])
    compiled = ov.Core().compile_model(
        graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "THROUGHPUT"}
    )

    def pool(read: Callable[[], Rgb]) -> tuple[Vectors, Vectors]:
        pixels = (resize(read(), *size, fit) - mean) / std
        found = compiled.create_infer_request().infer({0: pixels.transpose(2, 0, 1)[None]})
        return found["features"][0], found["embedding"][0]

    started_s = time.perf_counter()
    with ThreadPoolExecutor(4) as threads:
        average, generalised = (np.stack(rows) for rows in zip(*threads.map(pool, data.pictures()), strict=True))
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(kept, average=average, generalised=generalised)
    return average, generalised, time.perf_counter() - started_s


def heads(name: str) -> dict[str, tuple[str, NDArray[np.float64] | None]]:
    """Untrained heads by name: the pooling they read, and their matrix (D, F), ``None`` for bare features."""
    classifier = load_backbone(locate_weights(name)).classifier_weight.detach().double()
    svd = torch.linalg.svd(classifier - classifier.mean(0), full_matrices=False).Vh[: head.EMBEDDING_DIM].numpy()
    random = head.random_rows(head.EMBEDDING_DIM, torch.empty(0, classifier.shape[1], dtype=torch.float64)).numpy()
    shipped = head.clothing_projection(classifier).numpy()
    kept = len(head.CLOTHING_CLASSES) - 1
    clothes = {
        f"clothing x{weight}": np.concatenate([shipped[:kept] * weight / head.CLOTHING_WEIGHT, shipped[kept:]])
        for weight in (1.0, 1.5, 2.0, 3.0)
    }
    if head_kind(locate_weights(name)) == DEMO_HEAD:
        clothes["demo (the default)"] = head.packaged_head().double().numpy()
    matrices = {"none": None, "classifier SVD": svd, "random": random, **clothes}
    return {f"{pool} {what}": (pool, matrix) for pool in ("average", "GeM") for what, matrix in matrices.items()}


def scores(vectors: Vectors, data: Data) -> dict[str, float]:
    """Every figure of one row, in [0, 1]."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    items, photos, distorted = np.split(unit, np.cumsum([len(data.item_ids), len(data.photos)]))
    half = np.array([int(hashlib.sha256(photo.path.name.encode()).hexdigest(), 16) % 2 for photo in data.photos])
    wanted = np.array([photo.semantic_category for photo in data.photos])
    nearest = np.argsort(-(photos @ items.T), axis=1)[:, :10]
    precision = (data.categories[nearest] == wanted[:, None]).mean(axis=1)
    views = distorted.reshape(len(DISTORTIONS), len(data.distorted), -1)
    own = [float(np.mean(np.argmax(view @ items.T, axis=1) == data.distorted)) for view in views]
    return {
        "P@10 chosen": float(precision[half == 0].mean()),
        "P@10 other": float(precision[half == 1].mean()),
        "P@10": float(precision.mean()),
        **dict(zip(("label P@1", "label mAP"), label_scores(photos, data.photos), strict=True)),
        "colour R@1": colour_recall(items, data.models, 1),
        "colour R@10": colour_recall(items, data.models, 10),
        "self R@1": float(np.mean(own)),
        **dict(zip(("crop", "flip", "JPEG", "bright", "dark"), own, strict=True)),
    }


def label_scores(vectors: Vectors, photos: Sequence[LabelledPhoto]) -> tuple[float, float]:
    """Precision@1 and mAP among the phone photos of ten classes, each asked for the others of its class."""
    labels = np.array([photo.label for photo in photos])
    chosen = np.isin(labels, NEAREST_CLASSES)
    similarity = vectors[chosen] @ vectors[chosen].T
    np.fill_diagonal(similarity, -np.inf)
    order = np.argsort(-similarity, axis=1)[:, :-1]
    right = labels[chosen][order] == labels[chosen][:, None]
    precision = np.cumsum(right, axis=1) / np.arange(1, right.shape[1] + 1)
    return float(right[:, 0].mean()), float(((precision * right).sum(axis=1) / right.sum(axis=1)).mean())


def colour_recall(items: Vectors, models: NDArray[np.str_], k: int) -> float:
    """How often one of the ``k`` nearest is the same garment in another colour, where there is one."""
    names, counts = np.unique(models, return_counts=True)
    asked = np.isin(models, names[counts > 1])
    similarity = items[asked] @ items.T
    similarity[np.arange(asked.sum()), np.flatnonzero(asked)] = -np.inf
    nearest = np.argsort(-similarity, axis=1)[:, :k]
    return float((models[nearest] == models[asked][:, None]).any(axis=1).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with outfits/ and phone-photos/")
    parser.add_argument("--cache", type=Path, default=Path("var/backbones"), help="where features are kept")
    parser.add_argument("--only", default="", help="only configurations whose name contains this: lite0-crop-224")
    parser.add_argument("--quick", action="store_true", help="packaged:lite0, cropped, every fourth item")
    told = parser.parse_args()
    data = read_data(told.data, 4 if told.quick else 1)
    print(describe_machine())
    print(f"{len(data.item_ids)} items, {len(data.photos)} phone photos, {len(data.distorted)} distorted items")
    only = "lite0-crop" if told.quick else told.only
    header = False
    for name, fit, size in CONFIGURATIONS:
        title = f"{name.removeprefix('packaged:')}-{fit}-{size[0]}x{size[1]}"
        if only not in title:
            continue
        average, generalised, seconds = pooled(name, fit, size, data, told.cache)
        for what, (pool, matrix) in heads(name).items():
            features = average if pool == "average" else generalised
            row = scores(features if matrix is None else (features @ matrix.T).astype(np.float32), data)
            if not header:
                print(f"{'':40}" + "".join(f"{column:>12}" for column in row))
                header = True
            print(f"{title + ' ' + what:40}" + "".join(f"{value:12.3f}" for value in row.values()), flush=True)
        if seconds:
            print(f"{title}: features of all pictures in {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
