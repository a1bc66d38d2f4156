"""Every bench and every trial starts: its ``--help`` works, so its imports and options are whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("bench", "research")
    for path in (ROOT / folder).rglob("*.py")
    if "__main__" in path.read_text("utf-8")
)
# One process for all, which imports torch once. ``runpy`` runs each as ``python -m`` does.
ALL_HELP = """
import contextlib, io, json, runpy, sys, traceback
results = {}
for name in json.loads(sys.argv[1]):
    sys.argv, output = [name, "--help"], io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        results[name] = "it ran instead of printing its help"
    except SystemExit as end:
        results[name] = output.getvalue() if end.code in (0, None) else f"exit code {end.code}"
    except BaseException:
        results[name] = traceback.format_exc()
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def help_texts() -> dict[str, str]:
    command = [sys.executable, "-c", ALL_HELP, json.dumps(SCRIPTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    texts: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return texts


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_explains_itself(name: str, help_texts: dict[str, str]) -> None:
    text = help_texts[name]
    assert text.startswith("usage: "), text
    assert f"python -m {name}" in text, "the help shows how to run it"
