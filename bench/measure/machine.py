"""Which machine a figure was measured on."""

import os
from pathlib import Path


def describe_machine() -> str:
    """CPU model, usable cores and load, on one line."""
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} before the run"
