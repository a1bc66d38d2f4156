"""The examples in README.md, docs/ and ``--help``, and a place to run them in as they are written.

Blocks marked ``sh`` and ``python`` are run, page by page and in order. ``<!-- not run: REASON -->`` on the line before
a block leaves it out. ``deepstyle serve`` goes to the background, and ``curl`` finds it on whatever port was free.
"""

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from docs.reference import all_commands, examples
from tests.documentation.warm import CLIENT

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
GENERATED = re.compile(r"<!-- generated: \w+ -->\n.*?<!-- end -->", re.S)
FENCE = re.compile(r"(?:^<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<language>\S*)\n(?P<code>.*?)^```$", re.M | re.S)
ITEM_ID = re.compile(r"\b\d{5}-\d{2}\b")
PLAIN_LANGUAGES = {"json", "toml", "text", "javascript", "yaml", "html", "diff"}
INHERITED = {"DEEPSTYLE_CACHE_DIR"}
TIMEOUT_S = 600  # the machine may be busy; nothing asserts how long anything takes
STOP_S = 60
SHIM = """#!/bin/bash
case " $* " in *" --help "*|*" --no-serve "*) exec "$PYTHON" -ISc "$CLIENT" "$@";; esac
case "$1" in serve|demo) ;; *) exec "$PYTHON" -ISc "$CLIENT" "$@";; esac
arguments=("$@"); for at in "${!arguments[@]}"; do [ "${arguments[$at]}" = 8000 ] && arguments[at]="$PORT"; done
[ -f server.pid ] && kill "$(cat server.pid)" && while kill -0 "$(cat server.pid)" 2>/dev/null; do sleep 0.1; done
DEEPSTYLE_PORT="$PORT" "$PYTHON" -m deepstyle "${arguments[@]}" >server.log 2>&1 </dev/null & echo $! >server.pid
for _ in {1..1500}; do
  "$CURL" --silent --fail --output /dev/null "http://127.0.0.1:$PORT/readyz" && exit 0
  kill -0 "$(cat server.pid)" || break
  sleep 0.2
done
cat server.log >&2; exit 1
"""
CURL = """#!/bin/bash
exec "$CURL" --silent --show-error --fail-with-body "${@//127.0.0.1:8000/127.0.0.1:$PORT}"
"""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; ``reason`` says why it is not run."""

    page: Path
    line: int
    language: str
    code: str
    reason: str | None

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def script(self) -> str:
        """The block as shell commands."""
        if self.language == "sh":
            return self.code
        return f"python - <<'END OF PYTHON'\n{self.code}END OF PYTHON\n"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks that a person wrote; the generated command reference has the examples of ``--help``."""
    text = GENERATED.sub(lambda part: "\n" * part[0].count("\n"), page.read_text("utf-8"))
    for found in FENCE.finditer(text):
        yield Block(page, text.count("\n", 0, found.start()) + 1, found["language"], found["code"], found["reason"])


def page_script(page: Path) -> str:
    """All blocks of a page that are run, as one script that says which block it is at."""
    chosen = [one for one in blocks(page) if one.language in ("sh", "python") and one.reason is None]
    return "".join(f"echo {shlex.quote('## ' + one.name)} >&2\n{one.script}" for one in chosen)


def help_examples() -> dict[str, list[str]]:
    """The example command lines of each command's help."""
    return {path: examples(command) for path, command in all_commands().items()}


def item_ids() -> set[str]:
    """The ids of the demo catalogue that any example names."""
    lines = [line for shown in help_examples().values() for line in shown]
    pages = [one.code for page in PAGES for one in blocks(page)]
    return set(ITEM_ID.findall("\n".join([*lines, *pages])))


def run(script: str, folder: Path, warm: str, **environment: str) -> None:
    """Run a shell script in ``folder``, its commands in forks of the process ``warm``; a failure shows all output."""
    tools = folder / ".tools"
    tools.mkdir(exist_ok=True)
    for name, text in {"deepstyle": SHIM, "curl": CURL, "python": f'#!/bin/sh\nexec {sys.executable} "$@"\n'}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    inherited = {
        name: value for name, value in os.environ.items() if name in INHERITED or not name.startswith("DEEPSTYLE_")
    }
    settings = {
        "PATH": f"{tools}:{inherited['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHON": sys.executable,
        "CLIENT": CLIENT,
        "WARM": warm,
        "CURL": _real_curl(),
        "PORT": str(_free_port()),
    }
    try:
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=inherited | settings | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
        )
        assert ran.returncode == 0, f"exit status {ran.returncode}\n{script}\n{ran.stdout[-4000:]}"
    finally:
        _stop_server(folder / "server.pid")


def _stop_server(pid: Path) -> None:
    if pid.is_file():
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(int(pid.read_text()))
            server.terminate()
            server.wait(STOP_S)


def _real_curl() -> str:
    return shutil.which("curl") or "/no/curl/on/this/machine"


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port
