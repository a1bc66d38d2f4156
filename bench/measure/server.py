"""One real server process for a bench, under whichever HTTP server, and what it costs."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]

from bench.measure import processes
from bench.measure.command import ROOT

APP: Final = "deepstyle.api.app:create_app"
BASELINE_APP: Final = "bench.measure.baseline_server:create_app"
START_S: Final = 180
UVICORN: Final = ("-m", "uvicorn", "--log-level", "error", "--no-access-log", "--ws", "none", "--factory")
SERVERS: Final[Mapping[str, tuple[str, ...]]] = {
    "deepstyle": ("-m", "deepstyle", "serve", "--port"),
    "uvicorn-httptools": (*UVICORN, APP, "--http", "httptools", "--port"),
    "uvicorn-h11": (*UVICORN, APP, "--http", "h11", "--h11-max-incomplete-event-size", "32768", "--port"),
    "hypercorn": ("-m", "hypercorn", f"{APP}()", "--worker-class", "uvloop", "--read-timeout", "15", "--bind"),
    "granian": (
        *("-m", "granian", "--interface", "asgi", "--factory", APP, "--no-ws", "--loop", "uvloop", "--log-level"),
        *("error", "--http", "1", "--http1-header-read-timeout", "10000", "--http1-buffer-size", "32768", "--port"),
    ),
}
"""Arguments of Python for each server with the limits that it offers, up to its port."""
BASELINE: Final = (*UVICORN, BASELINE_APP, "--http", "httptools", "--port")
"""The same for the server that ``bench.serving`` compares with."""


@dataclass(frozen=True)
class Served:
    """A server that answers on ``port``; ``pid`` is its first process."""

    port: int
    pid: int

    def memory_mib(self) -> float:
        """Resident memory of all of its processes now."""
        return processes.resident_mib(self.pid)

    def descriptors(self) -> int:
        """Open files of all of its processes now."""
        return processes.descriptors(self.pid)

    def cpu_s(self) -> float:
        """Processor seconds used so far."""
        return processes.cpu_s(self.pid)

    def answers(self, path: str = "/healthz", timeout_s: float = 15) -> bool:
        """Whether a new client gets an answer."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout_s).close()
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(
    server: str, environment: Mapping[str, str], *, port: int = 0, descriptors: int = 0, checkout: Path = ROOT
) -> Iterator[Served]:
    """The server of that name, or ``baseline``, once it is ready; with the code of ``checkout``.

    ``descriptors`` limits its open files. Raises ``SystemExit`` with what it printed where it does not become ready.
    """
    port = port or free_port()
    target = f"127.0.0.1:{port}" if server == "hypercorn" else str(port)
    limit = ["bash", "-c", f'ulimit -n {descriptors}; exec "$@"', "serve"] if descriptors else []
    words = BASELINE if server == "baseline" else SERVERS[server]
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        process = subprocess.Popen(
            [*limit, sys.executable, *words, target],
            env={**os.environ, **environment, "PYTHONPATH": str(checkout)},
            cwd=checkout,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        served = Served(port, process.pid)
        try:
            if not becomes_ready(served, process):
                log.seek(0)
                raise SystemExit(f"the server did not become ready (exit code {process.poll()}): {log.read()[-2000:]}")
            yield served
        finally:
            stop(process)


def becomes_ready(served: Served, process: "subprocess.Popen[bytes]") -> bool:
    """Wait for `/readyz`; whether it answered before the server ended and within three minutes."""
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s and process.poll() is None:
        if served.answers("/readyz", 5):
            return True
        time.sleep(0.25)
    return False


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Kill a server with all its workers."""
    for each in reversed(processes.family(process.pid) if process.poll() is None else []):
        with contextlib.suppress(psutil.Error):
            each.kill()
    process.wait()
