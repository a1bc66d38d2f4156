"""What a training on pictures of ``Sources`` starts from: pool, labels, splits, teacher and network."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its customary name)

from deepstyle.errors import DataError, UsageError
from deepstyle.learning.style.backbones import Backbone
from deepstyle.learning.style.build import load_backbone
from deepstyle.learning.style.config import Sources, StyleConfig
from deepstyle.learning.style.dataset import Codes, Labels, Split, codes_of
from deepstyle.learning.style.head import generalised_mean, initial_head
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.pictures.inputs import PoolInputs
from deepstyle.learning.style.pictures.pool import read_pool
from deepstyle.learning.style.pictures.sources import (
    Picture,
    digest,
    draw_garments,
    read_phone_photos,
    read_street_looks,
)
from deepstyle.learning.style.prepared import OnStage, Prepared
from deepstyle.learning.style.train import TrainingSet
from deepstyle.style.weights import Weights, locate_weights

TEACHER_ROWS: Final = 64
NO_TRUNK: Final = (0, 0, 0)
"""The whole network has no cached input."""


def prepare_pictures(config: StyleConfig, data: Path, device: torch.device, on_stage: OnStage) -> Prepared:
    """Read and decode the pictures, compute the teacher's features, and build the network at its initial values.

    Raises ``UsageError`` where only a part of the network is to be trained.
    """
    if config.model.part != "whole" or config.model.start != "untrained":
        raise UsageError(
            "pictures of [sources] train the whole network, from the untrained head.",
            remedy='Set part = "whole" and start = "untrained" in [model], or train on a catalogue.',
        )
    weights = locate_weights(config.model.weights, architecture=config.model.architecture)
    pictures = [picture for picture in read_pictures(config.sources, data) if picture.split != "test"]
    pool = read_pool(pictures, lambda done, total: on_stage("pictures", done, total)).to(device)
    inputs = PoolInputs(pool, weights.preprocessing, config.augmentation)
    backbone = load_backbone(weights)
    teacher = teacher_features(backbone, inputs, len(pictures), device, on_stage) if config.losses.teacher else None
    head = initial_head(backbone, weights, config.model.embedding_dim)
    network = LearningNetwork(backbone, head, "whole", NO_TRUNK)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Prepared(training_set(pictures, weights, teacher), inputs, network)


def read_pictures(sources: Sources, data: Path) -> list[Picture]:
    """Every picture of ``sources``, of all splits; the folders are below ``data``."""
    held_out = sources.test_remainder, sources.valid_remainder
    pictures = [
        picture for folder in sources.phone_photos for picture in read_phone_photos(data / folder, held_out=held_out)
    ]
    if sources.street_looks:
        pictures += read_street_looks(data / sources.street_looks)
    return pictures + draw_garments(sources.drawn_items)


def training_set(pictures: Sequence[Picture], weights: Weights, teacher: Tensor | None) -> TrainingSet:
    """Labels and splits of ``pictures``; they are drawn by source and type, so that no source drowns the others."""
    splits = np.array([picture.split for picture in pictures], object)
    names: tuple[Split, ...] = ("train", "valid", "test")
    rows: dict[Split, Codes] = {name: np.flatnonzero(splits == name).astype(np.int64) for name in names}
    if min(len(rows["train"]), len(rows["valid"])) < 2:
        raise DataError(f"{len(pictures)} pictures are too few to train on.", remedy="Give more in [sources].")
    return TrainingSet(
        labels_of(pictures),
        rows,
        digest(pictures),
        weights.sha256,
        weights.preprocessing,
        groups=codes_of([f"{picture.kind} {picture.type}" for picture in pictures]),
        teacher=teacher,
    )


def labels_of(pictures: Sequence[Picture]) -> Labels:
    """The labels of ``pictures``: the type is the fine category, and a garment's crops share its code."""
    unknown = np.full(len(pictures), -1, np.int64)
    return Labels(
        garment=codes_of([picture.garment for picture in pictures]),
        semantic=codes_of([picture.type.semantic_category for picture in pictures]),
        category=codes_of([picture.type.name for picture in pictures]),
        colour=unknown,
        brand=unknown,
        subtype=codes_of([picture.type.subtype for picture in pictures]),
    )


def teacher_features(
    backbone: Backbone, inputs: PoolInputs, count: int, device: torch.device, on_stage: OnStage
) -> Tensor:
    """The initial backbone's centred features of the plain pictures: (N, F) float32 of unit norm."""
    network, blocks = backbone.eval().to(device), []
    with torch.no_grad():
        for start in range(0, count, TEACHER_ROWS):
            rows = np.arange(start, min(start + TEACHER_ROWS, count), dtype=np.int64)
            blocks.append(generalised_mean(network.forward_features(inputs.view(rows, 0))).float())
            on_stage("teacher", int(rows[-1]) + 1, count)
    features = torch.cat(blocks)
    return F.normalize(features - features.mean(0))
