"""What a picture shows, whatever the catalogue sells: a linear classifier of semantic categories beside a model.

A catalogue cannot say what the categories look like that it does not have. So a model may come with
``garment_types.json``, which ``deepstyle.learning.style.garment_types`` writes: a softmax over the semantic categories
and "no garment" (the empty name), as a function of the embedding.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ModelError
from deepstyle.files import parse_json, read_text
from deepstyle.style.model import LITE2_MODEL
from deepstyle.style.spec import MAX_SPEC_BYTES, ModelSpec

FILE: Final = "garment_types.json"
NO_GARMENT: Final = ""


@dataclass(frozen=True, slots=True, eq=False)
class GarmentTypes:
    """The classifier of the model ``model``: ``weights`` (T, D) and ``biases`` (T,) float32 of the types ``names``."""

    model: str
    names: tuple[str, ...]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def posterior(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability (N, T) that each of ``embeddings`` (N, D) shows each type."""
        logits = (embeddings @ self.weights.T + self.biases).astype(np.float64)
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))

    def to_json(self) -> dict[str, Any]:
        """The classifier as JSON; the weights as base64 of float16."""
        return {
            "model": self.model,
            "names": list(self.names),
            "weights": base64.b64encode(self.weights.astype("<f2").tobytes()).decode(),
            "biases": [round(float(bias), 4) for bias in self.biases],
        }

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Self:
        """What ``to_json`` returned; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
        names = tuple(map(str, fields["names"]))
        weights = np.frombuffer(base64.b64decode(fields["weights"]), "<f2").astype(np.float32).reshape(len(names), -1)
        biases = np.array(fields["biases"], np.float32)
        if biases.shape != (len(names),) or not (np.isfinite(weights).all() and np.isfinite(biases).all()):
            raise ValueError("the weights and the names do not fit")
        return cls(str(fields["model"]), names, weights, biases)


def model_name(spec: ModelSpec) -> str:
    """What identifies a model in all its precisions: its backbone, its input and its head."""
    return f"{spec.features_fingerprint} {spec.head}"


def read_types(folder: Path, spec: ModelSpec) -> GarmentTypes | None:
    """The classifier in the model ``folder``, or for a variant of it in the folder above or a packaged model's.

    ``None`` where there is none that was fitted for this model. Raises ``ModelError`` where a file cannot be read.
    """
    for place in (folder / FILE, folder.parent / FILE, *sorted(LITE2_MODEL.parent.glob(f"*/{FILE}"))):
        if place.is_file():
            types = _parse(place)
            if types.model == model_name(spec) and types.weights.shape[1] == spec.embedding_dim:
                return types
    return None


def format_types(types: GarmentTypes) -> bytes:
    """The content of the file."""
    return (json.dumps(types.to_json(), indent=1) + "\n").encode()


def _parse(path: Path) -> GarmentTypes:
    try:
        return GarmentTypes.of_json(parse_json(read_text(path, MAX_SPEC_BYTES)))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy="Copy the whole model folder again.") from error
