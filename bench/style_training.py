"""What training adds: each configuration against the same backbone untrained, on garments never seen in training.

    python bench/style_training.py --data PATH --photos PATH --work var/bench configs/style-head.toml

Every figure comes from the exported model through the encoder that serves. Queries are items of the test split (and of
the validation split, to choose by); they search the whole catalogue, and their own split alone.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from machine import describe_machine

from deepstyle.catalogue.source import open_source
from deepstyle.evaluation.photos import LabelledPhoto, read_labelled_photos
from deepstyle.evaluation.retrieval_metrics import average_precision_at_r, precision_at_k, recall_at_k
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import decode
from deepstyle.learning.config import read_config
from deepstyle.learning.style.build import build_model
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.dataset import Labels, read_labels, split_rows
from deepstyle.learning.style.distributed import join_group
from deepstyle.learning.style.prepare import prepare
from deepstyle.learning.style.run import export_run, open_training
from deepstyle.store import Store, open_store
from deepstyle.store.ingest import import_catalogue
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model
from deepstyle.style.recipe import head_kind, start_kind
from deepstyle.style.weights import locate_weights


def main() -> None:
    """Train, export, encode and measure."""
    options = parse()
    options.work.mkdir(parents=True, exist_ok=True)
    photos = read_labelled_photos(options.photos) if options.photos else []
    photos = photos[:100] if options.quick else photos
    print(describe_machine())
    with open_store(f"sqlite:///{(options.work / 'bench.db').resolve()}") as store:
        import_catalogue(open_source(options.data), store, limit=600 if options.quick else None)
        configs = [read_config(path, StyleConfig) for path in options.configs]
        for name in dict.fromkeys(config.model.weights for config in configs):
            weights, folder = locate_weights(name), options.work / "untrained" / name.replace(":", "-")
            build_model(weights, folder, start_kind(weights))
            tell(f"{name}, untrained", store, folder, StyleConfig(), photos, options.distorted)
            if head_kind(weights) != start_kind(weights):
                served = ensure_model(name, options.work / "cache", "fp32")
                tell(f"{name}, as it serves", store, served, StyleConfig(), photos, options.distorted)
        for path, config in zip(options.configs, configs, strict=True):
            started_s = time.perf_counter()
            folder = train(store, config, options.work, path.stem)
            print(f"{path.stem}: trained in {time.perf_counter() - started_s:.0f} s, features included")
            tell(path.stem, store, folder, config, photos, options.distorted)


def train(store: Store, config: StyleConfig, work: Path, name: str) -> Path:
    group = join_group()
    prepared = prepare(store, config, work / "cache")
    training = open_training(prepared, config, work / "runs" / name, group)
    training.run(lambda step, steps, loss: None, lambda measured, step: None)
    export_run(work / "runs" / name, work / "models" / name)
    return work / "models" / name


def tell(
    name: str, store: Store, folder: Path, config: StyleConfig, photos: list[LabelledPhoto], distorted: int
) -> None:
    """One line a split."""
    encoder = Encoder.open(folder, streams=0)
    encode_store(store, encoder)
    batch = store.vectors(encoder.fingerprint)
    items = [store.get([item_id])[item_id] for item_id in batch.item_ids]
    labels, splits = read_labels(items), split_rows(items, config.data, config.optimiser.seed)
    found = encoder.encode([decode(photo.path.read_bytes()) for photo in photos]).embeddings if photos else None
    for split in ("valid", "test"):
        rows = splits[split]  # type: ignore[index]
        told = garments_and_categories(batch.vectors, labels, rows)
        told["itself@1"] = itself(store, encoder, batch.vectors, batch.item_ids, rows[:distorted])
        if found is not None:
            semantic = np.array([item.semantic_category for item in items])
            wanted = np.array([photo.semantic_category for photo in photos])
            known = np.isin(wanted, semantic)
            right = wanted[known, None] == semantic
            told["photo P@10"] = precision_at_k(found[known] @ batch.vectors.T, right, 10).mean()
        print(f"{name:28} {split:5} " + "  ".join(f"{key} {value:.3f}" for key, value in told.items()), flush=True)


def garments_and_categories(vectors: np.ndarray, labels: Labels, rows: np.ndarray) -> dict[str, float]:
    told = {}
    for where, gallery in (("", np.arange(len(vectors))), (" own split", rows)):
        similarities = vectors[rows] @ vectors[gallery].T
        self_ = rows[:, None] == gallery
        similarities[self_] = -np.inf
        garment = (labels.garment[rows, None] == labels.garment[gallery]) & ~self_
        asked = garment.any(axis=1)
        for k in (1, 10):
            told[f"R@{k}{where}"] = recall_at_k(similarities[asked], garment[asked], k).mean()
        category = (labels.category[rows, None] == labels.category[gallery]) & ~self_
        asked = category.any(axis=1) & (labels.category[rows] >= 0)
        told[f"mAP@R{where}"] = average_precision_at_r(similarities[asked], category[asked]).mean()
    return told


def itself(store: Store, encoder: Encoder, vectors: np.ndarray, ids: tuple[str, ...], rows: np.ndarray) -> float:
    """The mean over the distortions of recall@1 among the whole catalogue."""
    scores = []
    for row in rows:
        image = store.image(ids[row])
        assert image is not None
        rgb, rng = decode(image.data), np.random.default_rng(int(row))
        made = encoder.encode([distort(rgb, rng) for distort in DISTORTIONS.values()]).embeddings
        scores.append(np.mean((made @ vectors.T).argmax(axis=1) == row))
    return float(np.mean(scores))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("configs", nargs="+", type=Path, help="TOML files, as in configs/")
    parser.add_argument("--data", required=True, help="a catalogue whose items have model ids, or demo")
    parser.add_argument("--photos", type=Path, help="a folder of photos with labels.csv")
    parser.add_argument("--work", type=Path, default=Path("var/bench-style"), help="what is computed is kept there")
    parser.add_argument("--distorted", type=int, default=150, help="items a split that are distorted")
    parser.add_argument("--quick", action="store_true", help="600 items, 100 photos: does it run?")
    return parser.parse_args()


if __name__ == "__main__":
    main()
