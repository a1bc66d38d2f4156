"""Train the garment detector: pixels by cross-entropy and Dice, garments by binary cross-entropy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from deepstyle.learning.looks.network import GarmentNetwork
from deepstyle.learning.style.backbones.efficientnet_lite import EfficientNetLite
from deepstyle.looks.categories import GARMENTS

Photos = NDArray[np.uint8]
WORN: Final = 0.002
"""The share of pixels from which a garment counts as there, for the presence output."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How the detector is trained.

    ``trunk_rate`` is the trunk's share of the learning rate, ``frozen_stages`` the number of its first stages that stay
    as they are. ``half`` computes in bfloat16, twice as fast on processors that have it.
    """

    epochs: int = 24
    batch: int = 8
    learning_rate: float = 2e-3
    trunk_rate: float = 0.2
    weight_decay: float = 1e-3
    presence_weight: float = 0.3
    dice_weight: float = 0.7
    smallest_scale: float = 0.7
    largest_scale: float = 1.5
    frozen_stages: int = 3
    half: bool = False
    seed: int = 0


OnEpoch = Callable[[int, float, GarmentNetwork], None]


def train_detector(
    network: GarmentNetwork, photos: Photos, maps: Photos, config: TrainingConfig, on_epoch: OnEpoch
) -> None:
    """Train on photos (N, H, W, 3) uint8 with class maps (N, H, W) uint8; ``on_epoch`` gets each epoch's mean loss."""
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    _freeze_stages(network.trunk, config.frozen_stages)
    trunk = list(network.trunk.parameters())
    known = {id(parameter) for parameter in trunk}
    rest = [parameter for parameter in network.parameters() if id(parameter) not in known]
    rates = [config.learning_rate * config.trunk_rate, config.learning_rate]
    groups = [{"params": params, "lr": rate} for params, rate in zip((trunk, rest), rates, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=config.weight_decay)
    steps = config.epochs * (len(photos) // config.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps + 1, pct_start=0.15)
    weights = class_weights(maps)
    for epoch in range(1, config.epochs + 1):
        network.train()
        _freeze_norms(network.trunk)
        losses = []
        for x, target in batches(photos, maps, config, rng):
            with torch.autocast("cpu", torch.bfloat16, enabled=config.half):
                pixels, presence = network(x.to(memory_format=torch.channels_last))
            loss = detector_loss(pixels.float(), presence.float(), target, weights, config)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        on_epoch(epoch, float(np.mean(losses)), network)


def class_weights(maps: Photos) -> Tensor:
    """(1 + G,) the weight of each class: the inverse of its frequency to the power of .4, of mean 1."""
    counts = np.bincount(maps.ravel(), minlength=1 + len(GARMENTS)).astype(np.float64)
    weights = (counts / counts.sum() + 1e-4) ** -0.4
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def detector_loss(pixels: Tensor, presence: Tensor, target: Tensor, weights: Tensor, config: TrainingConfig) -> Tensor:
    """The loss of pixel logits (B, C, h, w) and garment logits (B, G) for classes (B, H, W)."""
    logits = F.interpolate(pixels, size=target.shape[1:], mode="bilinear", align_corners=False)
    shares = F.one_hot(target, len(weights)).float().mean((1, 2))
    present = (shares[:, 1:] > WORN).float()
    return (
        F.cross_entropy(logits, target, weights)
        + config.dice_weight * dice_loss(logits, target)
        + config.presence_weight * F.binary_cross_entropy_with_logits(presence, present)
    )


def dice_loss(logits: Tensor, target: Tensor) -> Tensor:
    """1 - Dice (Milletari et al. 2016, V-Net, eq. 1), mean over the garments that are in the batch."""
    probabilities = logits.softmax(1)[:, 1:]
    wanted = F.one_hot(target, logits.shape[1]).permute(0, 3, 1, 2)[:, 1:].float()
    overlap = (probabilities * wanted).sum((0, 2, 3))
    total = (probabilities**2).sum((0, 2, 3)) + wanted.sum((0, 2, 3))
    there = wanted.sum((0, 2, 3)) > 0
    return 1 - (2 * overlap / total.clamp(min=1))[there].mean()


def batches(
    photos: Photos, maps: Photos, config: TrainingConfig, rng: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch of augmented batches: (B, 3, H, W) float32 in [0, 255], (B, H, W) int64."""
    order = rng.permutation(len(photos))
    for at in range(0, len(order) - config.batch + 1, config.batch):
        rows = np.sort(order[at : at + config.batch])
        x = torch.from_numpy(photos[rows]).permute(0, 3, 1, 2).float()
        target = torch.from_numpy(maps[rows]).long()
        yield _augmented(x, target, config, rng)


def _augmented(x: Tensor, target: Tensor, config: TrainingConfig, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Mirrored, scaled, turned, moved, and in other light."""
    count = len(x)
    scale = np.exp(rng.uniform(np.log(config.smallest_scale), np.log(config.largest_scale), count))
    angle = rng.normal(0, 0.06, count)
    mirror = rng.choice([-1.0, 1.0], count)
    reach = np.maximum(0.12, 1 - 1 / scale)
    theta = np.zeros((count, 2, 3), np.float32)
    theta[:, 0] = np.stack([mirror * np.cos(angle) / scale, -np.sin(angle) / scale, rng.uniform(-reach, reach)], 1)
    theta[:, 1] = np.stack([mirror * np.sin(angle) / scale, np.cos(angle) / scale, rng.uniform(-reach, reach)], 1)
    grid = F.affine_grid(torch.from_numpy(theta), [*x.shape], align_corners=False)
    x = F.grid_sample(x - 128, grid, align_corners=False) + 128
    target = F.grid_sample(target[:, None].float(), grid, mode="nearest", align_corners=False)[:, 0].long()
    gain = torch.from_numpy(rng.normal(1, 0.15, (count, 3, 1, 1)) * rng.normal(1, 0.2, (count, 1, 1, 1))).float()
    grey = x.mean(1, keepdim=True)
    saturation = torch.from_numpy(rng.uniform(0.4, 1.4, (count, 1, 1, 1))).float()
    x = (grey + (x - grey) * saturation - 128) * gain + 128 + torch.from_numpy(rng.normal(0, 15, (count, 1, 1, 1)))
    return x.clamp(0, 255).float(), target


def _freeze_stages(trunk: EfficientNetLite, stages: int) -> None:
    for module in (trunk.conv_stem, trunk.bn1, *list(trunk.blocks)[:stages]) if stages else ():
        module.requires_grad_(False)


def _freeze_norms(trunk: nn.Module) -> None:
    """The trunk's batch norms keep the statistics of ImageNet: the batches are small."""
    for module in trunk.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
