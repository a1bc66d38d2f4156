"""fp32 → int8: post-training quantisation by NNCF, and the gate that decides whether the result may serve.

The gate is measured on real pictures that the calibration never saw, through the encoder that serves.
"""

import dataclasses
import hashlib
import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import DataError, ModelError
from deepstyle.images.distort import crop
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import INT8_FOLDER, verify_model
from deepstyle.style.spec import MODEL_FILE, ModelSpec, Preprocessing, write_model, write_spec
from deepstyle.telemetry import import_module

CALIBRATION_IMAGES: Final = 200
HELD_OUT_IMAGES: Final = 300
"""Fewer held-out pictures than this prove nothing."""
FIRST_LAYERS_KEPT: Final = (0, 6, 12, 18, 24, 32)
"""How many of the first convolutions stay fp32: the fewest with which the gate passes. They see what is faint (white
on white), and eight bits lose it: on EfficientNet-Lite2 the stem and the block after it make most of the error."""
NEIGHBOURS: Final = 10
OVERLAP_AT_LEAST: Final = 0.95
RECALL_LOSS_AT_MOST: Final = 0.005

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
OnProgress = Callable[[str], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Gate:
    """int8 beside fp32 on ``images`` held-out pictures.

    ``overlap``: the mean share of a picture's ten nearest that both models agree on. ``recall_fp32``, ``recall_int8``:
    recall@10 of cropped pictures for the whole picture they were cut from. All in [0, 1].
    """

    overlap: float
    recall_fp32: float
    recall_int8: float
    images: int

    @property
    def passed(self) -> bool:
        """Whether int8 may serve."""
        return self.overlap >= OVERLAP_AT_LEAST and self.recall_fp32 - self.recall_int8 <= RECALL_LOSS_AT_MOST

    def __str__(self) -> str:
        return (
            f"top-{NEIGHBOURS} overlap {self.overlap:.3f} (at least {OVERLAP_AT_LEAST}), recall@{NEIGHBOURS} "
            f"{self.recall_int8:.3f} against {self.recall_fp32:.3f} (at most {RECALL_LOSS_AT_MOST} less), "
            f"on {self.images} held-out images"
        )


def quantise_model(
    folder: Path, images: Sequence[Pixels], *, seed: int = 0, on_progress: OnProgress = lambda stage: None
) -> ModelSpec:
    """Write ``folder/int8`` from the fp32 model in ``folder``, if it passes the gate; return its spec.

    ``images``: at least 500 decoded pictures (H, W, 3) uint8 RGB of the kind that will be searched; ``seed`` draws the
    200 to calibrate with, the rest is held out. As few of the first layers as possible stay fp32. The int8 model that
    was there stays where the gate refuses.
    Raises ``DataError`` for too few images, ``ModelError`` with the figures where the gate refuses.
    """
    spec = verify_model(folder)
    if len(images) < CALIBRATION_IMAGES + HELD_OUT_IMAGES:
        raise DataError(
            f"quantising needs {CALIBRATION_IMAGES + HELD_OUT_IMAGES} images, and {len(images)} are there.",
            remedy="Give more, from the catalogue that will be searched.",
        )
    order = np.random.default_rng(seed).permutation(len(images))
    calibration = [images[i] for i in order[:CALIBRATION_IMAGES]]
    held_out = [images[i] for i in order[CALIBRATION_IMAGES:]]
    encoder = Encoder.open(folder, streams=0)
    pixels = [_normalised(encoder.prepare(rgb), spec.preprocessing) for rgb in calibration]
    on_progress("measuring fp32")
    wanted = embed_with_crops(encoder, held_out, seed)
    unfinished = folder / f"{INT8_FOLDER}.part"
    refused = []
    try:
        for kept in FIRST_LAYERS_KEPT:
            shutil.rmtree(unfinished, ignore_errors=True)
            on_progress(f"quantising all but {kept} layers")
            quantised = _write_int8(unfinished, spec, _quantise(folder / MODEL_FILE, pixels, kept))
            on_progress(f"measuring all but {kept} layers")
            gate = measure_gate(wanted, embed_with_crops(Encoder.open(unfinished, streams=0), held_out, seed))
            if gate.passed:
                quantised = dataclasses.replace(quantised, metrics={**spec.metrics, **_metrics(gate, kept)})
                write_spec(quantised, unfinished)
                shutil.rmtree(folder / INT8_FOLDER, ignore_errors=True)
                unfinished.rename(folder / INT8_FOLDER)
                return quantised
            refused.append(gate)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    best = max(refused, key=lambda gate: gate.overlap)
    raise ModelError(f"int8 is refused: {best}.", remedy="Serve fp32, or quantise another backbone.")


def embed_with_crops(encoder: Encoder, images: Sequence[Pixels], seed: int = 0) -> tuple[Vectors, Vectors]:
    """The embeddings (N, D) of ``images``, (H, W, 3) uint8 RGB, and of a crop of each, which ``seed`` alone decides."""
    rng = np.random.default_rng(seed)
    crops = [crop(rgb, rng) for rgb in images]
    return encoder.encode(images).embeddings, encoder.encode(crops).embeddings


def measure_gate(fp32: tuple[Vectors, Vectors], int8: tuple[Vectors, Vectors]) -> Gate:
    """Compare two models by their embeddings of the same pictures, as ``embed_with_crops`` gives them."""
    nearest = [_nearest(whole, whole, exclude_self=True).tolist() for whole, _ in (fp32, int8)]
    shared = [len(set(a) & set(b)) for a, b in zip(*nearest, strict=True)]
    recalls = [_recall(_nearest(cropped, whole)) for whole, cropped in (fp32, int8)]
    return Gate(float(np.mean(shared)) / NEIGHBOURS, recalls[0], recalls[1], len(shared))


def _write_int8(folder: Path, fp32: ModelSpec, graph: bytes) -> ModelSpec:
    """Write a model folder that is ``fp32``'s but for its precision and graph."""
    spec = dataclasses.replace(fp32, precision="int8", onnx_sha256=hashlib.sha256(graph).hexdigest())
    write_model(folder, graph, spec)
    return spec


def _quantise(path: Path, calibration: Sequence[Vectors], kept: int) -> bytes:
    """The int8 ONNX file: all but the first ``kept`` convolutions, the sums, and what follows the last convolution.

    A range is the smallest and the largest value that a whole tensor has on ``calibration``. NNCF's own choice, a range
    a channel in front of depthwise convolutions, cuts off channels that the calibration pictures hardly excite, and
    costs more than all rounding together.
    """
    onnx, nncf = _import_quietly()
    from nncf.quantization.advanced_parameters import (  # type: ignore[import-untyped]
        AdvancedQuantizationParameters,
        QuantizationParameters,
    )
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet  # type: ignore[import-untyped]

    model = onnx.load(path)
    for number, node in enumerate(model.graph.node):
        node.name = node.name or f"{node.op_type}_{number}"  # a file of another exporter may leave names out
    names = [node.name for node in model.graph.node]
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    sums = [node.name for node in model.graph.node if node.op_type == "Add"]
    after = names[names.index(convolutions[-1]) + 1 :]
    quantised = nncf.quantize(
        model,
        nncf.Dataset(calibration, lambda pixels: {"pixels": pixels}),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(calibration),
        ignored_scope=nncf.IgnoredScope(names=[*convolutions[:kept], *sums, *after]),
        advanced_parameters=AdvancedQuantizationParameters(
            disable_bias_correction=True,
            activations_quantization_params=QuantizationParameters(per_channel=False),
            activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
            weights_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
        ),
    )
    return bytes(quantised.SerializeToString(deterministic=True))


def _import_quietly() -> tuple[Any, Any]:
    """onnx and nncf, without nncf's progress messages."""
    import onnx

    nncf = import_module("nncf")
    nncf.set_log_level(logging.WARNING)
    return onnx, nncf


def _normalised(prepared: Pixels, fed: Preprocessing) -> Vectors:
    """(H, W, 3) uint8 → (1, 3, H, W) float32, as the graph takes it."""
    mean, std = (np.asarray(values, np.float32) for values in (fed.mean, fed.std))
    scaled = (prepared / np.float32(255) - mean) / std
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


def _nearest(queries: Vectors, vectors: Vectors, *, exclude_self: bool = False) -> NDArray[np.int64]:
    """Rows of the ``NEIGHBOURS`` most similar vectors: (Q, NEIGHBOURS)."""
    similarity = queries @ vectors.T
    if exclude_self:
        np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1, kind="stable")[:, :NEIGHBOURS]


def _recall(nearest: NDArray[np.int64]) -> float:
    """The share of rows whose own number is among their neighbours."""
    return float(np.mean((nearest == np.arange(len(nearest))[:, None]).any(axis=1)))


def _metrics(gate: Gate, kept: int) -> dict[str, float]:
    return {
        "int8_first_layers_in_fp32": float(kept),
        "int8_top10_overlap": round(gate.overlap, 4),
        "int8_recall_at_10": round(gate.recall_int8, 4),
        "fp32_recall_at_10": round(gate.recall_fp32, 4),
        "int8_held_out_images": float(gate.images),
    }
