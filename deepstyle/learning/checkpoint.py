"""Checkpoints: one safetensors file, replaced atomically; nothing in it is ever unpickled.

Tensors carry a prefix that says what they belong to (``network.``, ``average.``, ``best.``, ``losses.``,
``optimiser.``); the rest (step, history, configuration) is JSON in the file's own header.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from deepstyle.errors import DataError
from deepstyle.files import write_atomic

CHECKPOINT_FILE: Final = "checkpoint.safetensors"
GROUPS: Final = ("network", "average", "best", "losses", "optimiser")

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training after ``step`` steps: ``tensors`` by group and name, ``told`` whatever JSON can hold."""

    step: int
    tensors: dict[str, Tensors]
    told: dict[str, Any]


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Replace the checkpoint in ``folder``, atomically."""
    flat = {
        f"{group}.{name}": tensor.detach().cpu().contiguous().clone()
        for group, tensors in checkpoint.tensors.items()
        for name, tensor in tensors.items()
    }
    told = {"step": str(checkpoint.step), "told": json.dumps(checkpoint.told)}
    write_atomic(folder / CHECKPOINT_FILE, save(flat, metadata=told))


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The checkpoint in ``folder``, ``None`` where there is none; raises ``DataError`` where it cannot be read."""
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return None
    tensors: dict[str, Tensors] = {group: {} for group in GROUPS}
    try:
        with safe_open(path, "pt") as file:
            told: dict[str, str] = file.metadata() or {}
            for key in file.keys():  # noqa: SIM118 (no mapping)
                group, _, name = key.partition(".")
                tensors[group][name] = file.get_tensor(key)
        return Checkpoint(int(told["step"]), tensors, dict(json.loads(told["told"])))
    except (SafetensorError, OSError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy="Delete it and train again.") from error


def optimiser_tensors(optimiser: torch.optim.Optimizer, names: list[str]) -> Tensors:
    """The moments and step counts of each parameter, by ``NAME/KEY``; ``names`` in the optimiser's order."""
    state = optimiser.state_dict()["state"]
    return {f"{names[index]}/{key}": tensor for index, kept in state.items() for key, tensor in kept.items()}


def restore_optimiser(optimiser: torch.optim.Optimizer, names: list[str], tensors: Tensors) -> None:
    """Put back what ``optimiser_tensors`` gave; learning rates are a function of the step and are not kept."""
    numbers = {name: index for index, name in enumerate(names)}
    state: dict[int, dict[str, Tensor]] = {}
    for path, tensor in tensors.items():
        name, _, key = path.rpartition("/")
        state.setdefault(numbers[name], {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
