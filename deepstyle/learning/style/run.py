"""A training from a store to a model folder: gather what it needs, train, export the best epoch."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from deepstyle.errors import DataError, ModelError
from deepstyle.learning.checkpoint import CHECKPOINT_FILE, Checkpoint, read_checkpoint
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import StyleConfig, parse_config
from deepstyle.learning.style.dataset import read_labels, split_rows
from deepstyle.learning.style.discriminant import discriminant_head
from deepstyle.learning.style.distributed import Group
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.features import WHOLE, cache_features, features_folder
from deepstyle.learning.style.head import EMBEDDING_DIM, EmbeddingNetwork, untrained_head
from deepstyle.learning.style.inputs import CachedInputs, Inputs, PictureInputs
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.train import Training, TrainingSet, as_json
from deepstyle.learning.style.trunk import ensure_trunk, trunk_shape
from deepstyle.store.base import Store
from deepstyle.store.url import without_password
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import FeatureTable
from deepstyle.style.recipe import start_kind
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.weights import Weights, locate_weights

DECODERS: Final = 8
"""Threads that decode pictures while the network works (``whole``)."""

CHECKPOINT_FACTS: Final = frozenset({"config", "data_sha256", "weights_sha256", "history", "best_epoch"})
"""What a checkpoint says of its training, for whoever reads it afterwards."""

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that ``Training`` takes but the folder."""

    data: TrainingSet
    inputs: Inputs
    network: LearningNetwork


def prepare(
    store: Store, config: StyleConfig, cache_dir: Path, on_progress: OnProgress = lambda what, done, total: None
) -> Prepared:
    """Read the items, compute what is cached, and start the network; raises ``DataError`` for too few items."""
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    pooled = _cached(store, config, weights, cache_dir, on_progress)
    learned_from = pooled[0]
    found = store.get(learned_from.item_ids)
    if len(found) < len(learned_from.item_ids):
        raise DataError("items were deleted while their features were computed.", remedy="Run it again.")
    items = tuple(found[item_id] for item_id in learned_from.item_ids)
    labels = read_labels(items)
    splits = split_rows(items, config.data, config.optimiser.seed)
    told = json.dumps([learned_from.image_sha256s, [repr(item) for item in items]])
    data = TrainingSet(
        items, labels, splits, hashlib.sha256(told.encode()).hexdigest(), weights.sha256, weights.preprocessing
    )
    backbone = load_backbone(weights)
    if config.model.part == "whole":
        inputs: Inputs = PictureInputs(store, learned_from.item_ids, weights.preprocessing, DECODERS)
    else:
        inputs = CachedInputs(pooled)
    shape = trunk_shape(backbone, weights.preprocessing)
    network = LearningNetwork(backbone, untrained_head(backbone, start_kind(weights)), config.model.part, shape)
    if config.model.start == "discriminant":
        network.head = _discriminants(config, data, inputs, network)
    return Prepared(data, inputs, network)


def _cached(
    store: Store, config: StyleConfig, weights: Weights, cache_dir: Path, on_progress: OnProgress
) -> list[FeatureTable]:
    """The feature tables of each view; ``whole`` needs the pictures' names only, and caches the pooled features."""
    part = "head" if config.model.part == "whole" else config.model.part
    views = (WHOLE,) if config.model.part == "whole" else (WHOLE, *config.data.views)
    encoder = Encoder.open(ensure_trunk(weights, part, cache_dir), streams=0)
    name = catalogue_name(store.url)

    def cache(view: str) -> FeatureTable:
        folder = features_folder(cache_dir, encoder.fingerprint, name, view)
        return cache_features(
            store,
            encoder,
            folder,
            view=view,
            on_progress=lambda done, total: on_progress(f"features, {view}", done, total),
        )

    return [cache(view) for view in views]


def catalogue_name(url: str) -> str:
    """A folder's name for the features of the store at ``url``: readable, and not another store's."""
    readable = re.sub(r"[^a-z0-9]+", "-", Path(without_password(url)).stem.lower()).strip("-")
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def _discriminants(config: StyleConfig, data: TrainingSet, inputs: Inputs, network: LearningNetwork) -> nn.Linear:
    """The head that served untrained, turned by the training items in all their views."""
    rows = data.splits["train"]
    pooled = [_pooled(inputs, network, rows, view) for view in range(inputs.views)]
    garments, categories = (np.tile(codes[rows], inputs.views) for codes in (data.labels.garment, data.labels.category))
    return discriminant_head(
        np.concatenate(pooled),
        garments,
        categories,
        network.head,
        shrinkage=config.model.shrinkage,
        category_gain=config.model.category_gain,
    )


def _pooled(inputs: Inputs, network: LearningNetwork, rows: np.ndarray, view: int) -> np.ndarray:
    """What the head is fed, (N, F) float32: the network without its head."""
    bare = LearningNetwork(network.backbone, nn.Identity(), network.part, network.trunk_shape)  # type: ignore[arg-type]
    with torch.no_grad():
        made = [bare(inputs.view(rows[at : at + 64], view)).numpy() for at in range(0, len(rows), 64)]
    return np.concatenate(made)


def open_training(prepared: Prepared, config: StyleConfig, folder: Path, group: Group) -> Training:
    """The training in ``folder``: one that was begun there goes on, if it is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    return Training(config, prepared.data, prepared.inputs, prepared.network, folder, group)


# -- export ------------------------------------------------------------------------------------------------------------


def read_run(run: Path) -> tuple[Checkpoint, StyleConfig]:
    """The checkpoint and the configuration of a training; raises ``DataError`` where there is none."""
    kept = read_checkpoint(run)
    if kept is None:
        raise DataError(f"{run} holds no {CHECKPOINT_FILE}.", remedy="Train one: deepstyle train style --to RUN")
    if missing := sorted(CHECKPOINT_FACTS - kept.told.keys()):
        raise DataError(f"{run / CHECKPOINT_FILE} has no {missing[0]}.", remedy="Delete it and train again.")
    return kept, parse_config(kept.told["config"], str(run / CHECKPOINT_FILE))


def export_run(run: Path, folder: Path) -> ModelSpec:
    """Write the best epoch of the training in ``run`` as a model folder, and return its spec.

    Raises ``DataError`` where ``run`` holds no training, ``ModelError`` where the weights it started from, or
    the size of the pictures that they are fed, have changed.
    """
    kept, config = read_run(run)
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    if weights.sha256 != kept.told["weights_sha256"]:
        raise ModelError(f"{weights.name} has changed since {run} was trained.", remedy="Train again.")
    if kept.told.get("preprocessing") != as_json(weights.preprocessing):
        raise ModelError(f"pictures enter {weights.name} otherwise than when {run} was trained.", remedy="Train again.")
    backbone = load_backbone(weights)
    best = kept.tensors["best"]
    head = nn.Linear(backbone.features_dim, EMBEDDING_DIM, bias="head.bias" in best)
    network = EmbeddingNetwork(backbone, head)
    problems = network.load_state_dict(best, strict=False).unexpected_keys
    assert not problems, problems
    graph = export_onnx(network, weights.preprocessing.height_px, weights.preprocessing.width_px)
    spec = _spec(kept, config, weights, backbone.features_dim, graph)
    write_model(folder, graph, spec)
    return spec


def _spec(kept: Checkpoint, config: StyleConfig, weights: Weights, features_dim: int, graph: bytes) -> ModelSpec:
    history: list[dict[str, float]] = kept.told["history"]
    best = next((told for told in history if told["epoch"] == kept.told["best_epoch"]), {})
    measured = {f"validation {name}": value for name, value in best.items() if "@" in name}
    return ModelSpec(
        architecture=weights.architecture,
        weights=weights.name,
        weights_sha256=weights.sha256,
        head=f"trained-{config.model.part}-{EMBEDDING_DIM}",
        precision="fp32",
        features_dim=features_dim,
        embedding_dim=EMBEDDING_DIM,
        preprocessing=weights.preprocessing,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
        metrics={**measured, "best epoch": float(kept.told["best_epoch"])},
        data_sha256=kept.told["data_sha256"],
        git_commit=_git_commit(),
    )


def _git_commit() -> str:
    """The commit of this code, where it runs from a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
