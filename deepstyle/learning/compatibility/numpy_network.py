"""The Siamese network in NumPy with its gradients by hand, for machines without torch.

The same network as ``network.SiameseBranch``: M members of standardised features (F) → H → D, each of unit norm.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.learning.compatibility.config import TrainConfig

Array = NDArray[np.float32]
Parameters = dict[str, Array]
"""``hidden`` (M, H, F), ``hidden_bias`` (M, H), ``out`` (M, D, H) and ``out_bias`` (M, D), as in ``HeadWeights``."""

_BETA1: Final = 0.9
_BETA2: Final = 0.999
_EPSILON: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Pass:
    """What the backward pass needs of a forward pass over B rows: all (M, B, …)."""

    inputs: Array
    active: Array
    hidden: Array
    norms: Array
    vectors: Array


def initial_parameters(features_dim: int, config: TrainConfig, rng: np.random.Generator) -> Parameters:
    """Matrices uniform within ±1/√columns, as in ``nn.Linear``; biases of zero."""
    members, width, dimension = config.members, config.hidden_dim, config.embedding_dim

    def uniform(rows: int, columns: int) -> Array:
        return (2 * rng.random((members, rows, columns), np.float32) - 1) / np.float32(columns**0.5)

    return {
        "hidden": uniform(width, features_dim),
        "hidden_bias": np.zeros((members, width), np.float32),
        "out": uniform(dimension, width),
        "out_bias": np.zeros((members, dimension), np.float32),
    }


def forward(parameters: Parameters, rows: Array, config: TrainConfig, rng: np.random.Generator) -> Pass:
    """Standardised features (B, F) → vectors (M, B, D) of unit norm, with dropout: each member drops others."""
    members, width = parameters["hidden_bias"].shape
    inputs: Array = rows * keep((members, *rows.shape), config.input_dropout, rng)
    hidden = inputs @ parameters["hidden"].mT + parameters["hidden_bias"][:, None]
    kept = keep((members, len(rows), width), config.hidden_dropout, rng)
    active = np.where(hidden > 0, kept, np.float32(0))
    hidden *= active
    raw: Array = np.asarray(hidden @ parameters["out"].mT + parameters["out_bias"][:, None], np.float32)
    norms = _lengths(raw)
    return Pass(inputs, active, hidden, norms, raw / norms)


def backward(parameters: Parameters, done: Pass, gradient: Array) -> Parameters:
    """The gradient of each parameter, from that of the vectors (M, B, D)."""
    along = (gradient * done.vectors).sum(2, keepdims=True)
    raw = (gradient - along * done.vectors) / done.norms
    hidden = raw @ parameters["out"] * done.active
    return {
        "hidden": hidden.mT @ done.inputs,
        "hidden_bias": hidden.sum(1),
        "out": raw.mT @ done.hidden,
        "out_bias": raw.sum(1),
    }


def embed(parameters: Parameters, rows: Array) -> Array:
    """(N, F) → (N, M·D) of unit norm, without dropout: the members' vectors side by side."""
    parts = []
    for hidden, hidden_bias, out, out_bias in zip(*parameters.values(), strict=True):
        raw = np.maximum(rows @ hidden.T + hidden_bias, 0) @ out.T + out_bias
        parts.append(raw / _lengths(raw))
    return np.asarray(np.concatenate(parts, 1) / np.float32(len(parts) ** 0.5), np.float32)


def _lengths(vectors: Array) -> Array:
    """The norms along the last axis, which stays; never 0."""
    return np.asarray(np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12), np.float32)


def keep(shape: tuple[int, ...], dropout: float, rng: np.random.Generator) -> Array:
    """0 for what is dropped, in steps of 1/256 as ``network.dropout``; else what keeps the mean."""
    threshold = min(round(dropout * 256), 255)
    draws = np.frombuffer(rng.bytes(int(np.prod(shape))), np.uint8).reshape(shape)
    return (draws >= threshold) * np.float32(256 / (256 - threshold))


def info_nce(
    anchors: Array, positives: Array, negative: NDArray[np.bool_], temperature: float
) -> tuple[float, Array, Array]:
    """The loss of ``losses.info_nce`` and its gradients in ``anchors`` and ``positives`` (M, B, D)."""
    members, size, _ = anchors.shape
    own = np.eye(size, dtype=bool)
    logits = np.where(negative | own, anchors @ positives.mT / np.float32(temperature), -np.inf)
    loss, gradient = 0.0, np.zeros_like(logits)
    for axis in (2, 1):
        top = logits.max(axis, keepdims=True)
        exponents = np.exp(logits - top)
        total = exponents.sum(axis, keepdims=True)
        share = exponents / total
        loss -= float(np.log(share[:, own]).mean()) / 2
        gradient += (share - own) / np.float32(2 * size * members * temperature)
    return loss, gradient @ positives, gradient.mT @ anchors


def triplet(anchors: Array, positives: Array, negative: NDArray[np.bool_], margin: float) -> tuple[float, Array, Array]:
    """The loss of ``losses.triplet`` and its gradients in ``anchors`` and ``positives`` (M, B, D)."""
    cosines = anchors @ positives.mT
    own = np.eye(len(negative), dtype=bool)
    hit = cosines[:, own][:, :, None]
    violation = np.maximum(np.float32(margin) + 2 * (cosines - hit), 0) * (negative & ~own)
    violated = (violation > 0).astype(np.float32)
    count = max(float(violated.sum()), 1.0)
    gradient = 2 * violated
    gradient[:, own] = -gradient.sum(2)
    gradient /= np.float32(count)
    return float(violation.sum()) / count, gradient @ positives, gradient.mT @ anchors


class AdamW:
    """AdamW (Loshchilov & Hutter 2019), which changes ``parameters`` in place."""

    def __init__(self, parameters: Parameters) -> None:
        self.steps = 0
        self.first = {name: np.zeros_like(value) for name, value in parameters.items()}
        self.second = {name: np.zeros_like(value) for name, value in parameters.items()}

    def arrays(self) -> Parameters:
        """The moments, for a checkpoint."""
        moments = {"first": self.first, "second": self.second}
        return {f"{name}/{moment}": value for moment, values in moments.items() for name, value in values.items()}

    def restore(self, arrays: Parameters, steps: int) -> None:
        """Go on from what ``arrays`` returned after ``steps`` steps."""
        self.steps = steps
        self.first = {name: arrays[f"{name}/first"] for name in self.first}
        self.second = {name: arrays[f"{name}/second"] for name in self.second}

    def step(self, parameters: Parameters, gradients: Parameters, rate: float, weight_decay: float) -> None:
        """One step of ``rate`` against ``gradients``."""
        self.steps += 1
        size = np.float32(rate / (1 - _BETA1**self.steps))
        scale = np.float32((1 - _BETA2**self.steps) ** -0.5)
        for name, gradient in gradients.items():
            first, second = self.first[name], self.second[name]
            first += np.float32(1 - _BETA1) * (gradient - first)
            np.square(gradient, out=gradient)
            second += np.float32(1 - _BETA2) * (gradient - second)
            if weight_decay:
                parameters[name] *= np.float32(1 - rate * weight_decay)
            parameters[name] -= size * first / (np.sqrt(second) * scale + np.float32(_EPSILON))
