"""Requests run in OpenVINO's threads: one that ran in a thread of ours could damage memory as that thread ended."""

import re
from pathlib import Path

import numpy as np
import openvino
import pytest
from openvino import opset13

import deepstyle
from deepstyle.style import runtime

PACKAGE = Path(deepstyle.__file__).parent
IN_CALLING_THREAD = re.compile(r"\.infer(_new_request)?\(")


def compiled() -> openvino.CompiledModel:
    """Adds 1 to one value."""
    value = opset13.parameter([1], np.float32)
    return openvino.Core().compile_model(openvino.Model([opset13.add(value, np.ones(1, np.float32))], [value]), "CPU")


def test_nothing_runs_a_request_in_the_calling_thread() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if IN_CALLING_THREAD.search(line)
    ]
    assert found == []


def test_run_waits_for_the_output() -> None:
    request = compiled().create_infer_request()
    for value in range(100):
        runtime.run(request, np.full(1, value, np.float32))
        assert request.get_output_tensor(0).data[0] == value + 1


def test_run_raises_what_openvino_does() -> None:
    with pytest.raises(RuntimeError, match="shape"):
        runtime.run(compiled().create_infer_request(), np.zeros(2, np.float32))
