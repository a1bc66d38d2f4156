"""The training of ``train.train`` without torch: the same network, losses, schedule and selection, in NumPy.

A killed run resumes after its last epoch: what is random depends on the seed and the epoch alone.
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.head import HeadWeights
from deepstyle.errors import UsageError
from deepstyle.learning.checkpoint import Checkpoint, resume, write_checkpoint
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
from deepstyle.learning.compatibility.numpy_network import (
    AdamW,
    Array,
    Parameters,
    backward,
    embed,
    forward,
    info_nce,
    initial_parameters,
    triplet,
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

    Raises ``UsageError`` for a configuration that only torch trains and where ``folder`` holds another training,
    ``DataError`` where there is nothing to learn from.
    """
    if config.loss == "contrastive" or config.average:
        raise UsageError(
            "this recipe needs torch: NumPy trains with infonce or triplet, and without average.",
            remedy="Install deepstyle[train].",
        )
    pairs = data.pairs()
    standardiser = Standardiser(data.worn())
    training = _Training(config, standardiser(data.features), pairs, data.categories)
    identity = identity_of(data, config)
    if folder and (checkpoint := resume(folder, identity)):
        training.restore(checkpoint)
    for number in range(len(training.epochs) + 1, config.epochs + 1):
        loss = training.run_epoch(number, on_step)
        training.select(judge(number, loss, embed(training.parameters, training.inputs), data.valid))
        if folder:
            write_checkpoint(training.checkpoint(identity), folder)
        on_epoch(training.epochs[-1])
    return Trained(HeadWeights(standardiser.mean, standardiser.std, **training.best), tuple(training.epochs))


class _Training:
    """Everything that changes during a training."""

    def __init__(
        self, config: TrainConfig, inputs: Array, pairs: NDArray[np.int64], categories: NDArray[np.int64]
    ) -> None:
        self.config, self.inputs, self.pairs, self.categories = config, inputs, pairs, categories
        self.parameters = initial_parameters(inputs.shape[1], config, np.random.default_rng([config.seed, 0]))
        self.optimiser = AdamW(self.parameters)
        self.together = Together(pairs, len(inputs))
        self.best: Parameters = {}
        self.epochs: list[Epoch] = []

    def run_epoch(self, number: int, on_step: OnStep) -> float:
        """One pass over all pairs; returns the mean loss."""
        rng = np.random.default_rng([self.config.seed, number])
        batches = steps_per_epoch(len(self.pairs), self.config)
        total, steps = 0.0, batches * self.config.epochs
        for at, batch in enumerate(self._batches(batches, rng)):
            done = (number - 1) * batches + at
            total += self._step(batch, learning_rate(self.config, done, steps), rng)
            on_step(done + 1, steps)
        return total / batches

    def select(self, epoch: Epoch) -> None:
        """Remember the weights where ``epoch`` is the best so far."""
        if is_best(epoch, self.epochs):
            self.best = {name: value.copy() for name, value in self.parameters.items()}
        self.epochs.append(epoch)

    def checkpoint(self, identity: dict[str, Any]) -> Checkpoint:
        """What ``restore`` needs."""
        arrays = {"network": self.parameters, "best": self.best, "optimiser": self.optimiser.arrays()}
        epochs = [dataclasses.asdict(epoch) for epoch in self.epochs]
        return Checkpoint(len(self.epochs), arrays, identity, {"epochs": epochs})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on after the last epoch of ``checkpoint``."""
        self.epochs = [Epoch(**epoch) for epoch in checkpoint.progress["epochs"]]
        self.parameters, self.best = checkpoint.arrays["network"], checkpoint.arrays["best"]
        steps = len(self.epochs) * steps_per_epoch(len(self.pairs), self.config)
        self.optimiser.restore(checkpoint.arrays["optimiser"], steps)

    def _batches(self, count: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        order = rng.permutation(len(self.pairs))
        flipped = rng.random(len(self.pairs)) < 0.5
        for rows in np.split(order[: count * self.config.batch_size], count):
            batch = self.pairs[rows]
            yield np.where(flipped[rows, None], batch[:, ::-1], batch)

    def _step(self, batch: NDArray[np.int64], rate: float, rng: np.random.Generator) -> float:
        """One step; returns the loss before it."""
        size = len(batch)
        done = forward(self.parameters, self.inputs[batch.T.ravel()], self.config, rng)
        anchors, positives = done.vectors[:, :size], done.vectors[:, size:]
        negative = negatives_of(self.together, batch, self.categories, self.config)
        if self.config.loss == "infonce":
            loss, *gradients = info_nce(anchors, positives, negative, self.config.temperature)
        else:
            loss, *gradients = triplet(anchors, positives, negative, self.config.margin)
        gradient = np.concatenate(gradients, 1)
        self.optimiser.step(self.parameters, backward(self.parameters, done, gradient), rate, self.config.weight_decay)
        return loss
