"""ONNX Runtime in place of OpenVINO, for accelerators that OpenVINO does not drive, such as NVIDIA's.

It offers what ``deepstyle.style.runtime`` uses of OpenVINO: requests that are started, waited for, and read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import MissingDependencyError, ModelError, UsageError
from deepstyle.telemetry import import_module

PREFIX: Final = "onnxruntime:"
"""What the device's name begins with; the rest is the name of an execution provider."""


@dataclass(frozen=True)
class Output:
    """One output of a request; ``data`` (1, N) float32."""

    data: NDArray[np.float32]


@dataclass
class Request:
    """One computation at a time; ``mean`` and ``scale`` (3,) float32 normalise the pixels."""

    session: Any
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    outputs: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def start_async(self, inputs: Mapping[int, NDArray[np.uint8]]) -> None:
        """Compute the outputs of (1, H, W, 3) uint8; despite its name, which is OpenVINO's, it waits for them."""
        pixels = (inputs[0].astype(np.float32) - self.mean) / self.scale
        names = [output.name for output in self.session.get_outputs()]
        values = self.session.run(names, {"pixels": np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))})
        self.outputs = dict(zip(names, values, strict=True))

    def wait(self) -> None:
        """Return at once: the outputs are there."""

    def get_tensor(self, name: str) -> Output:
        """An output of the last computation."""
        return Output(self.outputs[name])


@dataclass(frozen=True)
class Compiled:
    """A graph that is loaded on one provider."""

    session: Any
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]

    def create_infer_request(self) -> Request:
        """A request of its own for each thread; they share the session."""
        return Request(self.session, self.mean, self.scale)


def compile_for_provider(
    data: bytes, provider: str, *, threads: int, mean: Sequence[float], std: Sequence[float]
) -> Compiled:
    """Load the ONNX file ``data`` on ``provider`` (``CUDAExecutionProvider``); ``mean`` and ``std`` are of 0 to 255.

    Raises ``MissingDependencyError`` without ONNX Runtime, ``UsageError`` where it has no such provider or the provider
    does not start, and ``ModelError`` where the graph does not load.
    """
    ort = _onnxruntime()
    available = ort.get_available_providers()
    if provider not in available:
        raise UsageError(
            f"this ONNX Runtime has no {provider}; it has {', '.join(available)}.",
            remedy="Install its build for the accelerator (onnxruntime-gpu), or set DEEPSTYLE_DEVICE to another.",
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(data, options, providers=[provider])
    except Exception as error:  # the library's exceptions have no common class
        raise ModelError(f"{provider} does not load the model: {error}.", remedy="Export the model again.") from error
    if provider not in session.get_providers():  # it falls back to the CPU, and says so only in its log
        raise UsageError(f"{provider} does not start here.", remedy="Check the accelerator, its driver and libraries.")
    return Compiled(session, np.asarray(mean, np.float32), np.asarray(std, np.float32))


def _onnxruntime() -> Any:
    try:
        return import_module("onnxruntime")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "this device needs ONNX Runtime.", remedy="pip install 'deepstyle[onnxruntime]'"
        ) from error
