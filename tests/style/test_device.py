"""Where the encoder computes: the same vectors everywhere, and a clear error where a device is not there."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from deepstyle.errors import UsageError
from deepstyle.settings import Settings
from deepstyle.style.encoder import Encoder
from tests.style.tiny import write_tiny_model

PICTURES = np.random.default_rng(0).integers(0, 256, (5, 30, 40, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("streams", [1, 2])
def test_onnx_runtime_gives_the_vectors_of_openvino(folder: Path, streams: int) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    provider = "onnxruntime:CPUExecutionProvider"
    theirs = Encoder.open(folder, threads=2, streams=streams, device=provider).encode(list(PICTURES))
    ours = Encoder.open(folder, threads=2, streams=streams).encode(list(PICTURES))
    np.testing.assert_allclose(theirs.embeddings, ours.embeddings, atol=1e-5)
    np.testing.assert_allclose(theirs.features, ours.features, rtol=1e-4, atol=1e-5)


def test_a_provider_that_is_not_there_is_named(folder: Path) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    with pytest.raises(UsageError, match=r"no FooExecutionProvider; it has .*CPUExecutionProvider"):
        Encoder.open(folder, device="onnxruntime:FooExecutionProvider")


def test_a_device_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"no device GPU\.9 here; it finds .*CPU.*DEEPSTYLE_DEVICE"):
        Encoder.open(folder, device="GPU.9")


@pytest.mark.parametrize("device", ["", "cuda", "GPU.", "onnxruntime:", "CPU "])
def test_a_device_of_no_known_form_is_refused(device: str) -> None:
    with pytest.raises(ValidationError, match="device"):
        Settings(device=device)
