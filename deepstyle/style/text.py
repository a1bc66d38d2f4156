"""The text tower of a model: texts in, unit vectors in the space of its pictures out, computed by OpenVINO on the CPU.

It is the folder ``text`` inside a model folder: ``model.onnx``, one input ``tokens`` (B, L) int64 and one output
``embedding`` (B, D); ``tokenizer.json``; and ``spec.json``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import string
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter, ValidationError

from deepstyle.errors import MissingDependencyError, ModelError
from deepstyle.files import read_regular, read_text, write_together
from deepstyle.style import runtime as ov
from deepstyle.style.spec import MAX_SPEC_BYTES, MODEL_FILE, SPEC_FILE, first_problem

TEXT_FOLDER: Final = "text"
TOKENIZER_FILE: Final = "tokenizer.json"
MAX_TOKENIZER_BYTES: Final = 128 * 1024 * 1024
MAX_MODEL_BYTES: Final = 4 * 1024**3
_PUNCTUATION: Final = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class TextSpec:
    """How a model reads text: cleaned, split into tokens, cut to ``context_length`` and filled up with ``pad_id``.

    ``cleaning``: ``none``; ``lower``, in lower case; ``canonical``, without ASCII punctuation too.
    """

    context_length: Annotated[int, Field(gt=1, le=4096)]
    pad_id: Annotated[int, Field(ge=0)]
    embedding_dim: Annotated[int, Field(gt=0)]
    cleaning: Literal["none", "lower", "canonical"]
    onnx_sha256: str
    tokenizer_sha256: str


_SPEC: Final = TypeAdapter(TextSpec)


class TextEncoder:
    """A verified and compiled text tower; safe to call from several threads, which take turns."""

    def __init__(self, spec: TextSpec, tokenizer: Any, compiled: ov.CompiledModel) -> None:
        self.spec = spec
        self._tokenizer = tokenizer
        self._request = compiled.create_infer_request()
        self._turn = threading.Lock()

    @classmethod
    def open(cls, folder: Path, *, threads: int = 0) -> Self:
        """Load the text tower of the model in ``folder`` to run on ``threads`` cores (0: OpenVINO chooses).

        Raises ``ModelError`` where the model has none, or it is incomplete or altered, ``MissingDependencyError``
        where ``tokenizers`` is not installed.
        """
        folder = folder / TEXT_FOLDER
        spec = read_text_spec(folder)
        tokenizer = _tokenizer(_verified(folder / TOKENIZER_FILE, spec.tokenizer_sha256, MAX_TOKENIZER_BYTES), spec)
        graph = _graph(folder / MODEL_FILE, spec)
        config = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads}
        return cls(spec, tokenizer, ov.Core().compile_model(graph, "CPU", config))

    def tokens(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """(B, L) int64: the tokens that the network reads."""
        cleaned = [clean(text, self.spec.cleaning) for text in texts]
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(cleaned)]
        return np.asarray(rows, np.int64).reshape(len(rows), self.spec.context_length)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(B, D) float32 of unit norm, one row a text."""
        embeddings = np.empty((len(texts), self.spec.embedding_dim), np.float32)
        with self._turn:
            for row, tokens in enumerate(self.tokens(texts)):
                ov.run(self._request, tokens[None])
                embeddings[row] = self._request.get_output_tensor(0).data[0]
        embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
        return embeddings


def clean(text: str, cleaning: str) -> str:
    """Prepare a text as the model's library does: see ``TextSpec``."""
    if cleaning == "none":
        return text
    if cleaning == "canonical":
        text = text.replace("_", " ").translate(_PUNCTUATION)
    return " ".join(text.lower().split())


def write_text_tower(folder: Path, graph: bytes, tokenizer: bytes, spec: TextSpec) -> None:
    """Write the text tower of the model in ``folder``."""
    fields = (json.dumps(dataclasses.asdict(spec), indent=2) + "\n").encode()
    write_together(folder / TEXT_FOLDER, {MODEL_FILE: graph, TOKENIZER_FILE: tokenizer, SPEC_FILE: fields})


def read_text_spec(folder: Path) -> TextSpec:
    """Read the ``spec.json`` of a text tower; raises ``ModelError`` naming the file and the field."""
    path = folder / SPEC_FILE
    try:
        return _SPEC.validate_json(read_text(path, MAX_SPEC_BYTES), strict=True)
    except FileNotFoundError:
        raise ModelError(
            f"{folder.parent} has no text tower.", remedy="Use a model that reads text: deepstyle weights list."
        ) from None
    except ValidationError as error:
        raise ModelError(
            f"{path} cannot be read: {first_problem(error)}.", remedy="Convert the model again."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", remedy="Convert the model again.") from error


def load_tokenizer(data: bytes, path: Path) -> Any:
    """The tokenizer of a ``tokenizer.json``; raises ``ModelError`` where it is none."""
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingDependencyError(
            "tokenizers is not installed.", remedy="Install what reads text: pip install 'deepstyle[text]'."
        ) from None
    try:
        return Tokenizer.from_str(data.decode("utf-8"))
    except Exception as error:  # tokenizers raises nothing more special
        raise ModelError(f"{path} is not a tokenizer: {error}.", remedy="Convert the model again.") from error


def _tokenizer(data: bytes, spec: TextSpec) -> Any:
    tokenizer = load_tokenizer(data, Path(TOKENIZER_FILE))
    tokenizer.enable_truncation(spec.context_length)
    tokenizer.enable_padding(
        length=spec.context_length, pad_id=spec.pad_id, pad_token=tokenizer.id_to_token(spec.pad_id)
    )
    return tokenizer


def _verified(path: Path, sha256: str, max_bytes: int) -> bytes:
    try:
        data = read_regular(path, max_bytes)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy="Convert the model again.") from error
    if (found := hashlib.sha256(data).hexdigest()) != sha256:
        raise ModelError(
            f"{path} was altered: its SHA-256 is {found}, spec.json says {sha256}.", remedy="Convert the model again."
        )
    return data


def _graph(path: Path, spec: TextSpec) -> ov.Model:
    data = _verified(path, spec.onnx_sha256, MAX_MODEL_BYTES)
    try:
        graph = ov.Core().read_model(data)
        graph.reshape({"tokens": [1, spec.context_length]})
        shape = tuple(graph.output("embedding").shape)
    except RuntimeError as error:
        raise ModelError(f"{path} is not a text tower: {error}", remedy="Convert the model again.") from error
    if shape != (1, spec.embedding_dim):
        raise ModelError(f"{path} has an output {shape}, spec.json says {spec.embedding_dim} values.")
    return graph
