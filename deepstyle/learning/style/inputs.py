"""The inputs of the network in training: rows of cached features, or pictures that are decoded and augmented."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from deepstyle.errors import DataError
from deepstyle.images.pixels import Rgb, decode
from deepstyle.learning.style.augment import augment
from deepstyle.learning.style.dataset import Codes
from deepstyle.store.base import Store
from deepstyle.style.feature_table import FeatureTable
from deepstyle.style.spec import Preprocessing


class Inputs(Protocol):
    """The source of batches; a batch depends on its arguments alone."""

    views: int

    def batch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> Tensor:
        """Training inputs (B, …) float32 of items ``rows`` in ``views``; ``seed`` determines the augmentation."""
        ...

    def prefetch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> None:
        """Prepare the batch that will be requested next."""
        ...

    def view(self, rows: Codes, view: int) -> Tensor:
        """Inputs (B, …) float32 of items ``rows`` in one view, 0 being the whole picture, without augmentation."""
        ...


class CachedInputs:
    """Rows of feature tables of the same items, one table per view, the whole picture's first."""

    def __init__(self, tables: Sequence[FeatureTable]) -> None:
        if any(table.item_ids != tables[0].item_ids for table in tables):
            raise DataError("the views' features are of different items.", remedy="Delete the cache and run again.")
        self._tables = [table.features for table in tables]
        self.views = len(tables)

    def batch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> Tensor:
        """(B, F) float32."""
        chosen = [self._tables[view][row] for row, view in zip(rows, views, strict=True)]
        return torch.from_numpy(np.stack(chosen).astype(np.float32))

    def prefetch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> None:
        """Nothing to prepare: the rows are in memory, or mapped to it."""

    def view(self, rows: Codes, view: int) -> Tensor:
        """(B, F) float32."""
        return torch.from_numpy(np.asarray(self._tables[view][rows], np.float32))


class PictureInputs:
    """Pictures of a store, decoded in threads: the next batch while the network processes this one."""

    views = 1

    def __init__(self, store: Store, item_ids: Sequence[str], preprocessing: Preprocessing, workers: int) -> None:
        self._store, self._item_ids, self._preprocessing = store, item_ids, preprocessing
        self._pool = ThreadPoolExecutor(workers)
        self._ahead: dict[tuple[int, int], list[Future[Rgb]]] = {}

    def prefetch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> None:
        """Start to decode and augment."""
        self._ahead[seed] = self._start(rows, seed)

    def batch(self, rows: Codes, views: Codes, seed: tuple[int, int]) -> Tensor:
        """(B, 3, H, W) float32, each picture augmented anew."""
        started = self._ahead.pop(seed, None) or self._start(rows, seed)
        return self._pixels([future.result() for future in started])

    def view(self, rows: Codes, view: int) -> Tensor:
        """(B, 3, H, W) float32, not augmented."""
        return self._pixels(list(self._pool.map(self._load, rows.tolist())))

    def _start(self, rows: Codes, seed: tuple[int, int]) -> list[Future[Rgb]]:
        return [self._pool.submit(partial(self._load, row, (*seed, place))) for place, row in enumerate(rows.tolist())]

    def _load(self, row: int, seed: tuple[int, ...] | None = None) -> Rgb:
        image = self._store.image(self._item_ids[row])
        if image is None:
            raise DataError(f"{self._item_ids[row]} has lost its picture during the training.", remedy="Train again.")
        rgb = decode(image.data, min_side_px=self._preprocessing.longest_px)
        if seed is not None:
            rgb = augment(rgb, np.random.default_rng(seed))
        return self._preprocessing.apply(np.ascontiguousarray(rgb))

    def _pixels(self, pictures: Sequence[Rgb]) -> Tensor:
        mean, std = (np.array(values, np.float32) for values in (self._preprocessing.mean, self._preprocessing.std))
        scaled = (np.stack(pictures).astype(np.float32) / np.float32(255) - mean) / std
        return torch.from_numpy(np.ascontiguousarray(scaled.transpose(0, 3, 1, 2)))
