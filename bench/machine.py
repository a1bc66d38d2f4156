"""The machine that a benchmark ran on, in one line."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """CPU model, cores, Python."""
    told = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((line.split(":", 1)[1].strip() for line in told.splitlines() if line.startswith("model name")), "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model or platform.machine()}, {cores} cores, Python {platform.python_version()}"
