"""Smaller constants, the same graph: the vectors hardly change, and small constants do not change at all."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from deepstyle.learning.style.compress import compress, decompress, stored_weight
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import MODEL_FILE, ModelSpec
from tests.style.tiny import FED, lie_in_spec, tiny_weights, write_tiny_model


def compressed(folder: Path) -> bytes:
    return compress((folder / MODEL_FILE).read_bytes(), small=0)


def test_matrices_become_float16_and_read_back(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    small = compressed(tmp_path)
    types = {tensor.name: tensor.data_type for tensor in onnx.load_from_string(small).graph.initializer}
    assert types == {"kernels_fp16": TensorProto.FLOAT16, "matrix_fp16": TensorProto.FLOAT16}
    _, matrix = tiny_weights(0)
    assert np.array_equal(stored_weight(small, "matrix"), matrix.astype(np.float16).astype(np.float32))
    assert np.array_equal(stored_weight((tmp_path / MODEL_FILE).read_bytes(), "matrix"), matrix)


def test_small_constants_stay_as_they_are(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    small = onnx.load_from_string(compress((tmp_path / MODEL_FILE).read_bytes(), small=200)).graph.initializer
    types = {tensor.name: tensor.data_type for tensor in small}
    assert types == {"kernels_fp16": TensorProto.FLOAT16, "matrix": TensorProto.FLOAT}  # 324 and 192 values


def test_the_vectors_stay_the_same_to_four_digits(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, FED.height_px, FED.width_px, 3), np.uint8)
    vectors = []
    for name in ("fp32", "fp16"):
        spec: ModelSpec = write_tiny_model(tmp_path / name)
        if name == "fp16":
            import hashlib

            small = compressed(tmp_path / name)
            (tmp_path / name / MODEL_FILE).write_bytes(small)
            lie_in_spec(tmp_path / name, spec, precision="fp16", onnx_sha256=hashlib.sha256(small).hexdigest())
        vectors.append(Encoder.open(tmp_path / name).encode_prepared(pixels).embeddings)
    assert (vectors[0] * vectors[1]).sum(1).min() > 0.9999


def test_decompressing_restores_the_nodes_and_the_rounded_weights(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    restored = decompress(compressed(tmp_path))
    original = onnx.load(tmp_path / MODEL_FILE)
    assert [node.op_type for node in restored.graph.node] == [node.op_type for node in original.graph.node]
    kernels, _ = tiny_weights(0)
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in restored.graph.initializer}
    assert np.array_equal(values["kernels"], kernels.astype(np.float16).astype(np.float32))
    assert compress(restored.SerializeToString(), small=0) == compressed(tmp_path)


def test_a_weight_beyond_float16_is_refused(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    model = onnx.load(tmp_path / MODEL_FILE)
    model.graph.initializer[1].CopyFrom(numpy_helper.from_array(np.full((12, 16), 1e6, np.float32), "matrix"))
    with pytest.raises(ValueError, match="matrix exceeds the range of float16"):
        compress(model.SerializeToString(), small=0)
