"""What a style training starts from: the items of a store, their features or pictures, and the network."""

import hashlib
import json
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from deepstyle.errors import DataError
from deepstyle.evaluation.features import WHOLE, cache_features
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.dataset import Codes, read_labels, split_rows
from deepstyle.learning.style.discriminant import discriminant_head
from deepstyle.learning.style.head import untrained_head
from deepstyle.learning.style.inputs import CachedInputs, Inputs, PictureInputs
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.prepared import OnStage, Prepared
from deepstyle.learning.style.train import TrainingSet
from deepstyle.learning.style.trunk import ensure_trunk, trunk_shape
from deepstyle.store.base import Store
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import FeatureTable
from deepstyle.style.recipe import start_kind
from deepstyle.style.weights import Weights, locate_weights

DECODERS: Final = 8
"""Threads that decode pictures while the network works (``whole``)."""
BLOCK_ROWS: Final = 64


def prepare(
    store: Store, config: StyleConfig, cache_dir: Path, on_stage: OnStage = lambda what, done, total: None
) -> Prepared:
    """Read the items, compute the features that are not cached, and build the network at its start values.

    Raises ``DataError`` for too few items.
    """
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    tables = _cached_features(store, config, weights, cache_dir, on_stage)
    data = _training_set(store, config, weights, tables[0])
    backbone = load_backbone(weights)
    if config.model.part == "whole":
        inputs: Inputs = PictureInputs(store, tables[0].item_ids, weights.preprocessing, DECODERS)
    else:
        inputs = CachedInputs(tables)
    shape = trunk_shape(backbone, weights.preprocessing)
    network = LearningNetwork(backbone, untrained_head(backbone, start_kind(weights)), config.model.part, shape)
    if config.model.start == "discriminant":
        network.head = _discriminants(config, data, inputs, network)
    return Prepared(data, inputs, network)


def _cached_features(
    store: Store, config: StyleConfig, weights: Weights, cache_dir: Path, on_stage: OnStage
) -> list[FeatureTable]:
    """The feature tables of each view; ``whole`` needs only the item ids, and caches the pooled features."""
    part = "head" if config.model.part == "whole" else config.model.part
    views = (WHOLE,) if config.model.part == "whole" else (WHOLE, *config.data.views)
    encoder = Encoder.open(ensure_trunk(weights, part, cache_dir), streams=0)

    def cache(view: str) -> FeatureTable:
        return cache_features(
            store,
            encoder,
            cache_dir,
            view=view,
            on_progress=lambda done, total: on_stage(f"features, {view}", done, total),
        )

    return [cache(view) for view in views]


def _training_set(store: Store, config: StyleConfig, weights: Weights, table: FeatureTable) -> TrainingSet:
    """The items of the rows of ``table``, with their labels and splits."""
    found = store.get(table.item_ids)
    if len(found) < len(table.item_ids):
        raise DataError("items were deleted while their features were computed.", remedy="Run it again.")
    items = tuple(found[item_id] for item_id in table.item_ids)
    content = json.dumps([table.image_sha256s, [repr(item) for item in items]])
    return TrainingSet(
        read_labels(items),
        split_rows(items, config.data, config.optimiser.seed),
        hashlib.sha256(content.encode()).hexdigest(),
        weights.sha256,
        weights.preprocessing,
    )


def _discriminants(config: StyleConfig, data: TrainingSet, inputs: Inputs, network: LearningNetwork) -> nn.Linear:
    """The untrained head, adapted to the training items in all their views."""
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


def _pooled(inputs: Inputs, network: LearningNetwork, rows: Codes, view: int) -> NDArray[np.float32]:
    """The inputs of the head, (N, F) float32: the network without its head."""
    headless = LearningNetwork(network.backbone, nn.Identity(), network.part, network.trunk_shape)  # type: ignore[arg-type]
    starts = range(0, len(rows), BLOCK_ROWS)
    with torch.no_grad():
        blocks = [headless(inputs.view(rows[start : start + BLOCK_ROWS], view)).numpy() for start in starts]
    return np.concatenate(blocks)
