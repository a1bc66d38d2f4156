"""The serving encoder against the same little network computed by loops, and against damaged model folders."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from deepstyle.errors import ModelError
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import MODEL_FILE
from tests.style.tiny import DIMENSION, FEATURES, HEIGHT_PX, WIDTH_PX, lie_in_spec, naive_embedding, write_tiny_model


def random_pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, HEIGHT_PX, WIDTH_PX, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "tiny")
    return tmp_path / "tiny"


def test_embeddings_and_features_are_those_of_a_naive_network(folder: Path) -> None:
    pictures = random_pictures(3)
    encoded = Encoder.open(folder).encode_prepared(pictures)
    assert encoded.embeddings.shape == (3, DIMENSION) and encoded.embeddings.dtype == np.float32
    assert encoded.features.shape == (3, FEATURES) and encoded.features.dtype == np.float32
    for row, picture in enumerate(pictures):
        embedding, features = naive_embedding(picture)
        np.testing.assert_allclose(encoded.embeddings[row], embedding, atol=2e-5)
        np.testing.assert_allclose(encoded.features[row], features, rtol=2e-4, atol=2e-5)


def test_a_vector_depends_neither_on_neighbours_nor_on_streams(folder: Path) -> None:
    pictures = random_pictures(5)
    together = Encoder.open(folder).encode_prepared(pictures).embeddings
    many_streams = Encoder.open(folder, streams=0)
    alone = np.concatenate([many_streams.encode_prepared(picture[None]).embeddings for picture in pictures])
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("streams", [1, 2])
def test_encode_prepares_pictures_of_any_size(folder: Path, streams: int) -> None:
    encoder = Encoder.open(folder, streams=streams)
    pictures = [np.random.default_rng(0).integers(0, 256, (h, w, 3), np.uint8) for h, w in [(40, 17), (24, 24)]]
    expected = encoder.encode_prepared(np.stack([encoder.prepare(picture) for picture in pictures]))
    np.testing.assert_array_equal(encoder.encode(pictures).embeddings, expected.embeddings)


def test_no_pictures_give_no_vectors(folder: Path) -> None:
    assert Encoder.open(folder).encode([]).embeddings.shape == (0, DIMENSION)


def test_eight_threads_get_the_vectors_of_one(folder: Path) -> None:
    encoder = Encoder.open(folder, streams=2)
    pictures = random_pictures(400)
    expected = encoder.encode_prepared(pictures)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda picture: encoder.encode_prepared(picture[None]), pictures))
    np.testing.assert_array_equal(np.concatenate([result.embeddings for result in results]), expected.embeddings)
    np.testing.assert_array_equal(np.concatenate([result.features for result in results]), expected.features)


@pytest.mark.parametrize("batch", [np.zeros((1, 8, 8, 3), np.uint8), np.zeros((1, HEIGHT_PX, WIDTH_PX, 3), np.float32)])
def test_another_shape_or_dtype_is_refused(folder: Path, batch: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        Encoder.open(folder).encode_prepared(batch)


def test_an_altered_graph_is_refused(folder: Path) -> None:
    graph = bytearray((folder / MODEL_FILE).read_bytes())
    graph[len(graph) // 2] ^= 1
    (folder / MODEL_FILE).write_bytes(graph)
    with pytest.raises(ModelError, match="altered"):
        Encoder.open(folder)


def test_a_missing_graph_is_refused(folder: Path) -> None:
    (folder / MODEL_FILE).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        Encoder.open(folder)


def test_a_graph_that_is_not_what_the_spec_says_is_refused(tmp_path: Path) -> None:
    spec = write_tiny_model(tmp_path)
    lie_in_spec(tmp_path, spec, embedding_dim=512)
    with pytest.raises(ModelError, match="512"):
        Encoder.open(tmp_path)


def test_bytes_that_are_no_graph_are_refused(tmp_path: Path) -> None:
    import hashlib

    spec = write_tiny_model(tmp_path)
    (tmp_path / MODEL_FILE).write_bytes(b"not a graph")
    lie_in_spec(tmp_path, spec, onnx_sha256=hashlib.sha256(b"not a graph").hexdigest())
    with pytest.raises(ModelError, match="not an encoder"):
        Encoder.open(tmp_path)


@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf")])
def test_an_embedding_without_a_direction_is_an_error(tmp_path: Path, scale: float) -> None:
    write_tiny_model(tmp_path, scale=scale)
    encoder = Encoder.open(tmp_path)
    with pytest.raises(ModelError, match="zero or not finite"):
        encoder.encode_prepared(random_pictures(1))


def test_serving_imports_no_torch() -> None:
    import subprocess

    code = "import deepstyle.style.encoder, deepstyle.style.search, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_first_runs_at_once_do_not_deadlock(tmp_path: Path) -> None:
    """In a fresh process, where OpenVINO has not yet built its tables; it used to hang two times in five."""
    write_tiny_model(tmp_path)
    code = """
import faulthandler, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import numpy as np
from deepstyle.style.encoder import Encoder
faulthandler.dump_traceback_later(60, exit=True)
encoder, blank = Encoder.open(Path(sys.argv[1])), np.zeros((24, 24, 3), np.uint8)
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda _: encoder.encode([blank]), range(100)))
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
