"""The two jobs of a style training: from a catalogue to a checkpoint, and from a checkpoint to a model folder."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from deepstyle.demo.source import open_catalogue
from deepstyle.errors import DataError, ModelError, UsageError
from deepstyle.learning.checkpoint import CHECKPOINT_FILE, Checkpoint, discard_checkpoint, read_checkpoint
from deepstyle.learning.commit import git_commit
from deepstyle.learning.config import parse_config
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.distributed import Group, join_group, leave_group, rank_zero_first
from deepstyle.learning.style.export import export_onnx
from deepstyle.learning.style.head import EmbeddingNetwork, initial_head
from deepstyle.learning.style.pictures.prepare import prepare_pictures
from deepstyle.learning.style.prepare import prepare
from deepstyle.learning.style.prepared import OnStage, Prepared
from deepstyle.learning.style.train import OnEpoch, OnStep, Training, TrainReport
from deepstyle.learning.torch_state import restored_tensors
from deepstyle.store.ingest import import_catalogue
from deepstyle.store.open import open_store
from deepstyle.style.spec import ModelSpec, write_model
from deepstyle.style.weights import Weights, locate_weights

IDENTITY: Final = frozenset({"config", "data_sha256", "weights_sha256"})
PROGRESS: Final = frozenset({"history", "best_epoch"})


@dataclass(frozen=True, slots=True)
class StyleRun:
    """A finished training of the process ``rank``, and how many of the catalogue's rows were rejected."""

    report: TrainReport
    rejected_rows: int
    rank: int


def train_style(
    config: StyleConfig,
    folder: Path,
    cache_dir: Path,
    *,
    data: str = "",
    store: str = "",
    restart: bool = False,
    on_stage: OnStage = lambda what, done, total: None,
    on_step: OnStep = lambda step, steps, loss: None,
    on_epoch: OnEpoch = lambda metrics, step: None,
) -> StyleRun:
    """Train on the catalogue ``data`` (a folder, a table or ``demo``), or on the store at the URL ``store``.

    Goes on from the checkpoint in ``folder``, unless ``restart``. Every process that ``torchrun`` started calls this.
    Raises ``UsageError`` where not exactly one source is given, or where ``folder`` holds another training.
    """
    if bool(data) == bool(store) or (config.sources.given and store):
        raise UsageError("it is not clear what to train on.", remedy="Give either --data DIR or --store URL.")
    folder.mkdir(parents=True, exist_ok=True)  # before anything that takes time
    group, rejected = join_group(), 0
    try:
        with rank_zero_first(group):
            if restart and group.rank == 0:
                discard_checkpoint(folder)
            if data and not config.sources.given:
                store, rejected = _import(data, cache_dir, on_stage)
        prepared = _prepared(config, group, Path(data), store, cache_dir, on_stage)
        report = open_training(prepared, config, folder, group).run(on_step, on_epoch)
    finally:
        leave_group()
    return StyleRun(report, rejected, group.rank)


def _prepared(
    config: StyleConfig, group: Group, data: Path, store: str, cache_dir: Path, on_stage: OnStage
) -> Prepared:
    """The training set of ``config``'s sources below ``data``, or of the store at the URL ``store``."""
    if config.sources.given:
        return prepare_pictures(config, data, group.device, on_stage)
    with open_store(store, read_only=True) as opened, rank_zero_first(group):
        return prepare(opened, config, cache_dir, on_stage)


def open_training(prepared: Prepared, config: StyleConfig, folder: Path, group: Group) -> Training:
    """The training in ``folder``; ``run`` resumes the one that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    return Training(config, prepared.data, prepared.inputs, prepared.network, folder, group)


def _import(data: str, cache_dir: Path, on_stage: OnStage) -> tuple[str, int]:
    """Import the catalogue into a store of its own in the cache: its URL, and how many rows were rejected."""
    source = open_catalogue(data)
    root, total = source.path.resolve(), source.total()
    path = cache_dir / "train" / f"{root.stem}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{path.resolve()}"
    with open_store(url) as store:
        report = import_catalogue(
            source,
            store,
            on_progress=lambda done: on_stage("reading the catalogue", done.accepted + done.rejected, total),
        )
    return url, report.rejected


# -- export ------------------------------------------------------------------------------------------------------------


def read_run(run: Path) -> tuple[Checkpoint, StyleConfig]:
    """The checkpoint and the configuration of a training; raises ``DataError`` where there is none."""
    checkpoint = read_checkpoint(run)
    if checkpoint is None:
        raise DataError(f"{run} holds no {CHECKPOINT_FILE}.", remedy="Train one: deepstyle train style --to RUN")
    path = run / CHECKPOINT_FILE
    missing = sorted((IDENTITY - checkpoint.identity.keys()) | (PROGRESS - checkpoint.progress.keys()))
    if missing:
        raise DataError(f"{path} has no {missing[0]}.", remedy="Delete it and train again.")
    return checkpoint, parse_config(checkpoint.identity["config"], StyleConfig, str(path))


def read_history(run: Path) -> tuple[list[dict[str, float]], int]:
    """The metrics of each epoch of a training, and the number of the best epoch; raises as ``read_run``."""
    checkpoint, _ = read_run(run)
    return checkpoint.progress["history"], checkpoint.progress["best_epoch"]


def export_run(run: Path, folder: Path) -> ModelSpec:
    """Write the best epoch of the training in ``run`` as a model folder, and return its spec.

    Raises ``DataError`` where ``run`` holds no training, ``ModelError`` where the weights it started from, or their
    preprocessing, have changed.
    """
    checkpoint, config = read_run(run)
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    _check_weights(weights, checkpoint.identity, run)
    network = trained_network(restored_tensors(checkpoint)["best"], config, weights)
    graph = export_onnx(network, weights.preprocessing.height_px, weights.preprocessing.width_px)
    spec = _spec(checkpoint, config, weights, network, graph)
    write_model(folder, graph, spec)
    return spec


def trained_network(best: Mapping[str, Tensor], config: StyleConfig, weights: Weights) -> EmbeddingNetwork:
    """The network that is exported: the ``best`` parameters, interpolated with the initial ones where configured."""
    backbone, share = load_backbone(weights), config.model.interpolate
    if share < 1:
        network = EmbeddingNetwork(backbone, initial_head(backbone, weights, config.model.embedding_dim))
        initial = network.state_dict()
        best = {name: torch.lerp(initial[name], tensor, share) for name, tensor in best.items()}
    else:
        dim = len(best["head.weight"])
        network = EmbeddingNetwork(backbone, nn.Linear(backbone.features_dim, dim, bias="head.bias" in best))
    unexpected = network.load_state_dict(dict(best), strict=False).unexpected_keys
    assert not unexpected, unexpected
    return network


def _check_weights(weights: Weights, identity: Mapping[str, Any], run: Path) -> None:
    if weights.sha256 != identity["weights_sha256"]:
        raise ModelError(f"{weights.name} has changed since {run} was trained.", remedy="Train again.")
    if identity.get("preprocessing") != weights.preprocessing.fields():
        raise ModelError(
            f"the preprocessing of {weights.name} has changed since {run} was trained.", remedy="Train again."
        )


def _spec(
    checkpoint: Checkpoint, config: StyleConfig, weights: Weights, network: EmbeddingNetwork, graph: bytes
) -> ModelSpec:
    history, best_epoch = checkpoint.progress["history"], checkpoint.progress["best_epoch"]
    best: dict[str, float] = next((epoch for epoch in history if epoch["epoch"] == best_epoch), {})
    metrics = {f"validation {name}": value for name, value in best.items() if "@" in name}
    return ModelSpec(
        architecture=weights.architecture,
        weights=weights.name,
        weights_sha256=weights.sha256,
        head=f"trained-{config.model.part}-{network.head.out_features}",
        precision="fp32",
        features_dim=network.backbone.features_dim,
        embedding_dim=network.head.out_features,
        preprocessing=weights.preprocessing,
        onnx_sha256=hashlib.sha256(graph).hexdigest(),
        metrics={**metrics, "best epoch": float(best_epoch)},
        data_sha256=checkpoint.identity["data_sha256"],
        git_commit=git_commit(),
    )
