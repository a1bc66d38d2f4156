"""The rule of resuming, for every kind of training: killed and run again, it ends as one that was not killed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from deepstyle.errors import DataError, UsageError
from deepstyle.learning.checkpoint import (
    CHECKPOINT_FILE,
    Checkpoint,
    discard_checkpoint,
    read_checkpoint,
    resume,
    write_checkpoint,
)
from deepstyle.learning.compatibility import numpy_train, train
from deepstyle.learning.compatibility.run import Train
from deepstyle.learning.torch_state import restored_tensors, saved_arrays
from tests.learning.compatibility.world import CONFIG, world
from tests.learning.style.training import run_quietly, tiny_config, tiny_training


class KilledError(Exception):
    """Stands for a kill: nothing after it runs."""


@dataclass(frozen=True)
class Kind:
    """A kind of training: ``run`` in a folder, which may be killed after ``units`` of progress."""

    run: Callable[..., list[dict[str, Any]]]
    units: int
    seed_path: str


def run_style(
    folder: Path,
    *,
    kill_after: int = 0,
    seed: int = 0,
    other_data: bool = False,
    losses: Mapping[str, float] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    config = tiny_config(optimiser={"seed": seed}, losses=dict(losses))
    training = tiny_training(folder, config, sha256="other" if other_data else "data")
    done = 0

    def on_step(step: int, steps: int, loss: float) -> None:
        nonlocal done
        done += 1
        if done == kill_after:
            raise KilledError

    return list(training.run(on_step, lambda metrics, step: None).history)


def run_compat(
    train: Train, folder: Path, *, kill_after: int = 0, seed: int = 0, other_data: bool = False
) -> list[dict[str, Any]]:
    done = 0

    def on_epoch(epoch: object) -> None:
        nonlocal done
        done += 1
        if done == kill_after:
            raise KilledError

    config = replace(CONFIG, seed=seed, average=0.0)
    trained = train(world(1 if other_data else 0), config, folder=folder, on_epoch=on_epoch, on_step=lambda *_: None)
    return [{"loss": epoch.loss, "auc": epoch.auc} for epoch in trained.epochs]


EVERY_LOSS = {"proxy": 0.1, "triplet": 0.5, "colour_head": 0.1, "brand_head": 0.1}
KINDS = {
    "style": Kind(run_style, units=3, seed_path=r"config\.optimiser\.seed"),
    "style, every loss": Kind(partial(run_style, losses=EVERY_LOSS), units=4, seed_path=r"config\.optimiser\.seed"),
    "compat": Kind(partial(run_compat, train.train), units=1, seed_path=r"config\.seed"),
    "compat, NumPy": Kind(partial(run_compat, numpy_train.train), units=1, seed_path=r"config\.seed"),
}


@pytest.fixture(params=KINDS.values(), ids=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


def test_killed_again_and_again_it_ends_the_same(kind: Kind, tmp_path: Path) -> None:
    whole = kind.run(tmp_path / "whole")
    kills = 0
    for _ in range(20):
        try:
            resumed = kind.run(tmp_path / "killed", kill_after=kind.units)
            break
        except KilledError:
            kills += 1
            torch.manual_seed(kills)  # another process has another random state
    assert kills >= 3
    for one, other in zip(resumed, whole, strict=True):
        assert one == pytest.approx(other, rel=1e-5)
    ends = [read_checkpoint(tmp_path / name) for name in ("whole", "killed")]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0].step == ends[1].step
    assert ends[0].identity == ends[1].identity
    for group, arrays in ends[0].arrays.items():
        for name, array in arrays.items():
            np.testing.assert_allclose(ends[1].arrays[group][name], array, rtol=1e-5, atol=1e-6)


def test_a_finished_training_is_not_run_again(kind: Kind, tmp_path: Path) -> None:
    first = kind.run(tmp_path)
    content = (tmp_path / CHECKPOINT_FILE).read_bytes()
    assert kind.run(tmp_path) == first
    assert (tmp_path / CHECKPOINT_FILE).read_bytes() == content


def test_another_training_is_refused_until_its_checkpoint_is_discarded(kind: Kind, tmp_path: Path) -> None:
    kind.run(tmp_path)
    with pytest.raises(UsageError, match=kind.seed_path + r" was 0 and is 3.*--restart"):
        kind.run(tmp_path, seed=3)
    with pytest.raises(UsageError, match=r"data_sha256 was .* and is .*--restart"):
        kind.run(tmp_path, other_data=True)
    discard_checkpoint(tmp_path)
    kind.run(tmp_path, seed=3)
    discard_checkpoint(tmp_path)
    discard_checkpoint(tmp_path)


def test_half_a_file_is_refused(kind: Kind, tmp_path: Path) -> None:
    kind.run(tmp_path)
    path = tmp_path / CHECKPOINT_FILE
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match=r"checkpoint\.safetensors cannot be read.*--restart"):
        kind.run(tmp_path)


def test_a_checkpoint_holds_everything(kind: Kind, tmp_path: Path) -> None:
    kind.run(tmp_path)
    with safe_open(tmp_path / CHECKPOINT_FILE, "pt") as file:
        header = {name: json.loads(value) for name, value in file.metadata().items()}
        groups = {name.partition(".")[0] for name in file.keys()}  # noqa: SIM118
    assert header["step"] > 0
    assert {"config", "data_sha256"} <= header["identity"].keys()
    assert header["progress"]
    assert {"network", "best", "optimiser"} <= groups


def test_the_random_state_is_restored(tmp_path: Path) -> None:
    write_checkpoint(Checkpoint(1, saved_arrays({}), {"config": {}}), tmp_path)
    expected = torch.rand(3)
    torch.manual_seed(99)
    checkpoint = resume(tmp_path, {"config": {}})
    assert checkpoint is not None
    assert restored_tensors(checkpoint) == {}
    torch.testing.assert_close(torch.rand(3), expected)
    assert resume(tmp_path / "empty", {"config": {}}) is None


def in_earlier_format(folder: Path) -> None:
    """Rewrite a style training's checkpoint as an earlier version wrote it."""
    path = folder / CHECKPOINT_FILE
    with safe_open(path, "pt") as file:
        header = {name: json.loads(value) for name, value in file.metadata().items()}
    tensors = {name: tensor for name, tensor in load_file(path).items() if not name.startswith("random.")}
    result = json.dumps({**header["identity"], **header["progress"]})
    save_file(tensors, path, {"step": str(header["step"]), "told": result})


def test_a_style_training_in_the_earlier_format_resumes(tmp_path: Path) -> None:
    whole = run_style(tmp_path / "whole")
    with pytest.raises(KilledError):
        run_style(tmp_path / "old", kill_after=7)
    in_earlier_format(tmp_path / "old")
    for one, other in zip(run_style(tmp_path / "old"), whole, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_a_compat_training_in_the_earlier_format_is_refused(tmp_path: Path) -> None:
    save_file({"network.hidden": torch.zeros(2)}, tmp_path / CHECKPOINT_FILE, {"key": "abc", "epochs": "[]"})
    with pytest.raises(DataError, match=r"an earlier version wrote it.*--restart"):
        run_compat(train.train, tmp_path)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    torch.save({"step": np.int64(1)}, tmp_path / CHECKPOINT_FILE)
    with pytest.raises(DataError, match="cannot be read"):
        read_checkpoint(tmp_path)


def test_a_finished_style_training_reports_the_same(tmp_path: Path) -> None:
    assert run_quietly(tiny_training(tmp_path)) == run_quietly(tiny_training(tmp_path))
