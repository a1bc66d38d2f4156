"""A small head for tests: two members with random weights over the tiny model's features."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.head import CLIP, HeadSpec, HeadWeights, write_head

MEMBERS, HIDDEN, DIMENSION = 2, 9, 5


def tiny_head_weights(features_dim: int, seed: int = 0) -> HeadWeights:
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> NDArray[np.float32]:
        # As float16, so that nothing is lost when the head is written.
        return rng.standard_normal(shape).astype(np.float16).astype(np.float32)

    return HeadWeights(
        draw(features_dim),
        np.abs(draw(features_dim)) + 1,
        draw(MEMBERS, HIDDEN, features_dim),
        draw(MEMBERS, HIDDEN),
        draw(MEMBERS, DIMENSION, HIDDEN),
        draw(MEMBERS, DIMENSION),
    )


def write_tiny_head(
    folder: Path, backbone: str, features_dim: int, *, seed: int = 0, outfits: tuple[tuple[str, ...], ...] = ()
) -> HeadSpec:
    spec = HeadSpec(backbone, features_dim, MEMBERS * DIMENSION, "", Calibration(4.0, -1.0), Calibration(2.0, -0.5))
    return write_head(folder, tiny_head_weights(features_dim, seed), spec, outfits)


def naive_projection(features: NDArray[np.floating], weights: HeadWeights) -> NDArray[np.float64]:
    """(F,) → (D,) by loops over members, in float64."""
    inputs = np.clip((features.astype(np.float64) - weights.mean) / weights.std, -CLIP, CLIP)
    parts = []
    for member in range(len(weights.hidden)):
        hidden = [
            max(0.0, float(row @ inputs + b))
            for row, b in zip(weights.hidden[member], weights.hidden_bias[member], strict=True)
        ]
        part = weights.out[member].astype(np.float64) @ hidden + weights.out_bias[member]
        parts.append(part / np.linalg.norm(part) / len(weights.hidden) ** 0.5)
    return np.concatenate(parts)
