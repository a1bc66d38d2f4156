"""int8 serves only where it finds what fp32 finds."""

import numpy as np
import pytest

from deepstyle.errors import DataError, ModelError
from deepstyle.learning.style import quantise
from deepstyle.learning.style.quantise import Gate, embed_with_crops, measure_gate, quantise_model
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import INT8_FOLDER, ensure_model, verify_model
from tests.style.tiny import write_tiny_model

pytestmark = pytest.mark.filterwarnings("default")  # nncf and onnx deprecate parts of each other


def blobs(count):
    """Smooth random pictures (24, 24, 3) that differ enough to have neighbours."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (count, 4, 4, 3))
    return list(np.kron(coarse, np.ones((1, 6, 6, 1), np.int64)).astype(np.uint8))


@pytest.fixture(scope="module")
def pictures():
    return blobs(600)


@pytest.fixture
def model(tmp_path, monkeypatch):
    """The tiny model; with its one convolution in fp32, nothing would be int8."""
    monkeypatch.setattr(quantise, "FIRST_LAYERS_KEPT", (0,))
    write_tiny_model(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_that_passes_is_taken_by_auto_and_says_what_was_measured(model, pictures, monkeypatch):
    monkeypatch.setattr(quantise, "OVERLAP_AT_LEAST", 0.5)
    monkeypatch.setattr(quantise, "RECALL_LOSS_AT_MOST", 0.1)
    spec = quantise_model(model, pictures)
    folder = ensure_model(str(model), model, "auto")
    assert folder == model / INT8_FOLDER
    assert verify_model(folder) == spec
    assert spec.precision == "int8"
    assert spec.fingerprint != verify_model(model).fingerprint
    assert spec.metrics["int8_held_out_images"] == 400
    assert spec.metrics["int8_top10_overlap"] >= 0.5
    result = measure_gate(*(embed_with_crops(Encoder.open(path), pictures[:100]) for path in (model, folder)))
    assert 0.5 < result.overlap < 1.0  # eight bits are not the same numbers


def test_a_model_that_fails_is_refused_with_its_figures_and_what_served_stays(model, pictures, monkeypatch):
    write_tiny_model(model / INT8_FOLDER, seed=1)
    before = verify_model(model / INT8_FOLDER)
    monkeypatch.setattr(quantise, "OVERLAP_AT_LEAST", 1.01)
    with pytest.raises(ModelError, match=r"int8 is refused: top-10 overlap [01]\.\d+ .*recall@10 .*400 held-out"):
        quantise_model(model, pictures)
    assert verify_model(model / INT8_FOLDER) == before
    assert sorted(entry.name for entry in model.iterdir()) == ["int8", "model.onnx", "spec.json"]


def test_too_few_pictures_prove_nothing(model, pictures):
    with pytest.raises(DataError, match="needs 500 images, and there are 499"):
        quantise_model(model, pictures[:499])


def test_a_model_agrees_with_itself(model, pictures):
    embedded = embed_with_crops(Encoder.open(model), pictures[:60])
    gate = measure_gate(embedded, embedded)
    assert (gate.overlap, gate.recall_float - gate.recall_int8, gate.passed) == (1.0, 0.0, True)


def test_another_model_does_not_pass(model, tmp_path, pictures):
    write_tiny_model(tmp_path / "other", seed=5)
    models = Encoder.open(model), Encoder.open(tmp_path / "other")
    gate = measure_gate(*(embed_with_crops(encoder, pictures[:200]) for encoder in models))
    assert gate.overlap < 0.9
    assert not gate.passed


@pytest.mark.parametrize(
    ("overlap", "loss", "passed"), [(0.95, 0.004, True), (0.949, 0.0, False), (1.0, 0.006, False), (1.0, -0.1, True)]
)
def test_the_gate_is_the_one_that_is_documented(overlap, loss, passed):
    assert Gate(overlap, 1.0, 1.0 - loss, 300).passed is passed


def test_usage_reports_of_the_tools_are_off():
    import subprocess
    import sys

    code = (
        "from deepstyle.learning.style.quantise import _import_quietly; _import_quietly();"
        "from nncf.telemetry import wrapper; print(type(wrapper.telemetry).__name__, hasattr(wrapper, 'Telemetry'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-2:] == ["MagicMock", "False"]
