"""Importing deepstyle changes nothing in the process that imports it; a process of its own is prepared."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import deepstyle

WITHOUT_TORCH = [
    module.name
    for module in pkgutil.walk_packages(deepstyle.__path__, "deepstyle.")
    if not module.name.startswith("deepstyle.learning") and "train" not in module.name
]
EFFECTS = """
import logging, os, sys, threading, warnings

def state():
    levels = {name: (one.level, one.handlers) for name, one in logging.root.manager.loggerDict.items()
              if isinstance(one, logging.Logger) and (one.level or one.handlers)}
    return (dict(os.environ), os.getcwd(), {name for name, module in sys.modules.items() if module is None},
            {thread.name for thread in threading.enumerate()}, levels, logging.root.level, logging.root.handlers[:],
            warnings.filters[:] if NAMES == ['deepstyle'] else None, os.umask(os.umask(0o22)))
"""


def check(names: list[str]) -> None:
    """A dependency's own effects are there before: it is the other ones that count."""
    setup = "import importlib, numpy, fastapi, prometheus_client, rich\nbefore = state()"
    check = (
        "for name in NAMES: importlib.import_module(name)\nfor old, new in zip(before, state()): assert old == new, new"
    )
    code = f"NAMES = {names!r}\n{EFFECTS}\n{setup}\n{check}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_importing_the_package_changes_nothing() -> None:
    check(["deepstyle"])


def test_importing_every_module_changes_nothing() -> None:
    check([name for name in WITHOUT_TORCH if not name.endswith("__main__")])


def test_importing_the_library_loads_no_model_runtime() -> None:
    code = "import sys; from deepstyle import Shop; assert not {'openvino', 'torch', 'onnx'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_program_is_prepared(tmp_path: Path) -> None:
    code = (
        "import os, sys; from deepstyle.process import prepare_process; from deepstyle.telemetry import *;"
        "del os.environ['OPENBLAS_NUM_THREADS']; prepare_process(); assert os.environ['OPENBLAS_NUM_THREADS'] == '1';"
        "assert 'numpy' not in sys.modules; assert sys.modules[REPORTER] is None"
    )
    environment = {"OPENBLAS_NUM_THREADS": "8", "PYTHONPATH": str(Path(deepstyle.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=tmp_path)
