"""A model folder to check by hand: one convolution, its mean (``features``), one matrix (``embedding``)."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from deepstyle.style.colour import COLOUR_DIM
from deepstyle.style.spec import MODEL_FILE, ModelSpec, Preprocessing, write_spec

HEIGHT_PX, WIDTH_PX, FEATURES, DIMENSION = 24, 18, 12, 16
FED = Preprocessing(HEIGHT_PX, WIDTH_PX, mean=(0.5, 0.4, 0.3), std=(0.2, 0.25, 0.3), fit="stretch")


def tiny_weights(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(seed)
    kernels = rng.standard_normal((FEATURES, 3, 3, 3)).astype(np.float32)
    return kernels, rng.standard_normal((FEATURES, DIMENSION)).astype(np.float32)


def write_tiny_model(folder: Path, *, seed: int = 0, scale: float = 1.0) -> ModelSpec:
    """Write ``model.onnx`` and ``spec.json``; ``scale`` multiplies the embedding (0 makes it vanish)."""
    kernels, matrix = tiny_weights(seed)
    nodes = [
        helper.make_node("Conv", ["pixels", "kernels"], ["conv"], strides=[3, 3]),
        helper.make_node("Relu", ["conv"], ["relu"]),
        helper.make_node("ReduceMean", ["relu"], ["features"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["features", "matrix"], ["embedding"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3, HEIGHT_PX, WIDTH_PX])],
        [
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", FEATURES]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", DIMENSION]),
        ],
        [numpy_helper.from_array(kernels, "kernels"), numpy_helper.from_array(matrix * np.float32(scale), "matrix")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_bytes(data)
    spec = ModelSpec(
        architecture="tiny",
        weights=f"seed {seed}",
        weights_sha256="",
        head="matrix",
        precision="fp32",
        features_dim=FEATURES,
        embedding_dim=DIMENSION,
        preprocessing=FED,
        onnx_sha256=hashlib.sha256(data).hexdigest(),
    )
    write_spec(spec, folder)
    return spec


def write_coloured_model(folder: Path, weight: float) -> ModelSpec:
    """Like ``write_tiny_model``, with colour of ``weight`` in its vectors."""
    spec = replace(
        write_tiny_model(folder), embedding_dim=DIMENSION + COLOUR_DIM, colour_dim=COLOUR_DIM, colour_weight=weight
    )
    write_spec(spec, folder)
    return spec


def lie_in_spec(folder: Path, spec: ModelSpec, **fields: int | str) -> None:
    """Write a ``spec.json`` that says something else of the same graph."""
    write_spec(replace(spec, **fields), folder)


def naive_embedding(pixels: NDArray[np.uint8], seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``(embedding of unit norm, features)`` of (H, W, 3) uint8, by loops in float64."""
    kernels, matrix = (weights.astype(np.float64) for weights in tiny_weights(seed))
    planes = ((pixels / 255.0 - np.array(FED.mean)) / np.array(FED.std)).transpose(2, 0, 1)
    rows, columns = range(0, HEIGHT_PX - 2, 3), range(0, WIDTH_PX - 2, 3)
    features = np.array(
        [
            np.mean([max(0.0, float((planes[:, y : y + 3, x : x + 3] * kernel).sum())) for y in rows for x in columns])
            for kernel in kernels
        ]
    )
    embedding = features @ matrix
    return embedding / np.linalg.norm(embedding), features
