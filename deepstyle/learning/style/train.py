"""Train the style embedding: one loop for cached features, the last stage and the whole network.

Batches, learning rates and what is random are functions of the step's number alone. So a training that is killed and
run again ends at the step, and with the loss, of one that was not; and its only state is the checkpoint.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812 (everybody's name for it)

from deepstyle.catalogue.item import Item
from deepstyle.errors import ModelError, UsageError
from deepstyle.evaluation.retrieval_metrics import average_precision_at_r, recall_at_k
from deepstyle.learning.checkpoint import (
    Checkpoint,
    Tensors,
    optimiser_tensors,
    read_checkpoint,
    restore_optimiser,
    write_checkpoint,
)
from deepstyle.learning.style.config import StyleConfig
from deepstyle.learning.style.dataset import BalancedBatches, Codes, Labels, Split
from deepstyle.learning.style.distributed import Group, average_gradients, gather, share_floats
from deepstyle.learning.style.inputs import Inputs
from deepstyle.learning.style.losses import StyleLoss
from deepstyle.learning.style.network import LearningNetwork
from deepstyle.style.spec import Preprocessing

EMBED_ROWS: Final = 64

Measured = dict[str, float]
OnEpoch = Callable[[Measured, int], None]
OnStep = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The items that are learned from, row by row, with their labels and splits.

    ``sha256`` digests the items with their pictures, ``weights_sha256`` the weights that training starts from; ``fed``
    is how pictures enter the network.
    """

    items: tuple[Item, ...]
    labels: Labels
    splits: Mapping[Split, Codes]
    sha256: str
    weights_sha256: str
    fed: Preprocessing


@dataclass(slots=True)
class State:
    """What a checkpoint keeps, in memory. ``average`` is the exponential moving average, ``best`` its best epoch's."""

    step: int
    average: Tensors
    best: Tensors
    best_score: float
    best_epoch: int
    loss_sum: float
    history: list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """How it ended: after ``steps``, at ``best_epoch`` with its measures on the validation split."""

    steps: int
    epochs: int
    best_epoch: int
    stopped_early: bool
    validation: Measured
    history: tuple[dict[str, float], ...]


class Training:
    """One training in one process: the network, its losses and its optimiser, and the folder it can go on from."""

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
        self.batches = BalancedBatches(data.labels.rows(train), config.batch, inputs.views, config.optimiser.seed)
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
        state = self._restored() or self._started()
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
        mine = self._items(rows)[share]
        self._prefetch(number + 1, share)
        batch = self.inputs.batch(mine, views[share], (self._seed(), number)).to(self.group.device)
        with self._precision():
            raw = self.network(batch)
        embeddings = gather(F.normalize(raw.float()), self.group)
        everybody = np.concatenate([self._items(rows)[rank :: self.group.world] for rank in range(self.group.world)])
        labels = {
            name: torch.from_numpy(getattr(self.data.labels, name)[everybody]).to(self.group.device)
            for name in Labels.__slots__
        }
        total: Tensor = self.losses(embeddings, labels)["total"]
        return total

    def _prefetch(self, number: int, share: slice) -> None:
        rows, views = self.batches.draw(number)
        self.inputs.soon(self._items(rows)[share], views[share], (self._seed(), number))

    def _items(self, rows: Codes) -> Codes:
        """Rows of the training split → rows of the items."""
        return self.data.splits["train"][rows]

    def _seed(self) -> int:
        """Each process distorts its pictures in its own way."""
        return self.config.optimiser.seed * self.group.world + self.group.rank

    def _precision(self) -> torch.autocast:
        device = self.group.device.type
        usable = self.config.optimiser.amp and device == "cuda" and torch.cuda.is_bf16_supported()
        return torch.autocast(device, torch.bfloat16, enabled=usable)

    # -- learning rates, stages, the average ---------------------------------------------------------------------------

    def _optimiser(self) -> tuple[list[str], torch.optim.AdamW]:
        """The optimiser, and the names of its parameters in its order: head and losses, then the backbone."""
        told = self.config.optimiser
        head = [(name, parameter) for name, parameter, _ in self.learning if name.startswith("head.")]
        head += [(f"losses.{name}", parameter) for name, parameter in self.losses.named_parameters()]
        backbone = [(name, parameter) for name, parameter, _ in self.learning if not name.startswith("head.")]
        groups: list[dict[str, Any]] = [
            {"params": [parameter for _, parameter in named], "lr": rate, "initial_lr": rate}
            for named, rate in ((head, told.learning_rate), (backbone, told.backbone_learning_rate))
            if named
        ]
        return [name for name, _ in head + backbone], torch.optim.AdamW(groups, weight_decay=told.weight_decay)

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
        """Polyak averaging, with less memory in the first steps, when the average is worth little."""
        decay = min(self.config.optimiser.ema_decay, (1 + state.step) / (10 + state.step))
        with torch.no_grad():
            for name, parameter, _ in self.learning:
                state.average[name].lerp_(parameter, 1 - decay)

    # -- epochs --------------------------------------------------------------------------------------------------------

    def _end_epoch(self, state: State) -> None:
        """Validate the average, remember it where it is the best so far, and note the epoch."""
        names = ("recall@1", "recall@10", "itself@1", "category mAP@R")
        measured = validate(self, state.average) if self.group.rank == 0 else {}
        values = share_floats([measured.get(name, math.nan) for name in names], self.group)
        told = {name: value for name, value in zip(names, values, strict=True) if not math.isnan(value)}
        epoch, score = state.step // self.steps_per_epoch, validation_score(told)
        if score > state.best_score:
            state.best = {name: tensor.clone() for name, tensor in state.average.items()}
            state.best_score, state.best_epoch = score, epoch
        rate = float(self.optimiser.param_groups[0]["lr"])
        told = {
            "epoch": epoch,
            "step": state.step,
            "loss": state.loss_sum / self.steps_per_epoch,
            "score": score,
            **told,
        }
        state.history.append({**told, "learning_rate": rate})
        state.loss_sum = 0.0

    def _is_out_of_patience(self, state: State) -> bool:
        return state.step // self.steps_per_epoch - state.best_epoch >= self.config.stop.patience

    def _report(self, state: State) -> TrainReport:
        best = next((told for told in state.history if told["epoch"] == state.best_epoch), {})
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
        score = validation_score(validate(self, start)) if self.group.rank == 0 else 0.0
        (score,) = share_floats([score], self.group)
        return State(0, start, best, score, 0, 0.0, [])

    def _save(self, state: State) -> None:
        if self.group.rank:
            return
        told = {
            "config": dataclasses.asdict(self.config),
            "data_sha256": self.data.sha256,
            "weights_sha256": self.data.weights_sha256,
            "preprocessing": dataclasses.asdict(self.data.fed),
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
        write_checkpoint(Checkpoint(state.step, tensors, told), self.folder)

    def _restored(self) -> State | None:
        """The state in the folder's checkpoint; raises ``UsageError`` where it is of another training."""
        kept = read_checkpoint(self.folder)
        if kept is None:
            return None
        told = kept.told
        mine = {
            "configuration": (told["config"], as_json(self.config)),
            "data": (told["data_sha256"], self.data.sha256),
            "weights": (told["weights_sha256"], self.data.weights_sha256),
            "preprocessing": (told.get("preprocessing"), as_json(self.data.fed)),
        }
        if differ := [what for what, (there, here) in mine.items() if there != here]:
            raise UsageError(
                f"{self.folder} holds a training with other {differ[0]}.",
                remedy="Train into another folder, or delete it.",
            )
        with torch.no_grad():
            for name, parameter, _ in self.learning:
                parameter.copy_(kept.tensors["network"][name])
        self.losses.load_state_dict(kept.tensors["losses"])
        restore_optimiser(self.optimiser, self.names, kept.tensors["optimiser"])
        average, best = (
            {name: tensor.to(self.group.device) for name, tensor in kept.tensors[group].items()}
            for group in ("average", "best")
        )
        return State(
            kept.step, average, best, told["best_score"], told["best_epoch"], told["loss_sum"], list(told["history"])
        )


def as_json(told_of: StyleConfig | Preprocessing) -> dict[str, Any]:
    """The dataclass as it comes back from a checkpoint's JSON, where tuples are lists."""
    told: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(told_of)))
    return told


# -- validation --------------------------------------------------------------------------------------------------------


def validation_score(measured: Measured) -> float:
    """What early stopping maximises: the mean over the three questions of ``validate``, those that could be asked."""
    told = [measured[name] for name in ("recall@10", "itself@1", "category mAP@R") if name in measured]
    return float(np.mean(told)) if told else 0.0


def validate(training: Training, tensors: Tensors) -> Measured:
    """Measure the network with ``tensors`` in it on the validation items, which find each other.

    ``recall@k``: another colour of the same garment. ``itself@1``: a distorted view finds its own item. ``category
    mAP@R``: items of the same fine category. What no item can be asked is left out.
    """
    rows = training.data.splits["valid"]
    labels = training.data.labels.rows(rows)
    views = [embed(training, tensors, rows, view) for view in range(training.inputs.views)]
    measured: Measured = {}
    same = _others(labels.garment)
    if same.any():
        for k in (1, 10):
            measured[f"recall@{k}"] = _mean(partial(recall_at_k, k=k), views[0], views[0], same, leave_out=True)
    if views[1:]:
        itself = np.eye(len(rows), dtype=bool)
        scores = [_mean(partial(recall_at_k, k=1), view, views[0], itself) for view in views[1:]]
        measured["itself@1"] = float(np.mean(scores))
    if (alike := _others(labels.category)).any():
        measured["category mAP@R"] = _mean(average_precision_at_r, views[0], views[0], alike, leave_out=True)
    return measured


def embed(training: Training, tensors: Tensors, rows: Codes, view: int = 0) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Embeddings (N, D) float32 of unit norm of items ``rows``, by the network with ``tensors`` in it."""
    made = []
    with torch.no_grad():
        for start in range(0, len(rows), EMBED_ROWS):
            batch = training.inputs.view(rows[start : start + EMBED_ROWS], view).to(training.group.device)
            made.append(F.normalize(functional_call(training.network, tensors, (batch,)).float()).cpu().numpy())
    return np.concatenate(made)


def _others(codes: Codes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(N, N) bool: which other rows have the same known code."""
    same: np.ndarray[Any, np.dtype[np.bool_]] = (codes[:, None] == codes) & (codes >= 0)
    np.fill_diagonal(same, False)
    return same


def _mean(
    measure: Callable[..., np.ndarray[Any, np.dtype[np.float64]]],
    queries: np.ndarray[Any, np.dtype[np.float32]],
    vectors: np.ndarray[Any, np.dtype[np.float32]],
    relevant: np.ndarray[Any, np.dtype[np.bool_]],
    *,
    leave_out: bool = False,
) -> float:
    """The mean of ``measure`` over the queries that have a right answer; ``leave_out`` takes a query out of its own."""
    similarities = queries @ vectors.T
    if leave_out:
        np.fill_diagonal(similarities, -np.inf)
    asked = relevant.any(axis=1)
    return float(measure(similarities[asked], relevant[asked]).mean())


__all__ = ["Measured", "TrainReport", "Training", "TrainingSet", "embed", "validate", "validation_score"]
