"""Check a model folder, one's own or a converted one, by running it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from deepstyle.errors import ModelError
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import verify_model
from deepstyle.style.text import TEXT_FOLDER, TextEncoder

SAME: Final = 0.99999
"""Pictures of which one is all noise and one all grey must be less alike than this."""


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What a model folder is, and how long one picture takes; ``context_length`` is 0 without a text tower."""

    architecture: str
    fingerprint: str
    height_px: int
    width_px: int
    features_dim: int
    embedding_dim: int
    context_length: int
    milliseconds: float


def check_model(folder: Path) -> ModelReport:
    """Verify and run the model in ``folder``; raises ``ModelError`` naming what does not fit."""
    spec = verify_model(folder)
    encoder = Encoder.open(folder)
    height_px, width_px = spec.preprocessing.height_px, spec.preprocessing.width_px
    noise = np.random.default_rng(0).integers(0, 256, (2 * height_px, width_px, 3)).astype(np.uint8)
    first = encoder.encode([noise, np.full_like(noise, 128)])
    began = time.perf_counter()
    again = encoder.encode([noise])
    milliseconds = 1000 * (time.perf_counter() - began)
    if not np.all(np.isfinite(first.features)):
        raise ModelError(f"{folder}: features has values that are not finite.", remedy="Export the model again.")
    if float(first.embeddings[0] @ first.embeddings[1]) > SAME:
        raise ModelError(
            f"{folder}: a picture of noise and a grey one get the same embedding.",
            remedy="Check mean and std in spec.json, and which output of the graph is embedding.",
        )
    if float(first.embeddings[0] @ again.embeddings[0]) < SAME:
        raise ModelError(f"{folder}: one picture gets two embeddings.", remedy="Export the model in evaluation mode.")
    return ModelReport(
        architecture=spec.architecture,
        fingerprint=spec.fingerprint,
        height_px=height_px,
        width_px=width_px,
        features_dim=spec.features_dim,
        embedding_dim=spec.embedding_dim,
        context_length=_check_text(folder, spec.embedding_dim),
        milliseconds=milliseconds,
    )


def _check_text(folder: Path, embedding_dim: int) -> int:
    """The context length of the text tower; 0 without one."""
    if not (folder / TEXT_FOLDER).is_dir():
        return 0
    encoder = TextEncoder.open(folder)
    found = encoder.encode(["a red dress", "blue jeans"])
    if found.shape[1] > embedding_dim:
        raise ModelError(f"{folder / TEXT_FOLDER}: {found.shape[1]} dimensions, the pictures have {embedding_dim}.")
    if not np.all(np.isfinite(found)) or float(found[0] @ found[1]) > SAME:
        raise ModelError(f"{folder / TEXT_FOLDER}: two texts get the same embedding.", remedy="Convert it again.")
    return encoder.spec.context_length
