"""``fuzz_routes.py`` in a process of its own: it starts a server, and its libraries stay out of the other tests."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

OWN_PLUGIN = ["-o", "addopts=--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist"]


def test_every_route_answers_as_it_is_described() -> None:
    if find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed")
    fuzz = Path(__file__).with_name("fuzz_routes.py")
    command = [sys.executable, "-m", "pytest", "-q", "-s", *OWN_PLUGIN, str(fuzz)]
    done = subprocess.run(command, cwd=fuzz.parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    assert re.search(r"[\d,]{3,} requests, 0 with a 5xx", done.stdout)
