"""Batches cut from a pool of decoded pictures, augmented on the device that trains."""

from typing import Final

import torch
from torch import Tensor

from deepstyle.learning.style.config import Augmentation
from deepstyle.learning.style.dataset import Codes
from deepstyle.learning.style.pictures.augment import Dice, augment, plain
from deepstyle.learning.style.pictures.pool import Pool
from deepstyle.style.spec import Preprocessing

SEEDS: Final = 1_000_003
"""A prime larger than the number of steps of any training."""


class PoolInputs:
    """The inputs of ``Training`` from a pool; a batch depends on its arguments and the kind of device alone."""

    views = 1

    def __init__(self, pool: Pool, preprocessing: Preprocessing, config: Augmentation) -> None:
        self._pool, self._config = pool, config
        self._size_px = preprocessing.height_px, preprocessing.width_px
        self._batch_px = config.height_px or preprocessing.height_px, config.width_px or preprocessing.width_px
        device = pool.canvases.device
        self._mean, self._std = (
            torch.tensor(values, device=device).view(3, 1, 1) for values in (preprocessing.mean, preprocessing.std)
        )

    def prefetch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> None:
        """Nothing to prepare: the pool is in memory."""

    def batch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> Tensor:
        """(B, 3, H, W) float32, each picture augmented anew."""
        chosen = self._rows(rows)
        generator = torch.Generator(chosen.device).manual_seed(seed[0] * SEEDS + seed[1])
        pixels = augment(self._pool, chosen, self._batch_px, Dice(generator, len(rows)), self._config)
        return self._normalised(pixels)

    def view(self, rows: Codes, view: int) -> Tensor:
        """(B, 3, H, W) float32, not augmented."""
        return self._normalised(plain(self._pool, self._rows(rows), self._size_px))

    def _rows(self, rows: Codes) -> Tensor:
        return torch.from_numpy(rows).to(self._pool.canvases.device)

    def _normalised(self, pixels: Tensor) -> Tensor:
        """Laid out with the channels last, which convolutions compute fastest."""
        return ((pixels - self._mean) / self._std).contiguous(memory_format=torch.channels_last)
