"""``train compat``: a checkpoint of another training is refused, unless it is discarded."""

from pathlib import Path

import numpy as np
import pytest

from deepstyle.compatibility.head import OUTFITS_FILE, SPEC_FILE, WEIGHTS_FILE, Head
from deepstyle.errors import UsageError
from deepstyle.learning.checkpoint import CHECKPOINT_FILE, Checkpoint, write_checkpoint
from tests.cli.test_outfits import run, write_catalogue

__all__ = ["run"]  # a fixture

SMALL = "members = 2\nhidden_dim = 8\nembedding_dim = 4\nbatch_size = 8\nepochs = 2\n"


def test_another_training_is_refused_until_restart(run, tmp_path: Path) -> None:
    data = write_catalogue(tmp_path / "styles")
    (tmp_path / "compat.toml").write_text(SMALL)
    folder = tmp_path / "head"
    write_checkpoint(Checkpoint(1, {"network": {"hidden": np.zeros(2)}}, {"config": {"seed": 8}}), folder)
    train = ("train", "compat", data, "--out", folder, "--config", "compat.toml")
    with pytest.raises(UsageError, match=r"config\.seed was 8 and is 0.*--restart"):
        run(*train)
    assert "The head is in" in run(*train, "--restart")
    assert not (folder / CHECKPOINT_FILE).exists()


def test_an_ensemble_is_trained_without_torch(run, tmp_path: Path) -> None:
    data = write_catalogue(tmp_path / "styles")
    (tmp_path / "compat.toml").write_text(SMALL)
    train = ("train", "compat", data, "--config", "compat.toml", "--engine", "numpy")
    run(*train, "--out", "one")
    run(*train, "--out", "three", "--ensemble", "3")
    one, three = Head.open(tmp_path / "one"), Head.open(tmp_path / "three")
    assert three.spec.embedding_dim == 3 * one.spec.embedding_dim
    assert three.spec.training["ensemble"] == 3
    assert sorted(path.name for path in (tmp_path / "three").iterdir()) == sorted(
        [OUTFITS_FILE, SPEC_FILE, WEIGHTS_FILE]
    )
    width = one.spec.embedding_dim
    features = np.random.default_rng(0).standard_normal((4, one.spec.features_dim))
    np.testing.assert_allclose(three.project(features)[:, :width] * 3**0.5, one.project(features), atol=1e-3)
