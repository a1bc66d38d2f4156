"""A model in int8: post-training quantisation by NNCF, and the gate that decides whether the result may serve.

The gate is measured with the encoder that serves, on real pictures that the calibration never saw.
"""

import dataclasses
import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import DataError, ModelError
from deepstyle.images.distort import crop
from deepstyle.learning.style.compress import compress, decompress
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import INT8_FOLDER, verify_model
from deepstyle.style.spec import MODEL_FILE, ModelSpec, Preprocessing, write_model, write_spec
from deepstyle.telemetry import import_module

CALIBRATION_IMAGES: Final = 200
HELD_OUT_IMAGES: Final = 300
"""The gate needs at least this many pictures to mean anything."""
FIRST_LAYERS_KEPT: Final = (0, 6, 12, 18, 24, 32)
"""How many of the first convolutions stay float; the fewest that pass are taken. They see what is faint (white on
white), which eight bits lose: on EfficientNet-Lite2 the stem and the block after it cause most of the error."""
NEIGHBOURS: Final = 10
OVERLAP_AT_LEAST: Final = 0.95
RECALL_LOSS_AT_MOST: Final = 0.005

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
OnProgress = Callable[[str], None]
HeldOut = Mapping[str, Sequence[Pixels]]
"""Named sets of decoded pictures, (H, W, 3) uint8 RGB each, that the calibration does not see."""


@dataclasses.dataclass(frozen=True, slots=True)
class Gate:
    """int8 compared with the float model on ``images`` held-out pictures.

    ``overlap``: the mean share of a picture's ten nearest pictures that both models agree on. ``recall_float``,
    ``recall_int8``: recall@10 of cropped pictures for the whole picture that they were cut from. All in [0, 1].
    """

    overlap: float
    recall_float: float
    recall_int8: float
    images: int

    @property
    def passed(self) -> bool:
        """Whether int8 may serve."""
        return self.overlap >= OVERLAP_AT_LEAST and self.recall_float - self.recall_int8 <= RECALL_LOSS_AT_MOST

    def __str__(self) -> str:
        return (
            f"top-{NEIGHBOURS} overlap {self.overlap:.3f} (at least {OVERLAP_AT_LEAST}), recall@{NEIGHBOURS} "
            f"{self.recall_int8:.3f} against {self.recall_float:.3f} (at most {RECALL_LOSS_AT_MOST} less), "
            f"on {self.images} held-out images"
        )


def quantise_model(
    folder: Path, images: Sequence[Pixels], *, seed: int = 0, on_progress: OnProgress = lambda stage: None
) -> ModelSpec:
    """Write ``folder/int8`` from the model in ``folder``, if it passes the gate; return its spec.

    ``images``: at least 500 decoded pictures (H, W, 3) uint8 RGB of the kind that will be searched. ``seed`` draws 200
    of them for calibration; the rest is held out. Raises ``DataError`` for too few images, and as ``write_int8`` does.
    """
    if len(images) < CALIBRATION_IMAGES + HELD_OUT_IMAGES:
        raise DataError(
            f"quantising needs {CALIBRATION_IMAGES + HELD_OUT_IMAGES} images, and there are {len(images)}.",
            remedy="Give more, from the catalogue that will be searched.",
        )
    order = np.random.default_rng(seed).permutation(len(images))
    calibration = [images[row] for row in order[:CALIBRATION_IMAGES]]
    held_out = {"held-out": [images[row] for row in order[CALIBRATION_IMAGES:]]}
    return write_int8(folder, calibration, held_out, seed=seed, on_progress=on_progress)


def write_int8(
    folder: Path,
    calibration: Sequence[Pixels],
    held_out: HeldOut,
    *,
    first_layers: Sequence[int] = FIRST_LAYERS_KEPT,
    seed: int = 0,
    on_progress: OnProgress = lambda stage: None,
) -> ModelSpec:
    """Write ``folder/int8``, calibrated on ``calibration``, if it passes the gate on every set of ``held_out``.

    As few of the first convolutions stay float as pass: the numbers in ``first_layers`` are tried in turn. Where the
    gate refuses, ``ModelError`` has the figures, and an int8 model that was there stays.
    """
    spec = verify_model(folder)
    encoder = Encoder.open(folder, streams=0)
    pixels = [_normalised(encoder.prepare(rgb), spec.preprocessing) for rgb in calibration]
    on_progress("measuring the float model")
    expected = {name: embed_with_crops(encoder, images, seed) for name, images in held_out.items()}
    unfinished = folder / f"{INT8_FOLDER}.part"
    refused: list[Mapping[str, Gate]] = []
    try:
        for kept, quantised in _candidates(folder, unfinished, pixels, first_layers, on_progress):
            gates = _gates(Encoder.open(unfinished, streams=0), expected, held_out, seed)
            if all(gate.passed for gate in gates.values()):
                quantised = dataclasses.replace(quantised, metrics={**spec.metrics, **_metrics(gates, kept)})
                write_spec(quantised, unfinished)
                shutil.rmtree(folder / INT8_FOLDER, ignore_errors=True)
                unfinished.rename(folder / INT8_FOLDER)
                return quantised
            refused.append(gates)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    best = max(refused, key=lambda gates: min(gate.overlap for gate in gates.values()))
    figures = "; ".join(str(gate) if len(best) == 1 else f"{name}: {gate}" for name, gate in best.items())
    raise ModelError(f"int8 is refused: {figures}.", remedy="Serve the float model, or quantise another backbone.")


def embed_with_crops(encoder: Encoder, images: Sequence[Pixels], seed: int = 0) -> tuple[Vectors, Vectors]:
    """The embeddings (N, D) of ``images``, (H, W, 3) uint8 RGB, and of a crop of each, which only ``seed`` decides."""
    rng = np.random.default_rng(seed)
    crops = [crop(rgb, rng) for rgb in images]
    return encoder.encode(images).embeddings, encoder.encode(crops).embeddings


def measure_gate(expected: tuple[Vectors, Vectors], int8: tuple[Vectors, Vectors]) -> Gate:
    """Compare the float model and int8 by their embeddings of the same pictures, from ``embed_with_crops``."""
    nearest = [_nearest(whole, whole, exclude_self=True).tolist() for whole, _ in (expected, int8)]
    shared = [len(set(a) & set(b)) for a, b in zip(*nearest, strict=True)]
    recalls = [_recall(_nearest(cropped, whole)) for whole, cropped in (expected, int8)]
    return Gate(float(np.mean(shared)) / NEIGHBOURS, recalls[0], recalls[1], len(shared))


def _candidates(
    folder: Path, unfinished: Path, pixels: Sequence[Vectors], first_layers: Sequence[int], on_progress: OnProgress
) -> Iterator[tuple[int, ModelSpec]]:
    """Write the int8 models to try into ``unfinished``, one after the other, the fastest first."""
    spec = verify_model(folder)
    for kept in first_layers:
        shutil.rmtree(unfinished, ignore_errors=True)
        on_progress(f"quantising all but {kept} layers")
        graph = compress(_quantise(folder / MODEL_FILE, pixels, kept))
        quantised = dataclasses.replace(spec, precision="int8", onnx_sha256=hashlib.sha256(graph).hexdigest())
        write_model(unfinished, graph, quantised)
        on_progress(f"measuring all but {kept} layers")
        yield kept, quantised


def _gates(
    encoder: Encoder, expected: Mapping[str, tuple[Vectors, Vectors]], held_out: HeldOut, seed: int
) -> dict[str, Gate]:
    return {
        name: measure_gate(expected[name], embed_with_crops(encoder, images, seed)) for name, images in held_out.items()
    }


def _quantise(path: Path, calibration: Sequence[Vectors], kept: int) -> bytes:
    """The int8 ONNX file, with the first ``kept`` convolutions, all depthwise ones, the sums and the head in float.

    Depthwise convolutions gain no speed from int8, and lose much by it. NNCF's bias correction removes the mean error
    of each layer on ``calibration``, which costs nothing at run time. A range spans the smallest and the largest value
    of a whole tensor. NNCF's default, one range per channel before depthwise convolutions, clips channels that the
    calibration pictures hardly excite, and costs more than all rounding together.
    """
    nncf = _import_quietly()
    from nncf.quantization.advanced_parameters import (  # type: ignore[import-untyped]
        AdvancedQuantizationParameters,
        QuantizationParameters,
    )
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet  # type: ignore[import-untyped]

    model = decompress(path.read_bytes())
    for number, node in enumerate(model.graph.node):
        node.name = node.name or f"{node.op_type}_{number}"  # a file of another exporter may leave names out
    names = [node.name for node in model.graph.node]
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    depthwise = [node.name for node in model.graph.node if _is_depthwise(node)]
    sums = [node.name for node in model.graph.node if node.op_type == "Add"]
    after = names[names.index(convolutions[-1]) + 1 :]
    in_float = dict.fromkeys([*convolutions[:kept], *depthwise, *sums, *after])  # each once, as NNCF demands
    quantised = nncf.quantize(
        model,
        nncf.Dataset(calibration, lambda pixels: {"pixels": pixels}),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(calibration),
        ignored_scope=nncf.IgnoredScope(names=list(in_float)),
        advanced_parameters=AdvancedQuantizationParameters(
            disable_bias_correction=False,
            activations_quantization_params=QuantizationParameters(per_channel=False),
            activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
            weights_range_estimator_params=RangeEstimatorParametersSet.MINMAX,
        ),
    )
    return bytes(quantised.SerializeToString(deterministic=True))


def _is_depthwise(node: Any) -> bool:
    """Whether an ONNX node is a convolution of groups of channels."""
    return node.op_type == "Conv" and any(entry.name == "group" and entry.i > 1 for entry in node.attribute)


def _import_quietly() -> Any:
    """nncf, without its progress messages."""

    nncf = import_module("nncf")
    nncf.set_log_level(logging.WARNING)
    return nncf


def _normalised(prepared: Pixels, preprocessing: Preprocessing) -> Vectors:
    """(H, W, 3) uint8 → (1, 3, H, W) float32, as the graph expects it."""
    mean, std = (np.asarray(values, np.float32) for values in (preprocessing.mean, preprocessing.std))
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


def _metrics(gates: Mapping[str, Gate], kept: int) -> dict[str, float]:
    """What the spec of the int8 model keeps of its gates, each set under its name."""
    metrics = {"int8_first_layers_in_float": float(kept)}
    for name, gate in gates.items():
        prefix = "int8" if len(gates) == 1 else f"int8_{name}"
        metrics |= {
            f"{prefix}_top10_overlap": round(gate.overlap, 4),
            f"{prefix}_recall_at_10": round(gate.recall_int8, 4),
            f"{prefix}_float_recall_at_10": round(gate.recall_float, 4),
            f"{prefix}_held_out_images": float(gate.images),
        }
    return metrics
