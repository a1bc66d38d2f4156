"""Train the style embedding: one loop for cached features, the last stage and the whole network.

Batches, learning rates and random augmentation are functions of the step's number alone. So a training that is killed
and run again ends at the same step, with the same loss, as one that was not; its only state is the checkpoint.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812 (its customary name)

from deepstyle.errors import ModelError, UsageError
from deepstyle.learning.checkpoint import Checkpoint, resume, write_checkpoint
from deepstyle.learning.config import as_json
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.dataset import BalancedBatches, Codes, Labels, Split
from deepstyle.learning.style.distributed import Group, average_gradients, gather, share_floats
from deepstyle.learning.style.inputs import Inputs
from deepstyle.learning.style.losses import StyleLoss
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.learning.style.validation import METRICS, Metrics, Vectors, validation_metrics, validation_score
from deepstyle.learning.torch_state import (
    Tensors,
    optimiser_tensors,
    restore_optimiser,
    restore_parameters,
    restored_tensors,
    saved_arrays,
)
from deepstyle.style.spec import Preprocessing

EMBED_ROWS: Final = 64

OnEpoch = Callable[[Metrics, int], None]
"""Called after each epoch with its metrics and the number of steps that are done."""
OnStep = Callable[[int, int, float], None]
"""Called after each step with how many are done, how many there are, and the epoch's mean loss so far."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The items, row by row, with their labels and splits.

    ``sha256`` is a digest of the items with their pictures, ``weights_sha256`` of the initial weights. ``groups`` (N,)
    are drawn equally often, in place of the fine categories; ``teacher`` (N, F) float32 of unit norm are the initial
    backbone's features.
    """

    labels: Labels
    splits: Mapping[Split, Codes]
    sha256: str
    weights_sha256: str
    preprocessing: Preprocessing
    groups: Codes | None = None
    teacher: Tensor | None = None


@dataclass(slots=True)
class State:
    """What changes besides parameters and optimiser: ``average`` is the moving average of the parameters, ``best`` that
    of the best epoch."""

    step: int
    average: Tensors
    best: Tensors
    best_score: float
    best_epoch: int
    loss_sum: float
    history: list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """How a training ended: after ``steps``; ``validation`` are the metrics of ``best_epoch``."""

    steps: int
    epochs: int
    best_epoch: int
    stopped_early: bool
    validation: Metrics
    history: tuple[dict[str, float], ...]


class Training:
    """One training in one process: the network, its losses and its optimiser, and the folder of its checkpoint."""

    def __init__(
        self,
        config: StyleConfig,
        data: TrainingSet,
        inputs: Inputs,
        network: LearningNetwork,
        folder: Path,
        group: Group,
    ) -> None:
        self.config, self.data, self.inputs, self.folder, self.group = config, data, inputs, folder, group
        torch.manual_seed(config.optimiser.seed)  # proxies and classifiers start at random
        self.network = network.to(group.device)
        self.losses = StyleLoss(config.losses, data.labels, network.head.out_features).to(group.device)
        self.learning = list(network.learning(config.model))
        self.names, self.optimiser = self._optimiser()
        train = data.splits["train"]
        groups = None if data.groups is None else data.groups[train]
        self.batches = BalancedBatches(
            data.labels.rows(train), config.batch, inputs.views, config.optimiser.seed, groups=groups
        )
        self.steps_per_epoch = config.optimiser.steps_per_epoch or max(
            1, len(train) // (config.batch.size * config.batch.accumulate)
        )
        self.steps = self.steps_per_epoch * config.optimiser.epochs
        if config.batch.size % group.world:
            raise UsageError(
                f"a batch of {config.batch.size} does not divide among {group.world} processes.",
                remedy="Change [batch] in the configuration, or the number of processes.",
            )

    def run(self, on_step: OnStep, on_epoch: OnEpoch) -> TrainReport:
        """Train from the checkpoint in the folder, or from the start, to the end or until patience runs out."""
        state = self._resumed() or self._started()
        while state.step < self.steps and not self._is_out_of_patience(state):
            state.loss_sum += self._step(state)
            state.step += 1
            on_step(state.step, self.steps, state.loss_sum / ((state.step - 1) % self.steps_per_epoch + 1))
            if state.step % self.steps_per_epoch == 0:
                self._end_epoch(state)
                on_epoch(state.history[-1], state.step)
                self._save(state)
            elif state.step % self.config.stop.checkpoint_steps == 0:
                self._save(state)
        return self._report(state)

    # -- one step ------------------------------------------------------------------------------------------------------

    def _step(self, state: State) -> float:
        """One step of the optimiser over ``accumulate`` batches; returns the loss."""
        self._set_learning_rates(state.step)
        self._unfreeze(state.step // self.steps_per_epoch)
        self.optimiser.zero_grad(set_to_none=True)
        accumulate, total = self.config.batch.accumulate, 0.0
        for part in range(accumulate):
            loss = self._loss(state.step * accumulate + part) / accumulate
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        if not math.isfinite(total):
            raise ModelError(f"the loss at step {state.step} is {total}.", remedy="Lower the learning rates.")
        average_gradients(
            (parameter for group in self.optimiser.param_groups for parameter in group["params"]), self.group
        )
        self.optimiser.step()
        self._average(state)
        return total

    def _loss(self, number: int) -> Tensor:
        """The loss of batch ``number``, of which this process embeds every ``world``-th picture."""
        rows, views = self.batches.draw(number)
        share = slice(self.group.rank, None, self.group.world)
        own = self._items(rows)[share]
        self._prefetch(number + 1, share)
        batch = self.inputs.batch(own, views[share], (self._seed(), number)).to(self.group.device)
        with self._precision():
            raw = self.network(batch)
        embeddings = gather(F.normalize(raw.float()), self.group)
        all_rows = np.concatenate([self._items(rows)[rank :: self.group.world] for rank in range(self.group.world)])
        labels = {
            name: torch.from_numpy(getattr(self.data.labels, name)[all_rows]).to(self.group.device)
            for name in Labels.__slots__
        }
        teacher = None if self.data.teacher is None else self.data.teacher[all_rows].to(self.group.device)
        total: Tensor = self.losses(embeddings, labels, teacher)["total"]
        return total

    def _prefetch(self, number: int, share: slice) -> None:
        rows, views = self.batches.draw(number)
        self.inputs.prefetch(self._items(rows)[share], views[share], (self._seed(), number))

    def _items(self, rows: Codes) -> Codes:
        """Rows of the training split → rows of the items."""
        return self.data.splits["train"][rows]

    def _seed(self) -> int:
        """A seed of this process: each one distorts its pictures differently."""
        return self.config.optimiser.seed * self.group.world + self.group.rank

    def _precision(self) -> torch.autocast:
        device = self.group.device.type
        usable = self.config.optimiser.amp and device == "cuda" and torch.cuda.is_bf16_supported()
        return torch.autocast(device, torch.bfloat16, enabled=usable)

    # -- learning rates, stages, the average ---------------------------------------------------------------------------

    def _optimiser(self) -> tuple[list[str], torch.optim.AdamW]:
        """The optimiser, and the names of its parameters in its order: head and losses, then the backbone."""
        config = self.config.optimiser
        head = [(name, parameter) for name, parameter, _ in self.learning if name.startswith("head.")]
        head += [(f"losses.{name}", parameter) for name, parameter in self.losses.named_parameters()]
        backbone = [(name, parameter) for name, parameter, _ in self.learning if not name.startswith("head.")]
        groups: list[dict[str, Any]] = [
            {"params": [parameter for _, parameter in named], "lr": rate, "initial_lr": rate}
            for named, rate in ((head, config.learning_rate), (backbone, config.backbone_learning_rate))
            if named
        ]
        return [name for name, _ in head + backbone], torch.optim.AdamW(groups, weight_decay=config.weight_decay)

    def _set_learning_rates(self, step: int) -> None:
        """Warm up, then a half cosine to zero (Loshchilov & Hutter 2017, eq. 5, one cycle)."""
        warmup = min(1.0, (step + 1) / max(1, self.config.optimiser.warmup_steps))
        cosine = 0.5 * (1 + math.cos(math.pi * step / self.steps))
        for group in self.optimiser.param_groups:
            group["lr"] = group["initial_lr"] * warmup * cosine

    def _unfreeze(self, epoch: int) -> None:
        for parameter in self.network.backbone.parameters():
            parameter.requires_grad_(False)
        for _, parameter, start in self.learning:
            parameter.requires_grad_(epoch >= start)

    def _average(self, state: State) -> None:
        """Polyak averaging, with a shorter memory in the first steps."""
        decay = min(self.config.optimiser.ema_decay, (1 + state.step) / (10 + state.step))
        with torch.no_grad():
            for name, parameter, _ in self.learning:
                state.average[name].lerp_(parameter, 1 - decay)

    # -- epochs --------------------------------------------------------------------------------------------------------

    def _end_epoch(self, state: State) -> None:
        """Validate the average, remember it where it is the best so far, and add the epoch to the history."""
        metrics = self._shared_metrics(state.average)
        epoch, score = state.step // self.steps_per_epoch, validation_score(metrics)
        if score > state.best_score:
            state.best = {name: tensor.clone() for name, tensor in state.average.items()}
            state.best_score, state.best_epoch = score, epoch
        state.history.append(
            {
                "epoch": epoch,
                "step": state.step,
                "loss": state.loss_sum / self.steps_per_epoch,
                "score": score,
                **metrics,
                "learning_rate": float(self.optimiser.param_groups[0]["lr"]),
            }
        )
        state.loss_sum = 0.0

    def _shared_metrics(self, tensors: Tensors) -> Metrics:
        """The validation metrics, computed by rank 0, in every process."""
        metrics = self.validate(tensors) if self.group.rank == 0 else {}
        values = share_floats([metrics.get(name, math.nan) for name in METRICS], self.group)
        return {name: value for name, value in zip(METRICS, values, strict=True) if not math.isnan(value)}

    def validate(self, tensors: Tensors) -> Metrics:
        """The metrics of the network with the parameters ``tensors`` on the validation split."""
        rows = self.data.splits["valid"]
        views = [self.embed(tensors, rows, view) for view in range(self.inputs.views)]
        return validation_metrics(views, self.data.labels.rows(rows))

    def embed(self, tensors: Tensors, rows: Codes, view: int = 0) -> Vectors:
        """Embeddings (N, D) float32 of unit norm of items ``rows``, by the network with the parameters ``tensors``."""
        blocks = []
        with torch.no_grad():
            for start in range(0, len(rows), EMBED_ROWS):
                batch = self.inputs.view(rows[start : start + EMBED_ROWS], view).to(self.group.device)
                blocks.append(F.normalize(functional_call(self.network, tensors, (batch,)).float()).cpu().numpy())
        return np.concatenate(blocks)

    def _is_out_of_patience(self, state: State) -> bool:
        return state.step // self.steps_per_epoch - state.best_epoch >= self.config.stop.patience

    def _report(self, state: State) -> TrainReport:
        best = next((epoch for epoch in state.history if epoch["epoch"] == state.best_epoch), {})
        return TrainReport(
            steps=state.step,
            epochs=len(state.history),
            best_epoch=state.best_epoch,
            stopped_early=state.step < self.steps,
            validation=best,
            history=tuple(state.history),
        )

    # -- the checkpoint ------------------------------------------------------------------------------------------------

    def _started(self) -> State:
        start = {name: parameter.detach().clone() for name, parameter, _ in self.learning}
        best = {name: tensor.clone() for name, tensor in start.items()}
        score = validation_score(self._shared_metrics(start))
        return State(0, start, best, score, 0, 0.0, [])

    def _identity(self) -> dict[str, Any]:
        return {
            "config": as_json(self.config),
            "data_sha256": self.data.sha256,
            "weights_sha256": self.data.weights_sha256,
            "preprocessing": self.data.preprocessing.fields(),
        }

    def _save(self, state: State) -> None:
        if self.group.rank:
            return
        progress = {
            "best_score": state.best_score,
            "best_epoch": state.best_epoch,
            "loss_sum": state.loss_sum,
            "history": state.history,
        }
        tensors = {
            "network": {name: parameter.detach() for name, parameter, _ in self.learning},
            "average": state.average,
            "best": state.best,
            "losses": self.losses.state_dict(),
            "optimiser": optimiser_tensors(self.optimiser, self.names),
        }
        write_checkpoint(Checkpoint(state.step, saved_arrays(tensors), self._identity(), progress), self.folder)

    def _resumed(self) -> State | None:
        """The state of the folder's checkpoint; raises ``UsageError`` where it is of another training."""
        checkpoint = resume(self.folder, self._identity())
        if checkpoint is None:
            return None
        tensors, progress = restored_tensors(checkpoint), checkpoint.progress
        restore_parameters({name: parameter for name, parameter, _ in self.learning}, tensors["network"])
        self.losses.load_state_dict(tensors.get("losses", {}))
        restore_optimiser(self.optimiser, self.names, tensors.get("optimiser", {}))
        average, best = (
            {name: tensor.to(self.group.device) for name, tensor in tensors[group].items()}
            for group in ("average", "best")
        )
        return State(
            checkpoint.step,
            average,
            best,
            progress["best_score"],
            progress["best_epoch"],
            progress["loss_sum"],
            list(progress["history"]),
        )
