"""The garment detector: an EfficientNet-Lite trunk with a feature pyramid that labels pixels.

The pyramid follows Lin et al. 2017 ("Feature Pyramid Networks for Object Detection"), its sum is labelled as in
Kirillov et al. 2019 ("Panoptic Feature Pyramid Networks").
"""

from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from deepstyle.learning.style.backbones.efficientnet_lite import EfficientNetLite
from deepstyle.looks.categories import GARMENTS

LEVELS: Final = (1, 2, 4, 5)
"""The trunk's stages that the pyramid reads, at a 4th, 8th, 16th and 32nd of the photo's size."""
WIDTH: Final = 64
MEAN: Final = (0.5, 0.5, 0.5)
"""Pixels are scaled to [-1, 1], as the trunk's weights expect."""


class DepthwiseBlock(nn.Module):
    """A 3x3 depthwise and a 1x1 convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C, H, W), not negative."""
        return F.relu6(self.norm(self.pointwise(self.depthwise(x))))


class GarmentNetwork(nn.Module):
    """Labels each pixel, at a quarter of the photo's size, and says which garments are there at all."""

    def __init__(self, trunk: EfficientNetLite, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.trunk = trunk
        self.lateral = nn.ModuleList(nn.Conv2d(wide, WIDTH, 1) for wide in channels)
        self.smooth = nn.ModuleList(DepthwiseBlock(WIDTH) for _ in channels)
        self.context = nn.Linear(channels[-1], WIDTH)
        self.refine = nn.Sequential(DepthwiseBlock(WIDTH), DepthwiseBlock(WIDTH))
        self.pixels = nn.Conv2d(WIDTH, 1 + len(GARMENTS), 1)
        self.presence = nn.Linear(channels[-1] + WIDTH, len(GARMENTS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) float32 in [0, 255] → logits of pixels (B, 1 + G, H/4, W/4), of garments (B, G)."""
        maps = self.trunk.forward_stages(x / 127.5 - 1)
        levels = [maps[stage] for stage in LEVELS]
        pooled = levels[-1].mean((2, 3))
        y = self.lateral[-1](levels[-1]) + self.context(pooled)[:, :, None, None]
        y = self.smooth[-1](y)
        for at in range(len(levels) - 2, -1, -1):
            y = self.smooth[at](_twice(y, levels[at]) + self.lateral[at](levels[at]))
        y = self.refine(y)
        present = self.presence(torch.cat([pooled, y.mean((2, 3))], 1))
        return cast(Tensor, self.pixels(y)), cast(Tensor, present)


def _twice(x: Tensor, like: Tensor) -> Tensor:
    """``x`` at the size of ``like``, where the trunk did not halve it."""
    if x.shape[2:] == like.shape[2:]:
        return x
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def build_network(trunk: EfficientNetLite, height_px: int, width_px: int) -> GarmentNetwork:
    """The detector on a trunk; both sides are multiples of 32."""
    if height_px % 32 or width_px % 32:
        raise ValueError(f"{height_px} x {width_px} px are not multiples of 32")
    with torch.no_grad():
        maps = trunk.eval().forward_stages(torch.zeros(1, 3, 64, 64))
    return GarmentNetwork(trunk, tuple(maps[stage].shape[1] for stage in LEVELS))
