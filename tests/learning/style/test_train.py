"""The loop: it learns, it resumes exactly, several processes equal one, and stages are frozen until their epoch."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from deepstyle.errors import ModelError, UsageError
from deepstyle.images.pixels import read_image
from deepstyle.learning.checkpoint import CHECKPOINT_FILE, read_checkpoint
from deepstyle.learning.style.discriminant import category_directions, discriminant_head, within_scatter
from deepstyle.learning.style.distributed import Group
from deepstyle.learning.style.inputs import PictureInputs
from deepstyle.learning.torch_state import restored_tensors
from deepstyle.store import Entry, open_store
from deepstyle.style.spec import Preprocessing
from tests.images.pictures import photo, save
from tests.learning.style.training import (
    FEATURES,
    PREPROCESSING,
    run_quietly,
    tiny_config,
    tiny_features,
    tiny_items,
    tiny_training,
)

LONG = {"optimiser": {"epochs": 30, "learning_rate": 0.02}}


def weights(training) -> dict[str, torch.Tensor]:
    return {name: parameter.detach().clone() for name, parameter, _ in training.learning}


def test_training_lifts_what_it_is_for(tmp_path: Path) -> None:
    training = tiny_training(tmp_path, tiny_config(**LONG))
    before = training.validate(weights(training))
    report = run_quietly(training)
    assert report.validation["recall@1"] > before["recall@1"] + 0.2
    assert report.history[-1]["loss"] < report.history[0]["loss"]


def test_the_best_epoch_is_kept(tmp_path: Path) -> None:
    training = tiny_training(tmp_path, tiny_config(**LONG))
    report = run_quietly(training)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint is not None
    metrics = training.validate(restored_tensors(checkpoint)["best"])
    assert metrics["recall@1"] == report.validation["recall@1"]
    assert report.validation["score"] == max(epoch["score"] for epoch in report.history)


VICTIM = """
import sys, time
from pathlib import Path
from tests.learning.style.training import tiny_config, tiny_training
training = tiny_training(Path(sys.argv[1]), tiny_config(optimiser={"epochs": 40}))
training.run(lambda step, steps, loss: time.sleep(0.01), lambda metrics, step: None)
"""


def test_killed_by_the_system_it_ends_the_same(tmp_path: Path) -> None:
    """The real thing, twice: SIGKILL as soon as a new checkpoint is there (bench/kill_train.py does it at random)."""
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    victim = [sys.executable, "-c", VICTIM, str(tmp_path / "killed")]
    path = tmp_path / "killed" / CHECKPOINT_FILE
    reached = [0]
    for _ in range(2):
        before = path.stat().st_mtime_ns if path.exists() else 0
        with subprocess.Popen(victim, env=environment, cwd=root) as process:
            while process.poll() is None and (path.stat().st_mtime_ns if path.exists() else 0) == before:
                time.sleep(0.005)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        checkpoint = read_checkpoint(tmp_path / "killed")
        assert checkpoint is not None
        reached.append(checkpoint.step)
    assert reached == sorted(set(reached))
    config = tiny_config(optimiser={"epochs": 40})
    torn, whole = (run_quietly(tiny_training(tmp_path / name, config)) for name in ("killed", "whole"))
    assert (torn.steps, torn.best_epoch) == (whole.steps, whole.best_epoch)
    for one, other in zip(torn.history, whole.history, strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_other_weights_or_preprocessing_are_refused(tmp_path: Path) -> None:
    run_quietly(tiny_training(tmp_path))
    wider = replace(PREPROCESSING, width_px=PREPROCESSING.width_px + 1)
    with pytest.raises(UsageError, match=r"preprocessing\.width_px was"):
        run_quietly(tiny_training(tmp_path, preprocessing=wider))
    with pytest.raises(UsageError, match=r"weights_sha256 was \"weights\" and is \"others\""):
        run_quietly(tiny_training(tmp_path, weights_sha256="others"))


def test_patience(tmp_path: Path) -> None:
    tables = {"optimiser": {"epochs": 50, "learning_rate": 1e-9}, "stop": {"patience": 3}}
    report = run_quietly(tiny_training(tmp_path, tiny_config(**tables)))
    assert report.stopped_early
    assert report.epochs == report.best_epoch + 3


def test_accumulated_batches_make_one_step(tmp_path: Path) -> None:
    """The gradient of a step is the mean of its batches' gradients."""
    one = tiny_training(tmp_path / "one", tiny_config(batch={"accumulate": 2}))
    state = one._started()
    one._step(state)
    got = one.network.head.weight.grad.clone()
    naive = tiny_training(tmp_path / "naive")
    total = (naive._loss(0) + naive._loss(1)) / 2
    total.backward()
    torch.testing.assert_close(got, naive.network.head.weight.grad)


def test_the_average_follows_the_weights_as_its_formula_says(tmp_path: Path) -> None:
    training = tiny_training(tmp_path, tiny_config(optimiser={"ema_decay": 0.5, "learning_rate": 0.1}))
    state = training._started()
    expected = {name: tensor.double() for name, tensor in weights(training).items()}
    for step in range(12):
        training._step(state)
        decay = min(0.5, (1 + step) / (10 + step))
        for name, tensor in weights(training).items():
            expected[name] = decay * expected[name] + (1 - decay) * tensor.double()
        state.step += 1
    for name, tensor in state.average.items():
        torch.testing.assert_close(tensor.double(), expected[name], rtol=1e-4, atol=1e-6)
        assert not torch.allclose(tensor, weights(training)[name])


def test_a_cpu_computes_in_full_precision(tmp_path: Path) -> None:
    assert not tiny_training(tmp_path, tiny_config(optimiser={"amp": True}))._precision()._enabled


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_learns_in_bfloat16(tmp_path: Path) -> None:
    group = Group(0, 1, torch.device("cuda"))
    training = tiny_training(tmp_path, tiny_config(**LONG), group=group)
    assert training._precision()._enabled
    report = run_quietly(training)
    assert report.history[-1]["loss"] < report.history[0]["loss"]


def test_a_loss_that_is_not_finite_stops_it(tmp_path: Path) -> None:
    training = tiny_training(tmp_path)
    with torch.no_grad():
        training.network.head.weight.fill_(float("nan"))
    with pytest.raises(ModelError, match="loss"):
        run_quietly(training)


def test_learning_rates(tmp_path: Path) -> None:
    training = tiny_training(tmp_path, tiny_config(optimiser={"learning_rate": 1.0, "warmup_steps": 4}))
    rates = []
    for step in range(training.steps):
        training._set_learning_rates(step)
        rates.append(training.optimiser.param_groups[0]["lr"])
    assert rates[0] == pytest.approx(0.25)
    assert max(rates) == rates[3]
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[-1] < 0.02


# -- pixels, last stage ------------------------------------------------------------------------------------------------


@pytest.fixture
def picture_store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/pictures.db") as store:
        items = tiny_items()
        store.put([Entry(item, read_image(save(photo(20, 20, seed=n), "PNG"))) for n, item in enumerate(items)])
        yield store


def test_stages_learn_from_their_epoch_on(tmp_path: Path, picture_store) -> None:
    ids = [item.item_id for item in tiny_items()]
    preprocessing = Preprocessing(17, 17, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    config = tiny_config(
        model={"part": "whole", "unfreeze_epochs": [1, 2]}, optimiser={"epochs": 3, "steps_per_epoch": 2}
    )
    training = tiny_training(tmp_path / "run", config, inputs=PictureInputs(picture_store, ids, preprocessing, 2))
    names = ("head.weight", "backbone.high.weight", "backbone.low.weight")
    seen = [weights(training)]

    def on_epoch(metrics: dict[str, float], step: int) -> None:
        seen.append(weights(training))

    training.run(lambda step, steps, loss: None, on_epoch)
    moved = [[not torch.equal(a[name], b[name]) for name in names] for a, b in itertools.pairwise(seen)]
    assert moved == [[True, False, False], [True, True, False], [True, True, True]]


def test_last_stage_from_its_cached_input_is_the_whole_network(tmp_path: Path) -> None:
    """Gradients of the last stage are those of the whole network on the same pixels."""
    training = tiny_training(tmp_path, tiny_config(model={"part": "last-stage"}))
    network, pixels = training.network, torch.randn(3, 3, 16, 16)
    network(network.backbone.forward_trunk(pixels).flatten(1)).square().sum().backward()
    cached = network.backbone.high.weight.grad.clone()
    network.zero_grad()
    network.part = "whole"
    network(pixels).square().sum().backward()
    torch.testing.assert_close(cached, network.backbone.high.weight.grad)


def test_embeddings_have_unit_norm(tmp_path: Path) -> None:
    training = tiny_training(tmp_path)
    embeddings = training.embed(weights(training), np.arange(70), 1)
    assert embeddings.shape == (70, 8)
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, rtol=1e-5)


# -- several processes -------------------------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from deepstyle.learning.style.distributed import join_group, leave_group
from tests.learning.style.training import run_quietly, tiny_config, tiny_training
group = join_group()
config = tiny_config(losses={"proxy": 0.1, "colour_head": 0.1})
run_quietly(tiny_training(Path(sys.argv[1]), config, group=group))
leave_group()
"""


def test_two_processes_are_as_one(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    root = str(Path(__file__).parents[3])
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path / "two")],
            env={**shared, "RANK": str(rank), "PYTHONPATH": root, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
            cwd=root,
        )
        for rank in range(2)
    ]
    assert [child.wait(120) for child in children] == [0, 0]
    run_quietly(tiny_training(tmp_path / "one", tiny_config(losses={"proxy": 0.1, "colour_head": 0.1})))
    one, two = read_checkpoint(tmp_path / "one"), read_checkpoint(tmp_path / "two")
    assert one is not None
    assert two is not None
    for name, tensor in one.arrays["network"].items():
        np.testing.assert_allclose(two.arrays["network"][name], tensor, rtol=1e-3, atol=1e-5)


# -- the start ---------------------------------------------------------------------------------------------------------


def test_within_scatter_by_loops() -> None:
    rng = np.random.default_rng(0)
    features, garments = rng.standard_normal((9, 3)), np.array([0, 0, 1, 1, 1, 2, 3, 3, 4])
    total, freedom = np.zeros((3, 3)), 0
    for garment in set(garments.tolist()):
        rows = features[garments == garment]
        if len(rows) > 1:
            total += sum(np.outer(row - rows.mean(0), row - rows.mean(0)) for row in rows)
            freedom += len(rows) - 1
    np.testing.assert_allclose(within_scatter(features, garments), total / freedom)


def test_discriminants_whiten_what_differs_within_garments() -> None:
    items = tiny_items(60)
    table = tiny_features(items)[0]
    garments, categories = (
        np.array([int(value) for value in values])
        for values in ([item.model_id for item in items], [item.category.removeprefix("kind ") for item in items])
    )
    start = nn.Linear(FEATURES, FEATURES, bias=False)
    nn.init.eye_(start.weight)
    head = discriminant_head(table.features, garments, categories, start, shrinkage=1e-3, category_gain=1)
    with torch.no_grad():
        embeddings = head(torch.from_numpy(np.asarray(table.features))).double().numpy()
    assert np.mean(np.sum(embeddings**2, axis=1)) == pytest.approx(1, rel=1e-3)
    original = np.asarray(table.features, np.float64)
    shares = [np.trace(within_scatter(x, garments)) / np.trace(np.cov(x.T)) for x in (original, embeddings)]
    assert shares[0] > 0.5
    assert shares[1] < 0.2
    longer = discriminant_head(table.features, garments, categories, start, shrinkage=1e-3, category_gain=3)
    apart = category_directions(embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True), categories)
    assert len(apart) == 3
    with torch.no_grad():
        wider = longer(torch.from_numpy(np.asarray(table.features))).double().numpy()
    np.testing.assert_allclose(wider @ apart.T, 3 * embeddings @ apart.T, rtol=1e-3, atol=1e-5)
    rest = np.eye(FEATURES) - apart.T @ apart
    np.testing.assert_allclose(wider @ rest, embeddings @ rest, atol=1e-5)


def test_categories_of_few_pictures_say_nothing() -> None:
    rows = np.random.default_rng(0).standard_normal((5, 4))
    assert len(category_directions(rows, np.array([0, 0, 0, 1, -1]))) == 0
