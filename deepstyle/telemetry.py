"""No library that deepstyle uses reports its use to anybody: each one's opt-out, taken before it can be imported."""

import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OPT_OUTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "RAY_USAGE_STATS_ENABLED": "0",  # Ray
        "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/",  # where Ray reports that it shall not report
        "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub
        "DO_NOT_TRACK": "1",  # whatever else follows https://consoledonottrack.com
    }
)
"""Environment variables by which a library is asked not to report; child processes inherit them."""

REPORTER: Final = "openvino_telemetry"
"""The package by which OpenVINO and NNCF report: on ``import openvino`` it writes a client id below the home folder and
calls an analytics host. Both do without it where it cannot be imported."""


def opt_out() -> None:
    """Turn the reports off in this process and in its children that are deepstyle's; what was set already stays set."""
    for name, value in OPT_OUTS.items():
        os.environ.setdefault(name, value)
    sys.modules[REPORTER] = None  # type: ignore[assignment]  # marks a module that cannot be imported
