"""Checkpoints and the rule of resuming, the same for every training.

A checkpoint is one safetensors file, replaced atomically; nothing in it is ever unpickled. Each tensor's name begins
with its group (``network.``, ``average.``, ``best.``, ``optimiser.``, …). The file's header holds three JSON values:

``step``       how many steps, or epochs, are done
``identity``   what determines the training: its configuration, and digests of what it learns from
``progress``   the rest: the history of epochs, the best one so far

The rule: **the same command resumes.** A training whose identity differs from the checkpoint's in its folder is
refused with a message that names what has changed; ``--restart`` deletes the checkpoint first. What is random depends
on the seed and the step alone; the state of PyTorch's generator is saved and restored nevertheless.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from deepstyle.errors import DataError, UsageError
from deepstyle.files import write_atomic

CHECKPOINT_FILE: Final = "checkpoint.safetensors"
RANDOM_GROUP: Final = "random"
REMEDY: Final = "Add --restart to train again from the start, or train into another folder."
OLD_IDENTITY: Final = ("config", "data_sha256", "weights_sha256", "preprocessing")
"""Keys of the earlier format of style checkpoints, which held them all under ``told``."""

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training after ``step`` steps: ``tensors`` by group and name; ``identity`` and ``progress`` are JSON."""

    step: int
    tensors: dict[str, Tensors]
    identity: dict[str, Any]
    progress: dict[str, Any] = field(default_factory=dict)


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Replace the checkpoint in ``folder``, atomically."""
    groups = {**checkpoint.tensors, RANDOM_GROUP: {"torch": torch.get_rng_state()}}
    flat = {
        f"{group}.{name}": tensor.detach().cpu().contiguous().clone()
        for group, tensors in groups.items()
        for name, tensor in tensors.items()
    }
    header = {"step": checkpoint.step, "identity": checkpoint.identity, "progress": checkpoint.progress}
    metadata = {name: json.dumps(value) for name, value in header.items()}
    write_atomic(folder / CHECKPOINT_FILE, save(flat, metadata=metadata))


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The checkpoint in ``folder``, ``None`` where there is none; raises ``DataError`` where it cannot be read."""
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return None
    tensors: dict[str, Tensors] = {}
    try:
        with safe_open(path, "pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            for key in file.keys():  # noqa: SIM118 (no mapping)
                group, _, name = key.partition(".")
                tensors.setdefault(group, {})[name] = file.get_tensor(key)
        identity, progress = _read_header(metadata)
        return Checkpoint(int(metadata["step"]), tensors, identity, progress)
    except KeyError as error:
        raise DataError(f"{path} has no {error}: an earlier version wrote it.", remedy=REMEDY) from error
    except (SafetensorError, OSError, ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error


def resume(folder: Path, identity: Mapping[str, Any]) -> Checkpoint | None:
    """The checkpoint to go on from, ``None`` to start; restores the random state.

    Raises ``UsageError`` where the checkpoint is of another training, ``DataError`` where it cannot be read.
    """
    checkpoint = read_checkpoint(folder)
    if checkpoint is None:
        return None
    if changes := list(_changes(checkpoint.identity, identity)):
        raise UsageError(f"{folder} holds a training that differs: {'; '.join(changes)}.", remedy=REMEDY)
    if RANDOM_GROUP in checkpoint.tensors:
        torch.set_rng_state(checkpoint.tensors[RANDOM_GROUP]["torch"])
    return checkpoint


def discard_checkpoint(folder: Path) -> None:
    """Delete the checkpoint in ``folder``, if there is one."""
    (folder / CHECKPOINT_FILE).unlink(missing_ok=True)


def restore_parameters(parameters: Mapping[str, nn.Parameter], tensors: Tensors) -> None:
    """Copy ``tensors`` into the ``parameters`` of the same names."""
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])


def optimiser_tensors(optimiser: torch.optim.Optimizer, names: list[str]) -> Tensors:
    """The moments and step counts of each parameter, by ``NAME/KEY``; ``names`` in the optimiser's order."""
    state = optimiser.state_dict()["state"]
    return {f"{names[index]}/{key}": tensor for index, values in state.items() for key, tensor in values.items()}


def restore_optimiser(optimiser: torch.optim.Optimizer, names: list[str], tensors: Tensors) -> None:
    """Restore what ``optimiser_tensors`` returned; learning rates are a function of the step and are not saved."""
    numbers = {name: index for index, name in enumerate(names)}
    state: dict[int, dict[str, Tensor]] = {}
    for path, tensor in tensors.items():
        name, _, key = path.rpartition("/")
        state.setdefault(numbers[name], {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def _read_header(metadata: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """``identity`` and ``progress``, also from the earlier format of style trainings."""
    if "told" in metadata:
        old = dict(json.loads(metadata["told"]))
        return {name: old.pop(name) for name in OLD_IDENTITY if name in old}, old
    return dict(json.loads(metadata["identity"])), dict(json.loads(metadata["progress"]))


def _changes(saved: Any, current: Any, name: str = "") -> Iterator[str]:
    """What differs, by its path: ``config.optimiser.seed was 0 and is 3``."""
    if isinstance(saved, Mapping) and isinstance(current, Mapping):
        for key in {**saved, **current}:
            yield from _changes(saved.get(key), current.get(key), f"{name}.{key}" if name else key)
    elif saved != current:
        yield f"{name} was {_shortened(saved)} and is {_shortened(current)}"


def _shortened(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:12]}…"
