"""Every training picture decoded once, at one size, with its coverage: what batches are cut from.

A picture of the pool lies centred on a canvas of ``CANVAS_PX``; coverage is 255 where the garment is (a label map, or a
drawn garment), or everywhere on a photo without one, and 0 outside the picture.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from deepstyle import platform
from deepstyle.demo.products import draw
from deepstyle.images.pixels import decode
from deepstyle.learning.style.pictures.sources import DRAWN_SEED, Picture

CANVAS_PX: Final = (400, 320)
"""Height and width of the canvas of every picture."""
BACKDROP_DISTANCE: Final = 12
"""A drawn pixel that differs less from the corner's colour, in any channel, is backdrop."""

Rgba = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Pool:
    """``canvases`` (N, 4, H, W) uint8: RGB and coverage; ``extents`` (N, 2) float32: the picture's share of the
    canvas's height and width; ``has_mask`` (N,) bool: the coverage tells garment from background."""

    canvases: Tensor
    extents: Tensor
    has_mask: Tensor

    def to(self, device: torch.device) -> "Pool":
        """The pool on ``device``."""
        return Pool(self.canvases.to(device), self.extents.to(device), self.has_mask.to(device))


def read_pool(pictures: Sequence[Picture], on_progress: Callable[[int, int], None]) -> Pool:
    """Decode, crop or draw all ``pictures`` on all cores."""
    height, width = CANVAS_PX
    canvases = np.zeros((len(pictures), height, width, 4), np.uint8)
    extents = np.zeros((len(pictures), 2), np.float32)
    with ProcessPoolExecutor(platform.usable_cores(), platform.SPAWN) as workers:
        for row, rgba in enumerate(workers.map(read_picture, pictures, chunksize=16)):
            top, left = (height - rgba.shape[0]) // 2, (width - rgba.shape[1]) // 2
            canvases[row, top : top + rgba.shape[0], left : left + rgba.shape[1]] = rgba
            extents[row] = rgba.shape[0] / height, rgba.shape[1] / width
            on_progress(row + 1, len(pictures))
    has_mask = torch.tensor([picture.kind != "phone" for picture in pictures])
    return Pool(torch.from_numpy(canvases).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(extents), has_mask)


def read_picture(picture: Picture) -> Rgba:
    """(h, w, 4) uint8, as large as fits the canvas, upright."""
    if picture.product is not None:
        rgb = draw(picture.product, DRAWN_SEED)
        return _fitted(np.dstack([rgb, _drawn_coverage(rgb)]))
    assert picture.path is not None
    rgb = decode(picture.path.read_bytes(), min_side_px=max(CANVAS_PX))
    coverage = np.full(rgb.shape[:2], 255, np.uint8)
    if picture.mask is not None:
        with Image.open(picture.mask) as image:
            values = np.asarray(image)
        coverage = np.where(values == picture.label_value, 255, 0).astype(np.uint8)
        height, width = values.shape
        rgb = np.asarray(Image.fromarray(rgb).resize((width, height)))
    rgba = np.dstack([rgb, coverage])
    if picture.box is not None:
        left, top, right, bottom = picture.box
        rgba = rgba[top:bottom, left:right]
    return _fitted(rgba)


def _drawn_coverage(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    corner = np.median(rgb[:8, :8].reshape(-1, 3), axis=0)
    differs = np.abs(rgb.astype(np.int16) - corner.astype(np.int16)).max(2) >= BACKDROP_DISTANCE
    return np.where(differs, 255, 0).astype(np.uint8)


def _fitted(rgba: Rgba) -> Rgba:
    """Scaled to fit the canvas; enlarged at most fourfold."""
    scale = min(CANVAS_PX[0] / rgba.shape[0], CANVAS_PX[1] / rgba.shape[1], 4.0)
    size = max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale))
    fitted = [Image.fromarray(np.ascontiguousarray(rgba[..., part])).resize(size) for part in (slice(0, 3), 3)]
    return np.dstack([np.asarray(part) for part in fitted])
