"""A training so small that an epoch takes milliseconds: clusters of features, or a network of two convolutions."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from deepstyle.catalogue.item import Item
from deepstyle.learning.config import parse_config
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.dataset import read_labels, split_rows
from deepstyle.learning.style.distributed import Group
from deepstyle.learning.style.inputs import CachedInputs, Inputs
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.train import Training, TrainingSet
from deepstyle.style.feature_table import FeatureTable
from deepstyle.style.spec import Preprocessing
from tests.style.tiny import FED as PREPROCESSING

ALONE = Group(0, 1, torch.device("cpu"))
FEATURES, DIM = 12, 8
COLOURS = ("red", "blue", "green")


class TinyBackbone(nn.Module):
    """Two convolutions with the interface of a backbone."""

    features_dim = FEATURES

    def __init__(self) -> None:
        super().__init__()
        self.low = nn.Conv2d(3, 4, 3, stride=2)
        self.high = nn.Conv2d(4, FEATURES, 3)

    def forward_features(self, x):
        return self.forward_last_stage(self.forward_trunk(x))

    def forward_trunk(self, x):
        return self.low(x).relu()

    def forward_last_stage(self, x):
        return self.high(x).relu()

    def stages(self):
        return [[self.high], [self.low]]


def tiny_items(garments: int = 40) -> tuple[Item, ...]:
    """Each garment in two or three colours, of one of four fine categories."""
    return tuple(
        Item(
            f"{garment}-{colour}",
            semantic_category=("tops", "shoes")[garment % 2],
            category=f"kind {garment % 4}",
            colour=COLOURS[colour],
            brand=f"brand {garment % 3}",
            model_id=str(garment),
        )
        for garment in range(garments)
        for colour in range(2 + garment % 2)
    )


def tiny_config(**sections) -> StyleConfig:
    """Twenty steps of sixteen pictures, unless ``sections`` say otherwise."""
    tables = {
        "batch": {"categories": 2, "garments": 4},
        "optimiser": {"epochs": 4, "steps_per_epoch": 5, "warmup_steps": 2},
        "data": {"views": ["mirrored"]},
        "stop": {"patience": 100, "checkpoint_steps": 2},
    }
    for name, section in sections.items():
        tables[name] = {**tables.get(name, {}), **section}
    return parse_config(tables, StyleConfig, "test")


def tiny_features(items: tuple[Item, ...], *, seed: int = 0) -> list[FeatureTable]:
    """Two views of features in which the garment is a weak signal below a strong colour: something to learn."""
    rng = np.random.default_rng(seed)
    garments = {item.model_id: rng.standard_normal(FEATURES) for item in items}
    colours = {colour: 3 * rng.standard_normal(FEATURES) for colour in COLOURS}
    whole = np.array([garments[item.model_id] + colours[item.colour] for item in items])
    noisy = whole + 0.1 * rng.standard_normal(whole.shape)
    ids = tuple(item.item_id for item in items)
    return [FeatureTable("tiny", ids, ids, view.astype(np.float32)) for view in (whole, noisy)]


def tiny_training(
    folder: Path,
    config: StyleConfig | None = None,
    *,
    inputs: Inputs | None = None,
    group: Group = ALONE,
    sha256: str = "data",
    weights_sha256: str = "weights",
    preprocessing: Preprocessing = PREPROCESSING,
) -> Training:
    """A training on cached features, from random initial weights that are always the same."""
    config, items = config or tiny_config(), tiny_items()
    data = TrainingSet(read_labels(items), split_rows(items, config.data, 0), sha256, weights_sha256, preprocessing)
    torch.manual_seed(1)
    network = LearningNetwork(TinyBackbone(), nn.Linear(FEATURES, DIM), config.model.part, (4, 7, 7))
    folder.mkdir(parents=True, exist_ok=True)
    return Training(config, data, inputs or CachedInputs(tiny_features(items)), network, folder, group)


def run_quietly(training: Training):
    return training.run(lambda step, steps, loss: None, lambda metrics, step: None)
