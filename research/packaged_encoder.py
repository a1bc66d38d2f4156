"""Which ingredients make the packaged encoder? One short training for each, from the same decoded pictures.

python -m research.packaged_encoder --data DATA --packshots FOLDER --to RESULTS [--trial NAME …] [--steps 300]

DATA is the root of the sources in ``configs/packaged.toml``; FOLDER has ``images/`` and ``labels.csv``
(``image,semantic_category,category,colour,model_id``). Everything is measured on the validation split: photos of the
valid senders against the packshots, and worn garments of the valid looks. Colour dimensions are not part of it.
"""

import argparse
import csv
import dataclasses
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812 (its customary name)

from deepstyle.learning.config import read_config
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.distributed import Group
from deepstyle.learning.style.head import initial_head
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.pictures.inputs import PoolInputs
from deepstyle.learning.style.pictures.pool import Pool, read_pool
from deepstyle.learning.style.pictures.prepare import NO_TRUNK, read_pictures, training_set
from deepstyle.learning.style.pictures.prepare import teacher_features as features_of
from deepstyle.learning.style.pictures.sources import Picture
from deepstyle.learning.style.pictures.types import GarmentType
from deepstyle.learning.style.train import Training
from deepstyle.style.weights import locate_weights

CONFIG: Final = Path(__file__).parents[1] / "configs" / "packaged.toml"
SHARES: Final = (0.6, 0.8, 1.0)
"""Shares of the trained weights that are evaluated."""
BLOCK: Final = 256

TRIALS: Final[Mapping[str, dict[str, Any]]] = {
    "all": {},
    "a teacher": {"losses": {"teacher": 1.0}},
    "no looks": {"kinds": ("phone", "drawn")},
    "no drawn garments": {"kinds": ("phone", "look")},
    "phone photos alone": {"kinds": ("phone",)},
    "colours as they are": {"augmentation": {"other_hue": 0.0, "grey": 0.0}},
    "no cut-outs, no zooming out": {"augmentation": {"cut_out": 0.0, "zoom_out": 0.0}},
    "more cut-outs": {"augmentation": {"cut_out": 0.8, "zoom_out": 0.5, "white_background": 0.8}},
    "whole network": {"model": {"unfreeze_epochs": (0,) * 8}},
    "last stage": {"model": {"unfreeze_epochs": (0,)}},
    "head alone": {"model": {"unfreeze_epochs": ()}},
    "three times the learning rate": {"optimiser": {"backbone_learning_rate": 6e-4, "learning_rate": 3e-3}},
    "a third of the learning rate": {"optimiser": {"backbone_learning_rate": 7e-5, "learning_rate": 3e-4}},
    "types and instances alike": {"losses": {"garment": 0.5, "category": 0.5}},
    "instances weigh more": {"losses": {"garment": 1.5, "category": 0.2}},
    "proxy anchors": {"losses": {"proxy": 0.3}},
    "no classifiers": {"losses": {"semantic_head": 0.0, "category_head": 0.0, "subtype_head": 0.0}},
    "128 dimensions": {"model": {"embedding_dim": 128}},
    "352 x 264": {"augmentation": {"height_px": 0, "width_px": 0}},
}


@dataclasses.dataclass(frozen=True)
class Bench:
    """What all trials share: the pool with all pictures, packshots last, and the teacher's features."""

    config: StyleConfig
    data: Path
    pictures: list[Picture]
    labels: list[dict[str, str]]
    pool: Pool
    teacher: torch.Tensor | None
    device: torch.device

    @property
    def packshots(self) -> np.ndarray:
        """Their rows in the pool."""
        return np.arange(len(self.pictures) - len(self.labels), len(self.pictures))


def main() -> None:
    """Run the trials one after the other; each result is written as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--weights", default="", help="in place of the configuration's")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--packshots", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True, help="the folder of results.json and the weights")
    parser.add_argument("--trial", action="append", choices=list(TRIALS), help="may be repeated; default: all")
    parser.add_argument("--seed", type=int, action="append", help="may be repeated")
    parser.add_argument("--fold", type=int, action="append", help="the remainder of the senders held out as test")
    parser.add_argument("--pool", type=Path, help="a file that holds the decoded pictures for the next run")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--save", action="store_true", help="write the weights of each trial")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    config = read_config(options.config, StyleConfig)
    if options.weights:
        model = dataclasses.replace(config.model, weights=options.weights, architecture="tf_efficientnet_lite2")
        config = dataclasses.replace(config, model=model)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    teach = any("teacher" in TRIALS[name].get("losses", {}) for name in options.trial or TRIALS)
    bench, results = prepare(config, options.data, options.packshots, options.pool, teach=teach), []
    for name in options.trial or TRIALS:
        for fold in options.fold or [config.sources.test_remainder]:
            for seed in options.seed or [0]:
                results.append(run(bench, name, fold, seed, options))
                (options.to / "results.json").write_text(json.dumps(results, indent=1))


def prepare(config: StyleConfig, data: Path, packshots: Path, cache: Path | None, *, teach: bool) -> Bench:
    """Decode everything once."""
    started = time.monotonic()
    pictures = read_pictures(config.sources, data)
    with (packshots / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    pictures += [_packshot(packshots, row) for row in labels]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    pool = _cached_pool(pictures, cache).to(device)
    print(f"pool of {len(pictures):,} pictures in {time.monotonic() - started:.0f} s", flush=True)
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    inputs = PoolInputs(pool, weights.preprocessing, config.augmentation)
    teacher = None
    if teach:
        teacher = features_of(load_backbone(weights), inputs, len(pictures), device, lambda what, done, total: None)
    return Bench(config, data, pictures, labels, pool, teacher, device)


def _cached_pool(pictures: list[Picture], cache: Path | None) -> Pool:
    """The pool, read from ``cache`` where an earlier run of the same pictures wrote it."""
    if cache and cache.is_file():
        return Pool(**load_file(cache))
    pool = read_pool(pictures, lambda done, total: None)
    if cache:
        save_file({"canvases": pool.canvases, "extents": pool.extents, "has_mask": pool.has_mask}, cache)
    return pool


def _packshot(folder: Path, row: dict[str, str]) -> Picture:
    kind = GarmentType(row["semantic_category"], row["category"])
    return Picture(row["image"], "phone", row["model_id"], kind, "test", folder / "images" / row["image"])


def run(bench: Bench, name: str, fold: int, seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """One training and its figures."""
    started, changes = time.monotonic(), dict(TRIALS[name])
    kinds = changes.pop("kinds", None)
    config = _changed(bench.config, changes, fold, seed, options.steps)
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    pictures = _resplit(bench, fold, kinds)
    data = training_set(pictures, weights, bench.teacher if config.losses.teacher else None)
    inputs = PoolInputs(bench.pool, weights.preprocessing, config.augmentation)
    backbone = load_backbone(weights)
    head = initial_head(backbone, weights, config.model.embedding_dim)
    network = LearningNetwork(backbone, head, "whole", NO_TRUNK)
    network.to(memory_format=torch.channels_last)
    training = Training(config, data, inputs, network, options.to / "run", Group(0, 1, bench.device))
    initial = {key: value.detach().clone() for key, value, _ in training.learning}
    last = _trained(training)
    seconds = time.monotonic() - started
    figures = {}
    for share in SHARES:
        tensors = {key: torch.lerp(initial[key], value, share) for key, value in last.items()}
        figures[str(share)] = evaluate(bench, network, inputs, tensors, pictures)
    figures["0.0"] = evaluate(bench, network, inputs, initial, pictures)
    result = {"trial": name, "fold": fold, "seed": seed, "seconds": seconds, "figures": figures}
    print(json.dumps(result), flush=True)
    if options.save:
        last |= {f"losses.{key}": value for key, value in training.losses.state_dict().items()}
        halves = {key: value.half() if value.dim() > 1 else value for key, value in last.items()}
        path = options.to / f"{name.replace(' ', '-')}-fold{fold}-seed{seed}.safetensors"
        save_file({key: value.contiguous().cpu() for key, value in halves.items()}, path)
    return result


def _changed(config: StyleConfig, changes: Mapping[str, Any], fold: int, seed: int, steps: int) -> StyleConfig:
    tables = {table: dataclasses.replace(getattr(config, table), **fields) for table, fields in changes.items()}
    config = dataclasses.replace(config, **tables)
    optimiser = dataclasses.replace(config.optimiser, seed=seed, epochs=1, steps_per_epoch=steps)
    sources = dataclasses.replace(config.sources, test_remainder=fold, valid_remainder=(fold + 1) % 5)
    return dataclasses.replace(config, optimiser=optimiser, sources=sources)


def _resplit(bench: Bench, fold: int, kinds: tuple[str, ...] | None) -> list[Picture]:
    """The pool's pictures with the splits of ``fold``; packshots, and kinds that are left out, are *test*."""
    sources = dataclasses.replace(bench.config.sources, test_remainder=fold, valid_remainder=(fold + 1) % 5)
    splits = {picture.picture_id: picture.split for picture in read_pictures(sources, bench.data)}
    pictures = [
        dataclasses.replace(picture, split=splits.get(picture.picture_id, "test")) for picture in bench.pictures
    ]
    return [
        picture
        if kinds is None or picture.kind in kinds or picture.split == "valid"
        else dataclasses.replace(picture, split="test")
        for picture in pictures
    ]


def _trained(training: Training) -> dict[str, torch.Tensor]:
    """The moving average after the last step; nothing is validated on the way."""
    state = training._started()
    while state.step < training.steps:
        training._step(state)
        state.step += 1
    return state.average


def evaluate(
    bench: Bench,
    network: LearningNetwork,
    inputs: PoolInputs,
    tensors: dict[str, torch.Tensor],
    pictures: list[Picture],
) -> dict[str, float]:
    """The figures of one set of weights."""

    def embed(rows: np.ndarray) -> torch.Tensor:
        blocks = []
        with torch.no_grad(), torch.autocast(bench.device.type, torch.bfloat16, enabled=bench.device.type == "cuda"):
            for start in range(0, len(rows), BLOCK):
                pixels = inputs.view(rows[start : start + BLOCK], 0)
                blocks.append(F.normalize(functional_call(network, tensors, (pixels,)).float()))
        return torch.cat(blocks)

    gallery = embed(bench.packshots)
    phone = np.array([row for row, one in enumerate(pictures) if one.kind == "phone" and one.split == "valid"])
    looks = np.array([row for row, one in enumerate(pictures) if one.kind == "look" and one.split == "valid"])
    types = np.array([row["semantic_category"] for row in bench.labels])
    photo_types = np.array([pictures[row].type.semantic_category for row in phone])
    right = types[(embed(phone) @ gallery.T).topk(10).indices.cpu().numpy()] == photo_types[:, None]
    precision = right.mean(1)
    by_category = {name: float(precision[photo_types == name].mean()) for name in sorted(set(photo_types))}
    own = gallery @ gallery.T
    own.fill_diagonal_(-2)
    nearest = own.topk(10).indices.cpu().numpy()
    fine = np.array([row["category"] for row in bench.labels])
    models = np.array([row["model_id"] for row in bench.labels])
    known = fine != ""
    several = np.array([np.sum(models == model) > 1 for model in models])
    worn = embed(looks)
    tight = np.array([pictures[row].picture_id.endswith("/tight") for row in looks])
    found = (worn[tight] @ worn[~tight].T).argmax(1).cpu().numpy() == np.arange(tight.sum())
    looks_types = np.array([pictures[row].type.semantic_category for row in looks])[tight]
    to_packshots = types[(worn[tight] @ gallery.T).topk(10).indices.cpu().numpy()] == looks_types[:, None]
    return {
        "photos P@10": float(precision.mean()),
        "photos macro": float(np.mean(list(by_category.values()))),
        **by_category,
        "packshots type P@10": float((fine[nearest] == fine[:, None])[known].mean()),
        "another colour R@10": float((models[nearest] == models[:, None])[several].any(1).mean()),
        "tight to loose R@1": float(found.mean()),
        "worn to packshots P@10": float(to_packshots.mean()),
    }


if __name__ == "__main__":
    main()
