"""OpenVINO, loaded when one of its names is first used: importing deepstyle loads no model runtime and sets nothing."""

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.errors import UsageError
from deepstyle.telemetry import import_module

CPU: Final = "CPU"


def __getattr__(name: str) -> Any:
    return getattr(_openvino(), name)


@cache
def _openvino() -> ModuleType:
    import_module("openvino.preprocess")  # the package does not import it
    return import_module("openvino")


# OpenVINO's bindings build tables on the first run in a process, and two first runs at once deadlock: one holds the
# interpreter lock, the other that of the table. So every request runs once, one after the other, before it is used.
_FIRST_RUN: Final = threading.Lock()


def run(request: Any, value: NDArray[Any]) -> None:
    """Run an inference request on ``value``, its only input, in a thread of OpenVINO, and wait until it has finished.

    Not ``request.infer``, which computes in the calling thread: OpenVINO 2026.4 then keeps an object for that thread
    and releases it as the thread ends. Where the compiled model is destroyed at that moment, by another thread, that
    object writes to memory of the model that is free already, which corrupts the heap. Joining the thread first does
    not help: ``Thread.join`` returns before the thread's C++ objects are destroyed. OpenVINO's own threads end before
    their model does.
    """
    request.start_async({0: value})
    request.wait()


class Requests:
    """Inference requests of a compiled model, each used by one thread at a time; each has run once."""

    def __init__(self, compiled: Any, count: int, blank: NDArray[np.uint8]) -> None:
        """``count`` requests; ``blank`` (1, H, W, 3) is what each runs on first."""
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(count):
            request = compiled.create_infer_request()
            with _FIRST_RUN:
                run(request, blank)
            self._idle.put(request)

    @contextmanager
    def one(self) -> Iterator[Any]:
        """A request that no other thread uses meanwhile."""
        request = self._idle.get()
        try:
            yield request
        finally:
            self._idle.put(request)


def compile_for_pictures(
    graph: Any,
    *,
    threads: int,
    streams: int = 1,
    mean: Sequence[float] = (),
    std: Sequence[float] = (),
    device: str = CPU,
) -> Any:
    """Compile a graph whose input is ``pixels`` for (1, H, W, 3) uint8, normalised inside by ``mean`` and ``std``.

    Both are of values from 0 to 255; without them the graph gets those values. Raises ``UsageError`` where OpenVINO
    finds no such ``device`` (``CPU``, ``GPU``, ``GPU.1``).
    """
    openvino = _openvino()
    core = openvino.Core()
    _check_device(core, device)
    steps = openvino.preprocess.PrePostProcessor(graph)
    pixels = steps.input("pixels")
    pixels.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    pixels.model().set_layout(openvino.Layout("NCHW"))
    converted = pixels.preprocess().convert_element_type(openvino.Type.f32)
    if mean:
        converted.mean([*mean]).scale([*std])
    # OpenVINO would choose bf16 where the CPU has it, which is slower here and gives other vectors.
    config: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": streams}
    if device == CPU:
        config["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(steps.build(), device, config)


def _check_device(core: Any, device: str) -> None:
    found = core.available_devices if device != CPU else [CPU]
    if device not in found and not (device == "GPU" and "GPU.0" in found):
        raise UsageError(
            f"OpenVINO finds no device {device} here; it finds {', '.join(found) or 'none'}.",
            remedy="Install the device's driver, or set DEEPSTYLE_DEVICE to one that is there.",
        )
