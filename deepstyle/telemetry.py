"""No library that deepstyle uses reports its use to anybody. ``import_module`` imports those that would."""

import importlib
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Final

REPORTING: Final = ("openvino", "nncf", "ray", "huggingface_hub")
"""Packages that report their use by default. deepstyle imports them only where ``opt_out`` was called before."""

OPT_OUTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "RAY_USAGE_STATS_ENABLED": "0",  # Ray
        "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/",  # where Ray reports that reports are disabled
        "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub
        "DO_NOT_TRACK": "1",  # whatever else follows https://consoledonottrack.com
    }
)
"""Environment variables that ask a library not to report; child processes inherit them."""

REPORTER: Final = "openvino_telemetry"
"""The package by which OpenVINO and NNCF report: on ``import openvino`` it writes a client id below the home folder and
calls an analytics host. Both work without it where it cannot be imported."""


def opt_out() -> None:
    """Turn the reports off in this process and its children; a variable that is already set keeps its value."""
    for name, value in OPT_OUTS.items():
        os.environ.setdefault(name, value)
    sys.modules[REPORTER] = None  # type: ignore[assignment]  # marks a module that cannot be imported


def import_module(name: str) -> ModuleType:
    """Import one of the ``REPORTING`` packages, or a module of it, after the opt-outs."""
    opt_out()
    return importlib.import_module(name)
