"""Train the compatibility head: epochs over the pairs of the training outfits, each durable before the next.

A killed run goes on from its last epoch and ends with the same weights as one that was never killed: what is random
depends on the seed and the epoch alone.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from deepstyle.compatibility.scoring import Rows, cosine_pairs, outfit_scores
from deepstyle.errors import DataError
from deepstyle.evaluation.outfit_metrics import blank_accuracy, compatibility_auc
from deepstyle.evaluation.questions import Questions, blank_scores, pairs_of
from deepstyle.files import write_atomic
from deepstyle.learning.compatibility import losses
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.network import SiameseBranch, Standardiser

CHECKPOINT_FILE: Final = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class TrainingData:
    """``features`` (N, F); ``categories`` (N,) int64; outfits and validation questions as rows of these."""

    features: NDArray[np.floating]
    categories: NDArray[np.int64]
    outfits: Sequence[Rows]
    valid: Questions


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one epoch went: its mean loss and what the weights scored on ``valid`` afterwards."""

    number: int
    loss: float
    auc: float
    fill_in_blank: float

    @property
    def merit(self) -> float:
        """What the best epoch is chosen by; never the loss."""
        return self.auc + self.fill_in_blank


@dataclass(frozen=True, slots=True)
class Trained:
    """The best epoch's parameters by name, the standardisation, and every epoch."""

    tensors: dict[str, Tensor]
    standardiser: Standardiser
    epochs: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The epoch whose parameters these are."""
        return max(self.epochs, key=lambda epoch: epoch.merit)


def train(
    data: TrainingData,
    config: TrainConfig,
    *,
    folder: Path | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_step: Callable[[int, int], None] | None = None,
) -> Trained:
    """Train, keeping a checkpoint in ``folder``; a checkpoint of the same data and configuration is gone on from.

    ``on_step(done, total)`` counts batches. Raises ``DataError`` where there is nothing to learn from.
    """
    pairs = torch.from_numpy(pairs_of(data.outfits))
    if len(pairs) < 2 or not data.valid.answerable:
        raise DataError("there are no training pairs or no validation questions.", remedy="Check the outfits' files.")
    standardiser = Standardiser(data.features[np.unique(np.concatenate(data.outfits))])
    run = _Run(config, standardiser(data.features), pairs, torch.from_numpy(data.categories), _key(data, config))
    path = folder / CHECKPOINT_FILE if folder else None
    if path is not None:
        run.load(path)
    for number in range(len(run.epochs) + 1, config.epochs + 1):
        loss = run.epoch(number, on_step)
        run.judge(number, loss, data.valid)
        if path is not None:
            run.save(path)
        if on_epoch:
            on_epoch(run.epochs[-1])
    return Trained(run.best, standardiser, tuple(run.epochs))


class _Run:
    """Everything that changes while training, and how it is written down."""

    def __init__(self, config: TrainConfig, inputs: Tensor, pairs: Tensor, categories: Tensor, key: str) -> None:
        torch.manual_seed(config.seed)
        self.config, self.inputs, self.pairs, self.categories, self.key = config, inputs, pairs, categories, key
        self.network = SiameseBranch(inputs.shape[1], config)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.together = Together(pairs, len(inputs))
        self.averaged = {name: value.detach().clone() for name, value in self.network.named_parameters()}
        self.best: dict[str, Tensor] = {}
        self.epochs: list[Epoch] = []

    def epoch(self, number: int, on_step: Callable[[int, int], None] | None) -> float:
        """One pass over all pairs; returns the mean loss."""
        torch.manual_seed(self.config.seed * 1_000_003 + number)
        batches = len(self.pairs) // self.config.batch_size or 1
        total, steps = 0.0, batches * self.config.epochs
        for at, batch in enumerate(self._batches(batches)):
            done = (number - 1) * batches + at
            for group in self.optimizer.param_groups:
                group["lr"] = self.config.learning_rate * 0.5 * (1 + math.cos(math.pi * done / steps))
            loss = self._loss(batch)
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self._average(done)
            total += loss.item()
            if on_step:
                on_step(done + 1, steps)
        return total / batches

    def _batches(self, count: int) -> Iterator[Tensor]:
        order = torch.randperm(len(self.pairs))
        flipped = torch.rand(len(self.pairs)) < 0.5
        size = self.config.batch_size
        for start in range(0, count * size, size):
            rows = order[start : start + size]
            batch = self.pairs[rows]
            yield torch.where(flipped[rows, None], batch.flip(1), batch)

    def _loss(self, batch: Tensor) -> Tensor:
        vectors = self.network(self.inputs[batch.T.flatten()])
        anchors, positives = vectors[:, : len(batch)], vectors[:, len(batch) :]
        negative = self.together.negatives(batch)
        if self.config.negatives == "category":
            kinds = self.categories[batch[:, 1]]
            negative &= kinds[:, None] == kinds
        if self.config.loss == "infonce":
            return losses.info_nce(anchors, positives, negative, self.config.temperature)
        loss = losses.triplet if self.config.loss == "triplet" else losses.contrastive
        return loss(anchors, positives, negative, self.config.margin)

    def _average(self, done: int) -> None:
        """Running mean of the weights (Polyak & Juditsky 1992); young runs forget their start sooner."""
        decay = min(self.config.average, (1 + done) / (10 + done)) if self.config.average else 0.0
        with torch.no_grad():
            for name, value in self.network.named_parameters():
                self.averaged[name].lerp_(value, 1 - decay)

    def judge(self, number: int, loss: float, valid: Questions) -> None:
        """Score the weights on ``valid`` and remember them where they are the best so far."""
        trained = {name: value.detach().clone() for name, value in self.network.named_parameters()}
        self.network.load_state_dict(self.averaged)
        pairs = cosine_pairs(self.network.embed(self.inputs).numpy())
        self.network.load_state_dict(trained)
        auc = compatibility_auc(outfit_scores(pairs, valid.outfits), valid.compatible)
        right = np.array([blank.right for blank in valid.blanks])
        told = Epoch(number, loss, auc, blank_accuracy(blank_scores(pairs, valid.blanks), right))
        if not self.epochs or told.merit > max(epoch.merit for epoch in self.epochs):
            self.best = {name: value.clone() for name, value in self.averaged.items()}
        self.epochs.append(told)

    def save(self, path: Path) -> None:
        """Write the checkpoint atomically."""
        tensors = {f"network.{name}": value.detach() for name, value in self.network.named_parameters()}
        tensors |= {f"averaged.{name}": value for name, value in self.averaged.items()}
        tensors |= {f"best.{name}": value for name, value in self.best.items()}
        for at, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{at}.{name}": value for name, value in state.items()}
        told = {"key": self.key, "epochs": json.dumps([dataclasses.astuple(epoch) for epoch in self.epochs])}
        write_atomic(path, save({name: value.contiguous() for name, value in tensors.items()}, told))

    def load(self, path: Path) -> None:
        """Go on from the checkpoint, unless it is of other data or another configuration, or does not read."""
        try:
            with safe_open(path, "pt") as file:
                metadata = file.metadata() or {}
                if metadata.get("key") != self.key:
                    return
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            epochs = [Epoch(*epoch) for epoch in json.loads(metadata["epochs"])]
        except (OSError, SafetensorError, ValueError, KeyError, TypeError):
            return
        self.network.load_state_dict(_part(tensors, "network."))
        self.averaged, self.best = _part(tensors, "averaged."), _part(tensors, "best.")
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _part(tensors, "optimizer.").items():
            at, field = name.split(".")
            state.setdefault(int(at), {})[field] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        self.epochs = epochs


class Together:
    """Which items were ever styled together: looked up for a batch in sorted keys, whatever the catalogue's size."""

    def __init__(self, pairs: Tensor, items: int) -> None:
        self._items = items
        self._keys = torch.unique(torch.cat([pairs[:, 0] * items + pairs[:, 1], pairs[:, 1] * items + pairs[:, 0]]))

    def negatives(self, batch: Tensor) -> Tensor:
        """(B, B) bool: item j on the right was never styled with item i on the left, and is not the same item."""
        left, right = batch[:, :1], batch[:, 1]
        keys = left * self._items + right
        at = torch.searchsorted(self._keys, keys).clamp(max=len(self._keys) - 1)
        apart: Tensor = (self._keys[at] != keys) & (left != right)
        return apart


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _key(data: TrainingData, config: TrainConfig) -> str:
    """A digest of what determines the run."""
    told: dict[str, Any] = dataclasses.asdict(config)
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for array in (data.features, data.categories, pairs_of(data.outfits)):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
