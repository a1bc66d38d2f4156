"""Train the compatibility head: epochs over the pairs of the training outfits, with a checkpoint after each.

A killed run resumes after its last epoch and ends with the same weights as one that was never killed: what is random
depends on the seed and the epoch alone.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepstyle.compatibility.head import HeadWeights
from deepstyle.evaluation.questions import Questions
from deepstyle.learning.checkpoint import Checkpoint, resume, write_checkpoint
from deepstyle.learning.compatibility import losses
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import (
    Epoch,
    OnEpoch,
    OnStep,
    Standardiser,
    Together,
    Trained,
    TrainingData,
    identity_of,
    is_best,
    judge,
    learning_rate,
    negatives_of,
    steps_per_epoch,
)
from deepstyle.learning.compatibility.network import SiameseBranch
from deepstyle.learning.torch_state import (
    Tensors,
    optimiser_tensors,
    restore_optimiser,
    restore_parameters,
    restored_tensors,
    saved_arrays,
)


def train(
    data: TrainingData,
    config: TrainConfig,
    *,
    folder: Path | None = None,
    on_epoch: OnEpoch = lambda epoch: None,
    on_step: OnStep = lambda done, total: None,
) -> Trained:
    """Train, with a checkpoint in ``folder``, from which the same training resumes.

    Raises ``DataError`` where there is nothing to learn from, ``UsageError`` where ``folder`` holds another training.
    """
    pairs, standardiser = torch.from_numpy(data.pairs()), Standardiser(data.worn())
    inputs = torch.from_numpy(standardiser(data.features))
    training = _Training(config, inputs, pairs, data.categories)
    identity = identity_of(data, config)
    if folder and (checkpoint := resume(folder, identity)):
        training.restore(checkpoint)
    for number in range(len(training.epochs) + 1, config.epochs + 1):
        loss = training.run_epoch(number, on_step)
        training.validate(number, loss, data.valid)
        if folder:
            write_checkpoint(training.checkpoint(identity), folder)
        on_epoch(training.epochs[-1])
    best = {name: value.numpy() for name, value in training.best.items()}
    return Trained(HeadWeights(standardiser.mean, standardiser.std, **best), tuple(training.epochs))


class _Training:
    """Everything that changes during a training."""

    def __init__(self, config: TrainConfig, inputs: Tensor, pairs: Tensor, categories: NDArray[np.int64]) -> None:
        torch.manual_seed(config.seed)
        self.config, self.inputs, self.pairs, self.categories = config, inputs, pairs, categories
        self.network = SiameseBranch(inputs.shape[1], config)
        self.parameters = dict(self.network.named_parameters())
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.together = Together(pairs.numpy(), len(inputs))
        self.average = {name: value.detach().clone() for name, value in self.parameters.items()}
        self.best: Tensors = {}
        self.epochs: list[Epoch] = []

    def run_epoch(self, number: int, on_step: OnStep) -> float:
        """One pass over all pairs; returns the mean loss."""
        torch.manual_seed(self.config.seed * 1_000_003 + number)
        batches = steps_per_epoch(len(self.pairs), self.config)
        total, steps = 0.0, batches * self.config.epochs
        for at, batch in enumerate(self._batches(batches)):
            done = (number - 1) * batches + at
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(self.config, done, steps)
            loss = self._loss(batch)
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimiser.step()
            self._update_average(done)
            total += loss.item()
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
        negative = torch.from_numpy(negatives_of(self.together, batch.numpy(), self.categories, self.config))
        if self.config.loss == "infonce":
            return losses.info_nce(anchors, positives, negative, self.config.temperature)
        loss = losses.triplet if self.config.loss == "triplet" else losses.contrastive
        return loss(anchors, positives, negative, self.config.margin)

    def _update_average(self, done: int) -> None:
        """Running mean of the weights (Polyak & Juditsky 1992), with a shorter memory in the first steps."""
        decay = min(self.config.average, (1 + done) / (10 + done)) if self.config.average else 0.0
        with torch.no_grad():
            for name, value in self.parameters.items():
                self.average[name].lerp_(value, 1 - decay)

    def validate(self, number: int, loss: float, valid: Questions) -> None:
        """Evaluate the average on ``valid``, and remember it where it is the best so far."""
        current = {name: value.detach().clone() for name, value in self.parameters.items()}
        self.network.load_state_dict(self.average)
        vectors = self.network.embed(self.inputs).numpy()
        self.network.load_state_dict(current)
        epoch = judge(number, loss, vectors, valid)
        if is_best(epoch, self.epochs):
            self.best = {name: value.clone() for name, value in self.average.items()}
        self.epochs.append(epoch)

    def checkpoint(self, identity: dict[str, Any]) -> Checkpoint:
        """What ``restore`` needs."""
        tensors: dict[str, Tensors] = {
            "network": dict(self.parameters),
            "average": self.average,
            "best": self.best,
            "optimiser": optimiser_tensors(self.optimiser, list(self.parameters)),
        }
        epochs = [dataclasses.asdict(epoch) for epoch in self.epochs]
        return Checkpoint(len(self.epochs), saved_arrays(tensors), identity, {"epochs": epochs})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on after the last epoch of ``checkpoint``."""
        tensors = restored_tensors(checkpoint)
        restore_parameters(self.parameters, tensors["network"])
        restore_optimiser(self.optimiser, list(self.parameters), tensors["optimiser"])
        self.average, self.best = tensors["average"], tensors["best"]
        self.epochs = [Epoch(**epoch) for epoch in checkpoint.progress["epochs"]]
