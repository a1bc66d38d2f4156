"""The serving head against loops in float64 and against torch, and every defect of its folder."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import PACKAGED, SPEC_FILE, WEIGHTS_FILE, Head, HeadSpec, HeadWeights
from deepstyle.errors import FingerprintMismatchError, ModelError
from deepstyle.learning.compatibility.config import TrainConfig
from deepstyle.learning.compatibility.data import Standardiser
from deepstyle.learning.compatibility.network import SiameseBranch
from tests.compatibility.tiny import naive_projection, tiny_head_weights, write_tiny_head

FEATURES = 12


def test_projection_equals_the_loops(tmp_path: Path) -> None:
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


def test_the_cosine_is_the_mean_of_the_members_cosines(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "backbone", FEATURES)
    one, other = Head.open(tmp_path).project(np.random.default_rng(2).standard_normal((2, FEATURES)))
    parts = [
        (a / np.linalg.norm(a), b / np.linalg.norm(b))
        for a, b in zip(one.reshape(2, -1), other.reshape(2, -1), strict=True)
    ]
    assert one @ other == pytest.approx(np.mean([a @ b for a, b in parts]), abs=1e-5)


def test_serving_equals_the_trained_network() -> None:
    torch.manual_seed(0)
    features = np.random.default_rng(3).standard_normal((50, FEATURES)).astype(np.float32) * 3 + 1
    network = SiameseBranch(FEATURES, TrainConfig(members=3, hidden_dim=8, embedding_dim=4))
    standardise = Standardiser(features)
    tensors = {name: value.detach().numpy() for name, value in network.named_parameters()}
    weights = HeadWeights(standardise.mean, standardise.std, **tensors)
    spec = spec_of(FEATURES, 12)
    np.testing.assert_allclose(
        Head(spec, weights).project(features), network.embed(torch.from_numpy(standardise(features))).numpy(), atol=1e-5
    )


def test_the_file_keeps_its_tensor_names(tmp_path: Path) -> None:
    write_tiny_head(tmp_path, "backbone", FEATURES)
    names = {"mean", "deviation", "hidden", "hidden_bias", "out", "out_bias"}
    assert set(load_file(tmp_path / WEIGHTS_FILE)) == set(load_file(PACKAGED / "lite2" / WEIGHTS_FILE)) == names


def spec_of(features_dim: int, embedding_dim: int) -> HeadSpec:
    return HeadSpec("backbone", features_dim, embedding_dim, "", Calibration(), Calibration())


def test_features_that_are_not_finite_are_an_error(tmp_path: Path) -> None:
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
    spec = json.loads((tmp_path / SPEC_FILE).read_text())
    (tmp_path / SPEC_FILE).write_text(json.dumps({**spec, "features_dim": 13}))
    with pytest.raises(ModelError, match="tensors of other shapes"):
        Head.open(tmp_path)
    (tmp_path / SPEC_FILE).write_text(json.dumps({**spec, "colour": "red"}))
    with pytest.raises(ModelError, match="colour"):
        Head.open(tmp_path)
    (tmp_path / SPEC_FILE).write_text(json.dumps(spec))
    data = bytearray((tmp_path / WEIGHTS_FILE).read_bytes())
    data[-1] ^= 1
    (tmp_path / WEIGHTS_FILE).write_bytes(bytes(data))
    with pytest.raises(ModelError, match="altered"):
        Head.open(tmp_path)
    (tmp_path / WEIGHTS_FILE).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        Head.open(tmp_path)
