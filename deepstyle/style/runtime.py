"""OpenVINO, loaded when one of its names is first used: importing deepstyle loads no model runtime and sets nothing."""

from functools import cache
from types import ModuleType
from typing import Any

from deepstyle.telemetry import import_module


def __getattr__(name: str) -> Any:
    return getattr(_openvino(), name)


@cache
def _openvino() -> ModuleType:
    import_module("openvino.preprocess")  # the package does not import it
    return import_module("openvino")
