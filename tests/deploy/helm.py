"""Runs Helm, which is a library in Go, in a process of its own: two runtimes in one process disturb each other.

``python -m tests.deploy.helm render|lint|check CHART`` reads values from its input, and prints JSON.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


def run(what: str, chart: Path, values: dict[str, Any]) -> Any:
    """What Helm says of ``chart`` with ``values``; raises ``ValueError`` where it refuses these, skips without it."""
    if find_spec("helm_python") is None:
        pytest.skip("the extra deploy is not installed")
    command = [sys.executable, "-m", __name__, what, str(chart)]
    done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise ValueError(done.stderr)
    return json.loads(done.stdout)


def main() -> None:
    import helm_python as helm

    what, chart, values = sys.argv[1], Path(sys.argv[2]), json.load(sys.stdin)
    if what == "lint":
        print(json.dumps(helm.lint(chart, values, strict=True)))
        return
    with helm.Chart.load(chart) as loaded:
        try:
            found = (
                loaded.render(values, name="shop")
                if what == "render"
                else loaded.validate_schema(loaded.merge_values(values))
            )
        except helm.HelmError as error:
            sys.exit(f"refused: {error}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
