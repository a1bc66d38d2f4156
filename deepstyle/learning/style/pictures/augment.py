"""Random crops, backgrounds, perspective, light and blur for a whole batch, on the device that trains.

A batch depends on its generator alone. Coordinates are those of ``torch.nn.functional.grid_sample``: -1 to 1 across the
canvas, x to the right, y down.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its customary name)

from deepstyle.learning.style.config import Augmentation
from deepstyle.learning.style.pictures.pool import CANVAS_PX, Pool

LUMA: Final = (0.299, 0.587, 0.114)
SHRINK: Final = 1.5
"""Beyond this reduction pixels come from the half-sized canvas, so that they do not alias."""


@dataclass(frozen=True, slots=True)
class Dice:
    """Random numbers of one batch of ``count``, on one device."""

    generator: torch.Generator
    count: int

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """(count, *shape) float32 in [low, high)."""
        drawn = torch.rand(self.count, *shape, generator=self.generator, device=self.generator.device)
        return low + (high - low) * drawn

    def happens(self, probability: float) -> Tensor:
        """(count,) bool."""
        return self.uniform(0, 1) < probability


def augment(pool: Pool, rows: Tensor, size_px: tuple[int, int], dice: Dice, config: Augmentation) -> Tensor:
    """Pictures ``rows`` (B,) of the pool → (B, 3, H, W) float32 in [0, 1], each augmented at random."""
    canvases = pool.canvases[rows].float() / 255
    seen, coverage = _sample(canvases, pool.extents[rows], _grid(pool.extents[rows], size_px, dice, config))
    alone = pool.has_mask[rows] & dice.happens(config.cut_out)
    alpha = torch.where(alone[:, None, None, None], coverage[:, 1:], coverage[:, :1])
    pixels = alpha * seen + (1 - alpha) * _backgrounds(seen, dice, config)
    return _noisy(_blurred(_coloured(pixels, dice, config), dice, config), dice, config).clamp(0, 1)


def plain(pool: Pool, rows: Tensor, size_px: tuple[int, int]) -> Tensor:
    """Pictures ``rows`` (B,) on white, cropped to the centre as the encoder does: (B, 3, H, W) float32."""
    canvases = pool.canvases[rows].float() / 255
    extents = pool.extents[rows]
    seen, coverage = _sample(canvases, extents, _axes(size_px, _fit(extents, size_px)))
    return coverage[:, :1] * seen + (1 - coverage[:, :1])


# -- where the pixels come from ----------------------------------------------------------------------------------------


def _fit(extents: Tensor, size_px: tuple[int, int]) -> Tensor:
    """Half the width and height (B, 2), in canvas coordinates, of the largest centred window of the model's shape."""
    height, width = (extents[:, 0] * CANVAS_PX[0], extents[:, 1] * CANVAS_PX[1])
    scale = torch.minimum(height / size_px[0], width / size_px[1])
    return torch.stack([scale * size_px[1] / CANVAS_PX[1], scale * size_px[0] / CANVAS_PX[0]], 1)


def _axes(size_px: tuple[int, int], half: Tensor) -> Tensor:
    """A grid (B, H, W, 2) over the centred window with these half sides (B, 2)."""
    down, across = (torch.linspace(-1 + 1 / n, 1 - 1 / n, n, device=half.device) for n in size_px)
    grid = torch.stack(torch.meshgrid(across, down, indexing="xy"), -1)
    return grid[None] * half[:, None, None]


def _grid(extents: Tensor, size_px: tuple[int, int], dice: Dice, config: Augmentation) -> Tensor:
    """Random windows: part of the picture, or the picture small on its background; mirrored, turned, in perspective."""
    zoom_out = dice.happens(config.zoom_out)
    share = torch.where(zoom_out, dice.uniform(1.0, config.largest_window), dice.uniform(config.smallest_crop, 1.0))
    stretch = torch.exp(dice.uniform(-config.stretch, config.stretch))
    factors = share[:, None].sqrt() * torch.stack([stretch.sqrt(), 1 / stretch.sqrt()], 1)
    whole = torch.stack([extents[:, 1], extents[:, 0]], 1)
    half = (
        torch.where(zoom_out[:, None], torch.maximum(_fit(extents, size_px), whole), _fit(extents, size_px)) * factors
    )
    unit = _axes(size_px, torch.ones_like(half))
    bend = dice.uniform(-config.perspective, config.perspective, 2)
    unit = unit / (1 + (unit * bend[:, None, None]).sum(-1, keepdim=True))
    angle = dice.uniform(-config.turn, config.turn)
    cosine, sine = angle.cos(), angle.sin()
    turned = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    unit = torch.einsum("bhwc,bdc->bhwd", unit, turned)
    mirrored = torch.where(dice.happens(0.5), -1.0, 1.0)
    unit = unit * torch.stack([mirrored, torch.ones_like(mirrored)], 1)[:, None, None]
    room = (whole - half).abs() * dice.uniform(-1, 1, 2)
    return unit * half[:, None, None] + room[:, None, None]


def _sample(canvases: Tensor, extents: Tensor, grid: Tensor) -> tuple[Tensor, Tensor]:
    """Colours (B, 3, H, W), and coverage (B, 2, H, W): by the picture, and by the garment on it."""
    fine = F.grid_sample(canvases, grid, padding_mode="border", align_corners=False)
    coarse = F.grid_sample(F.avg_pool2d(canvases, 2), grid, padding_mode="border", align_corners=False)
    step = (grid[:, 0, -1] - grid[:, 0, 0]).norm(dim=1) * CANVAS_PX[1] / 2 / grid.shape[2]
    sampled = torch.where((step > SHRINK)[:, None, None, None], coarse, fine)
    inside = (grid.abs() <= extents.flip(1)[:, None, None]).all(-1)[:, None].float()
    return sampled[:, :3], torch.cat([inside, sampled[:, 3:] * inside], 1)


def _backgrounds(seen: Tensor, dice: Dice, config: Augmentation) -> Tensor:
    """White, a grey, a colour, or an enlarged blurred part of another picture of the batch: (B, 3, H, W)."""
    kind = dice.uniform(0, 1)
    white = config.white_background
    plain_colour = torch.where(
        (kind < white)[:, None], torch.ones_like(dice.uniform(0, 1, 3)), dice.uniform(0.75, 1.0, 1).expand(-1, 3)
    )
    coloured = dice.uniform(0.0, 1.0, 3)
    plain_colour = torch.where((kind > (1 + white) / 2)[:, None], coloured, plain_colour)
    flat = plain_colour[:, :, None, None].expand_as(seen)
    other = F.interpolate(F.avg_pool2d(seen.roll(1, 0), 8)[:, :, :16, :16], seen.shape[2:], mode="bilinear")
    return torch.where((kind > (1 + 3 * white) / 4)[:, None, None, None], other, flat)


# -- light and camera --------------------------------------------------------------------------------------------------


def _coloured(pixels: Tensor, dice: Dice, config: Augmentation) -> Tensor:
    """Exposure, white balance, contrast, saturation; sometimes another hue, or grey."""
    gain = torch.exp(dice.uniform(-config.exposure, config.exposure, 1)) * torch.exp(
        dice.uniform(-config.white_balance, config.white_balance, 3)
    )
    pixels = pixels * gain[:, :, None, None]
    mean = pixels.mean((1, 2, 3), keepdim=True)
    contrast = torch.exp(dice.uniform(-config.contrast, config.contrast, 1, 1, 1))
    pixels = mean + (pixels - mean) * contrast
    grey = _luma(pixels)
    strength = torch.exp(dice.uniform(-config.saturation, config.saturation))
    saturation = torch.where(dice.happens(config.grey), 0.0, strength)
    pixels = grey + (pixels - grey) * saturation[:, None, None, None]
    return torch.where(dice.happens(config.other_hue)[:, None, None, None], _turned_hue(pixels, dice), pixels)


def _luma(pixels: Tensor) -> Tensor:
    weights = torch.tensor(LUMA, device=pixels.device, dtype=pixels.dtype)
    return (pixels * weights[:, None, None]).sum(1, keepdim=True)


def _turned_hue(pixels: Tensor, dice: Dice) -> Tensor:
    """The chroma turned by a random angle around the grey axis (Rodrigues' formula)."""
    angle = dice.uniform(-torch.pi, torch.pi)[:, None, None, None]
    grey = pixels.mean(1, keepdim=True)
    crossed = (pixels.roll(1, 1) - pixels.roll(-1, 1)) / 3**0.5
    return grey + (pixels - grey) * angle.cos() + crossed * angle.sin()


def _blurred(pixels: Tensor, dice: Dice, config: Augmentation) -> Tensor:
    """Some pictures at a third of their size, enlarged again."""
    small = F.interpolate(F.avg_pool2d(pixels, 3), pixels.shape[2:], mode="bilinear")
    return torch.where(dice.happens(config.blur)[:, None, None, None], small, pixels)


def _noisy(pixels: Tensor, dice: Dice, config: Augmentation) -> Tensor:
    """Sensor noise, and a rectangle of one grey over some pictures."""
    noise = torch.randn(pixels.shape, generator=dice.generator, device=pixels.device)
    pixels = pixels + noise * dice.uniform(0, config.noise, 1, 1, 1)
    rows, columns = (torch.linspace(0, 1, n, device=pixels.device) for n in pixels.shape[2:])
    centre, side = dice.uniform(0, 1, 2), dice.uniform(0.08, 0.22, 2)
    inside = ((rows - centre[:, :1]).abs() < side[:, :1])[:, None, :, None]
    inside = inside & ((columns - centre[:, 1:]).abs() < side[:, 1:])[:, None, None, :]
    covered = inside & dice.happens(config.cover)[:, None, None, None]
    return torch.where(covered, dice.uniform(0, 1, 1, 1, 1), pixels)
