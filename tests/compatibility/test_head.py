"""The head that serves against loops in float64 and against torch, and every way in which its folder can be wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import SPEC_FILE, WEIGHTS_FILE, Head, HeadSpec
from deepstyle.errors import FingerprintMismatchError, ModelError
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.network import SiameseBranch, Standardiser
from tests.compatibility.tiny import naive_projection, tiny_head_weights, write_tiny_head

FEATURES = 12


def test_projects_as_the_loops_do(tmp_path: Path) -> None:
    spec = write_tiny_head(tmp_path, "backbone", FEATURES, outfits=(("a", "b"),))
    head = Head.open(tmp_path)
    features = np.random.default_rng(1).standard_normal((7, FEATURES)) * 20
    vectors = head.project(features)
    assert vectors.dtype == np.float32
    expected = [naive_projection(row, tiny_head_weights(FEATURES)) for row in features]
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert head.fingerprint == spec.fingerprint
    assert head.outfits == (("a", "b"),)


def test_cosine_is_the_mean_of_the_members_cosines(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "backbone", FEATURES)
    one, other = Head.open(tmp_path).project(np.random.default_rng(2).standard_normal((2, FEATURES)))
    parts = [
        (a / np.linalg.norm(a), b / np.linalg.norm(b))
        for a, b in zip(one.reshape(2, -1), other.reshape(2, -1), strict=True)
    ]
    assert one @ other == pytest.approx(np.mean([a @ b for a, b in parts]), abs=1e-5)


def test_serves_what_was_trained() -> None:
    torch.manual_seed(0)
    features = np.random.default_rng(3).standard_normal((50, FEATURES)).astype(np.float32) * 3 + 1
    network = SiameseBranch(FEATURES, TrainConfig(members=3, hidden_dim=8, embedding_dim=4))
    standardise = Standardiser(features)
    weights = standardise.weights({name: value.detach() for name, value in network.named_parameters()})
    spec = spec_of(FEATURES, 12)
    np.testing.assert_allclose(
        Head(spec, weights).project(features), network.embed(standardise(features)).numpy(), atol=1e-5
    )


def spec_of(features_dim: int, embedding_dim: int) -> HeadSpec:
    return HeadSpec("backbone", features_dim, embedding_dim, "", Calibration(), Calibration())


def test_dead_features_are_an_error_not_a_nan(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "backbone", FEATURES)
    with pytest.raises(ModelError, match="not finite"):
        Head.open(tmp_path).project(np.full((1, FEATURES), np.nan))


def test_another_backbone_is_refused(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "backbone", FEATURES)
    Head.open(tmp_path).check_backbone("backbone")
    with pytest.raises(FingerprintMismatchError, match="other"):
        Head.open(tmp_path).check_backbone("other")


def test_broken_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=SPEC_FILE):
        Head.open(tmp_path)
    write_tiny_head(tmp_path, "backbone", FEATURES)
    told = json.loads((tmp_path / SPEC_FILE).read_text())
    (tmp_path / SPEC_FILE).write_text(json.dumps({**told, "features_dim": 13}))
    with pytest.raises(ModelError, match="other shapes"):
        Head.open(tmp_path)
    (tmp_path / SPEC_FILE).write_text(json.dumps({**told, "colour": "red"}))
    with pytest.raises(ModelError, match="colour"):
        Head.open(tmp_path)
    (tmp_path / SPEC_FILE).write_text(json.dumps(told))
    data = bytearray((tmp_path / WEIGHTS_FILE).read_bytes())
    data[-1] ^= 1
    (tmp_path / WEIGHTS_FILE).write_bytes(bytes(data))
    with pytest.raises(ModelError, match="altered"):
        Head.open(tmp_path)
    (tmp_path / WEIGHTS_FILE).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        Head.open(tmp_path)
