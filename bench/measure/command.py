"""The command line as a user runs it: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
"""The checkout; processes start here, so that ``-m deepstyle`` and ``-m bench.NAME`` are its own."""

DEEPSTYLE: Final = (sys.executable, "-m", "deepstyle")


def run_deepstyle(*words: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a command and show what it prints; raises ``CalledProcessError`` where it fails."""
    subprocess.run([*DEEPSTYLE, *words], check=True, env={**os.environ, **(environment or {})})
