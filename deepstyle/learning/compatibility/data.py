"""What every recipe learns from and returns: no torch here."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.head import CLIP, HeadWeights
from deepstyle.compatibility.scoring import Rows, cosine_pairs, outfit_scores
from deepstyle.errors import DataError
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc
from deepstyle.evaluation.questions import Questions, blank_scores, pairs_of
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.config import as_json

CONSTANT: Final = np.float32(1e-3)
"""Added to standard deviations, so that a constant feature does not divide by zero."""

OnStep = Callable[[int, int], None]
"""Called after each batch with how many are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """``features`` (N, F); ``categories`` (N,) int64; outfits and validation questions refer to their rows."""

    features: NDArray[np.floating]
    categories: NDArray[np.int64]
    outfits: Sequence[Rows]
    valid: Questions

    def worn(self) -> NDArray[np.floating]:
        """The features of the items that occur in training outfits."""
        return self.features[np.unique(np.concatenate(self.outfits))]

    def pairs(self) -> NDArray[np.int64]:
        """Every pair of the training outfits (P, 2); raises ``DataError`` where there is nothing to learn from."""
        pairs = pairs_of(self.outfits)
        if len(pairs) < 2 or not self.valid.answerable:
            raise DataError(
                "there are no training pairs or no validation questions.", remedy="Check the outfits' files."
            )
        return pairs


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch: its mean loss, and the metrics on ``valid`` after it."""

    number: int
    loss: float
    auc: float
    fill_in_blank: float

    @property
    def merit(self) -> float:
        """The best epoch is the one with the highest merit; the loss plays no part."""
        return self.auc + self.fill_in_blank


@dataclass(frozen=True, slots=True)
class Trained:
    """The weights of the best epoch, and every epoch."""

    weights: HeadWeights
    epochs: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The epoch whose weights these are."""
        return max(self.epochs, key=lambda epoch: epoch.merit)


OnEpoch = Callable[[Epoch], None]


def is_best(epoch: Epoch, earlier: Sequence[Epoch]) -> bool:
    """Whether ``epoch`` has more merit than every one before it."""
    return all(epoch.merit > one.merit for one in earlier)


def steps_per_epoch(pairs: int, config: TrainConfig) -> int:
    """Full batches of the ``pairs``, at least one."""
    return max(pairs // config.batch_size, 1)


def learning_rate(config: TrainConfig, done: int, steps: int) -> float:
    """The rate after ``done`` of ``steps`` steps: a half cosine to zero (Loshchilov & Hutter 2017, equation 5)."""
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done / steps))


class Standardiser:
    """Features minus the mean of the training items, divided by their standard deviation, clipped to ±``CLIP``."""

    def __init__(self, features: NDArray[np.floating]) -> None:
        values = features.astype(np.float32)
        self.mean, self.std = values.mean(0), values.std(0) + CONSTANT

    def __call__(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N, F) → (N, F) float32."""
        scaled = (features.astype(np.float32) - self.mean) / self.std
        clipped: NDArray[np.float32] = np.clip(scaled, -CLIP, CLIP)
        return clipped


class Together:
    """Which items were ever worn together, as sorted keys: a lookup takes little time in a catalogue of any size."""

    def __init__(self, pairs: NDArray[np.int64], items: int) -> None:
        self._items = items
        self._keys = np.unique(np.concatenate([pairs[:, 0] * items + pairs[:, 1], pairs[:, 1] * items + pairs[:, 0]]))

    def negatives(self, batch: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(B, B): item j on the right was never worn with item i on the left, and is another item."""
        left, right = batch[:, :1], batch[:, 1]
        keys = left * self._items + right
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        apart: NDArray[np.bool_] = (self._keys[at] != keys) & (left != right)
        return apart


def negatives_of(
    together: Together, batch: NDArray[np.int64], categories: NDArray[np.int64], config: TrainConfig
) -> NDArray[np.bool_]:
    """(B, B): the ``negatives`` of the configuration; ``categories`` (N,) are those of all items."""
    negative = together.negatives(batch)
    if config.negatives == "category":
        kinds = categories[batch[:, 1]]
        negative &= kinds[:, None] == kinds
    return negative


def judge(number: int, loss: float, vectors: NDArray[np.floating], valid: Questions) -> Epoch:
    """The epoch ``number`` by its vectors (N, D) of all items."""
    pairs = cosine_pairs(vectors)
    right = np.array([blank.right for blank in valid.blanks])
    auc = compatibility_auc(outfit_scores(pairs, valid.outfits), valid.compatible)
    return Epoch(number, loss, auc, blank_accuracy(blank_scores(pairs, valid.blanks), right))


def identity_of(data: TrainingData, config: TrainConfig) -> dict[str, Any]:
    """What determines a training, for its checkpoint."""
    return {"config": as_json(config), "data_sha256": data_digest(data)}


def data_digest(data: TrainingData) -> str:
    """SHA-256 of all that training and validation read."""
    valid = data.valid
    rows = np.concatenate([*valid.outfits, *(np.append(blank.items, blank.answers) for blank in valid.blanks)])
    digest = hashlib.sha256()
    for array in (data.features, data.categories, data.pairs(), valid.compatible, rows):
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
