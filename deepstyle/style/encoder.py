"""The model that serves: decoded RGB pictures in, unit vectors out, computed by OpenVINO on the CPU if nothing is said.

The graph runs on one picture at a time: larger batches are not faster on a CPU (``bench/encode.py``), and a picture's
vector never depends on other pictures. *Streams* fill the cores: one stream on all cores has the lowest latency; one
stream per core has the highest throughput when as many threads call at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import ModelError
from deepstyle.files import open_regular
from deepstyle.images.picture_print import picture_print
from deepstyle.images.pixels import decode
from deepstyle.platform import usable_cores
from deepstyle.style import runtime as ov
from deepstyle.style.colour import append_colour, features_with_colour
from deepstyle.style.runtime_onnx import PREFIX, Compiled, compile_for_provider
from deepstyle.style.spec import MODEL_FILE, ModelSpec, read_spec

SMALLEST_NORM: Final = 1e-6
"""An embedding shorter than this has no meaningful direction."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """``embeddings`` (B, D) float32 of unit norm; ``features`` (B, F) float32, the backbone's, not normalised.

    ``prints`` (B) are those of the prepared pictures (``deepstyle.images.picture_print``), where they were asked for.
    """

    embeddings: NDArray[np.float32]
    features: NDArray[np.float32]
    prints: tuple[str, ...] = ()


class Encoder:
    """A verified and compiled model folder; safe to call from several threads at once."""

    def __init__(self, spec: ModelSpec, compiled: ov.CompiledModel | Compiled, streams: int) -> None:
        self.spec = spec
        self.fingerprint = spec.fingerprint
        self.streams = streams
        # One more request than streams, so that the next picture already waits inside OpenVINO.
        blank = np.zeros((1, spec.preprocessing.height_px, spec.preprocessing.width_px, 3), np.uint8)
        self._requests = ov.Requests(compiled, streams + 1, blank)

    @classmethod
    def open(cls, folder: Path, *, threads: int = 0, streams: int = 1, device: str = ov.CPU) -> Self:
        """Load the model in ``folder`` to run on ``threads`` cores (0: all that this process may use).

        ``streams`` pictures are computed side by side, each on ``threads / streams`` cores: 1 for latency,
        ``threads`` (or 0, which means the same) for throughput. ``device`` is as in ``Settings``.
        Raises ``ModelError`` where the folder is incomplete or altered, or its graph does not match ``spec.json``, and
        ``UsageError`` where the device is not there.
        """
        spec = read_spec(folder)
        threads = threads or usable_cores()
        streams = min(streams or threads, threads)
        mean, std = ([255 * value for value in values] for values in (spec.preprocessing.mean, spec.preprocessing.std))
        data = _read_file(folder, spec)
        graph = _read_graph(folder, data, spec)
        if device.startswith(PREFIX):
            each = max(1, threads // streams)
            provider = device.removeprefix(PREFIX)
            return cls(spec, compile_for_provider(data, provider, threads=each, mean=mean, std=std), streams)
        compiled = ov.compile_for_pictures(graph, threads=threads, streams=streams, mean=mean, std=std, device=device)
        return cls(spec, compiled, streams)

    def decode(self, data: bytes) -> NDArray[np.uint8]:
        """Decode a picture to (H, W, 3) uint8 RGB, no larger than this model needs; raises ``ImageError``."""
        return decode(data, min_side_px=self.spec.preprocessing.longest_px)

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Resize a picture, uint8 RGB of any size, to the model's (H, W, 3) uint8."""
        return self.spec.preprocessing.apply(rgb)

    def encode(self, images: Sequence[NDArray[np.uint8]], *, prints: bool = False) -> Encoded:
        """Encode decoded pictures, each (H, W, 3) uint8 RGB of any size; side by side if there are several streams.

        ``prints`` are computed, too, where they are wanted.
        """
        if self.streams == 1 or len(images) < 2:
            return self._run([self.prepare(rgb) for rgb in images], prints)
        with ThreadPoolExecutor(2 * self.streams) as pool:
            parts = list(pool.map(lambda rgb: self.encode([rgb], prints=prints), images))
        return Encoded(
            np.concatenate([part.embeddings for part in parts]),
            np.concatenate([part.features for part in parts]),
            tuple(print_ for part in parts for print_ in part.prints),
        )

    def encode_prepared(self, batch: NDArray[np.uint8], *, prints: bool = False) -> Encoded:
        """As ``encode``, of (B, H, W, 3) uint8 from ``prepare``; raises ``ValueError`` for another shape or dtype."""
        height_px, width_px = self.spec.preprocessing.height_px, self.spec.preprocessing.width_px
        if batch.dtype != np.uint8 or batch.shape[1:] != (height_px, width_px, 3):
            raise ValueError(f"expected (B, {height_px}, {width_px}, 3) uint8, got {batch.shape} {batch.dtype}")
        return self._run(list(batch), prints)

    def _run(self, prepared: Sequence[NDArray[np.uint8]], prints: bool) -> Encoded:
        style = np.empty((len(prepared), self.spec.style_dim), np.float32)
        features = np.empty((len(prepared), self.spec.graph_features_dim), np.float32)
        with self._requests.one() as request:
            for row, pixels in enumerate(prepared):
                style[row], features[row] = _infer(request, pixels)
        vectors = append_colour(_normalised(style), prepared, self.spec)
        wanted = tuple(map(picture_print, prepared)) if prints else ()
        return Encoded(vectors, features_with_colour(features, vectors, self.spec), wanted)


def _infer(request: ov.InferRequest, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The raw embedding (D,) and features (F,) of (H, W, 3) uint8: views, valid until the request runs again."""
    ov.run(request, np.ascontiguousarray(pixels[None]))
    return request.get_tensor("embedding").data[0], request.get_tensor("features").data[0]


def _read_file(folder: Path, spec: ModelSpec) -> bytes:
    """The bytes of ``model.onnx``, whose digest is the spec's."""
    path = folder / MODEL_FILE
    try:
        with open_regular(path) as file:
            data = file.read()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", remedy="Export the model again.") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != spec.onnx_sha256:
        message = f"{path} was altered: its SHA-256 is {digest[:16]}…, spec.json says {spec.onnx_sha256[:16]}…."
        raise ModelError(message, remedy="Export the model again.")
    return data


def _read_graph(folder: Path, data: bytes, spec: ModelSpec) -> ov.Model:
    """The graph in ``data``, whose outputs are those of the spec."""
    path = folder / MODEL_FILE
    try:
        graph = ov.Core().read_model(data)
        graph.reshape({"pixels": [1, 3, spec.preprocessing.height_px, spec.preprocessing.width_px]})
        shapes = {name: tuple(graph.output(name).shape) for name in ("embedding", "features")}
    except RuntimeError as error:
        raise ModelError(f"{path} is not an encoder: {error}", remedy="Export the model again.") from error
    if shapes != {"embedding": (1, spec.style_dim), "features": (1, spec.graph_features_dim)}:
        expected = f"{spec.style_dim} and {spec.graph_features_dim} values"
        raise ModelError(f"{path} has outputs {shapes}, spec.json says {expected}.", remedy="Export the model again.")
    return graph


def _normalised(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Normalise the embeddings (B, S); raises ``ModelError`` where one has no direction (zero, NaN or infinite)."""
    norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
    if not np.all(np.isfinite(norms) & (norms > SMALLEST_NORM)):
        raise ModelError(
            "the model returned an embedding that is zero or not finite.", remedy="Train or export it again."
        )
    return np.asarray(embeddings / norms, np.float32)
