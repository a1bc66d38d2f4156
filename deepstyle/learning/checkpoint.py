"""Checkpoints and the rule of resuming, the same for every training.

A checkpoint is one safetensors file, replaced atomically; nothing in it is ever unpickled. Each tensor's name begins
with its group (``network.``, ``average.``, ``best.``, ``optimiser.``, …). The file's header holds three JSON values:

``step``       how many steps, or epochs, are done
``identity``   what determines the training: its configuration, and digests of what it learns from
``progress``   the rest: the history of epochs, the best one so far

The rule: **the same command resumes.** A training whose identity differs from the checkpoint's in its folder is
refused with a message that names what has changed; ``--restart`` deletes the checkpoint first. What is random depends
on the seed and the step alone. ``deepstyle.learning.torch_state`` converts what PyTorch trains.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from deepstyle.errors import DataError, UsageError
from deepstyle.files import write_atomic

CHECKPOINT_FILE: Final = "checkpoint.safetensors"
REMEDY: Final = "Add --restart to train again from the start, or train into another folder."
OLD_IDENTITY: Final = ("config", "data_sha256", "weights_sha256", "preprocessing")
"""Keys of the earlier format of style checkpoints, which held them all under ``told``."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training after ``step`` steps: ``arrays`` by group and name; ``identity`` and ``progress`` are JSON."""

    step: int
    arrays: dict[str, Arrays]
    identity: dict[str, Any]
    progress: dict[str, Any] = field(default_factory=dict)


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Replace the checkpoint in ``folder``, atomically."""
    flat = {
        f"{group}.{name}": np.ascontiguousarray(array).reshape(array.shape)
        for group, arrays in checkpoint.arrays.items()
        for name, array in arrays.items()
    }
    header = {"step": checkpoint.step, "identity": checkpoint.identity, "progress": checkpoint.progress}
    metadata = {name: json.dumps(value) for name, value in header.items()}
    write_atomic(folder / CHECKPOINT_FILE, save(flat, metadata=metadata))


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The checkpoint in ``folder``, ``None`` where there is none; raises ``DataError`` where it cannot be read."""
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return None
    arrays: dict[str, Arrays] = {}
    try:
        with safe_open(path, "np") as file:
            metadata: dict[str, str] = file.metadata() or {}
            for key in file.keys():  # noqa: SIM118 (no mapping)
                group, _, name = key.partition(".")
                arrays.setdefault(group, {})[name] = file.get_tensor(key)
        identity, progress = _read_header(metadata)
        return Checkpoint(int(metadata["step"]), arrays, identity, progress)
    except KeyError as error:
        raise DataError(f"{path} has no {error}: an earlier version wrote it.", remedy=REMEDY) from error
    except (SafetensorError, OSError, ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}.", remedy=REMEDY) from error


def resume(folder: Path, identity: Mapping[str, Any]) -> Checkpoint | None:
    """The checkpoint to go on from, ``None`` to start.

    Raises ``UsageError`` where the checkpoint is of another training, ``DataError`` where it cannot be read.
    """
    checkpoint = read_checkpoint(folder)
    if checkpoint is None:
        return None
    if changes := list(_changes(checkpoint.identity, identity)):
        raise UsageError(f"{folder} holds a training that differs: {'; '.join(changes)}.", remedy=REMEDY)
    return checkpoint


def can_resume(folder: Path, identity: Mapping[str, Any]) -> bool:
    """Whether ``resume`` would go on or start, instead of refusing."""
    try:
        resume(folder, identity)
    except (UsageError, DataError):
        return False
    return True


def discard_checkpoint(folder: Path) -> None:
    """Delete the checkpoint in ``folder``, if there is one."""
    (folder / CHECKPOINT_FILE).unlink(missing_ok=True)


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
