"""One real server process for a bench, with whichever HTTP server, and what it costs."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

APP: Final = "deepstyle.api.app:create_app"
RUN_CLI: Final = "from deepstyle.cli import main; main()"
START_S: Final = 180
UVICORN: Final = (
    "-m",
    "uvicorn",
    "--factory",
    APP,
    "--log-level",
    "error",
    "--no-access-log",
    "--ws",
    "none",
    "--port",
)
SERVERS: Final[Mapping[str, tuple[str, ...]]] = {
    "deepstyle": ("-c", RUN_CLI, "serve", "--port"),
    "uvicorn-httptools": (*UVICORN[:-1], "--http", "httptools", "--port"),
    "uvicorn-h11": (*UVICORN[:-1], "--http", "h11", "--h11-max-incomplete-event-size", "32768", "--port"),
    "hypercorn": ("-m", "hypercorn", f"{APP}()", "--worker-class", "uvloop", "--read-timeout", "15", "--bind"),
    "granian": (
        *("-m", "granian", "--interface", "asgi", "--factory", APP, "--no-ws", "--loop", "uvloop", "--log-level"),
        *("error", "--http", "1", "--http1-header-read-timeout", "10000", "--http1-buffer-size", "32768", "--port"),
    ),
}
"""Arguments of Python for each server with the limits that it offers, before its port."""


@dataclass
class Served:
    """A server that answers; it may be several processes."""

    port: int
    process: psutil.Process

    def tree(self) -> list[psutil.Process]:
        """Its processes."""
        return [self.process, *self.process.children(recursive=True)]

    def memory_mib(self) -> float:
        """Resident memory of all of its processes now."""
        total = 0
        for process in self.tree():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 2**20

    def descriptors(self) -> int:
        """Open files of all of its processes now."""
        return sum(process.num_fds() for process in self.tree())

    def cpu_s(self) -> float:
        """Processor seconds used so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.tree())

    def answers(self, path: str = "/healthz", timeout_s: float = 15) -> bool:
        """Does a new client get an answer?"""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout_s).close()
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(
    server: str, environment: Mapping[str, str], *, port: int = 0, descriptors: int = 0, checkout: Path | None = None
) -> Iterator[Served]:
    """The server of that name, once it is ready; of another checkout of the project where one is given."""
    port = port or free_port()
    target = f"127.0.0.1:{port}" if server == "hypercorn" else str(port)
    limit = ["bash", "-c", f'ulimit -n {descriptors}; exec "$@"', "serve"] if descriptors else []
    paths = {"PYTHONPATH": str(checkout)} if checkout else {}
    process = subprocess.Popen(
        [*limit, sys.executable, *SERVERS[server], target],
        env={**os.environ, **environment, **paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    served = Served(port, psutil.Process(process.pid))
    try:
        wait_until_ready(served, process)
        yield served
    finally:
        for each in reversed(served.tree() if process.poll() is None else []):
            with contextlib.suppress(psutil.Error):
                each.kill()
        process.wait()


def wait_until_ready(served: Served, process: subprocess.Popen[bytes]) -> None:
    """Wait for `/readyz`; raises ``SystemExit`` where the server ends before."""
    for _ in range(START_S * 4):
        if served.answers("/readyz", 5):
            return
        if process.poll() is not None:
            raise SystemExit(f"the server stopped with {process.returncode}")
        time.sleep(0.25)
    raise SystemExit("the server did not become ready")


def demo_environment(store: str, photo: Path | None) -> tuple[dict[str, str], Path]:
    """Settings that serve ``store``, and a photo to search with; the demo catalogue where they are not given."""
    from deepstyle.settings import Settings

    if not store:
        subprocess.run([sys.executable, "-c", RUN_CLI, "demo", "--no-serve"], check=True)
        store = "sqlite:///var/demo.db"
    photo = photo or min((Settings().cache_dir / "demo" / "images").rglob("*.jpg"))
    return {"DEEPSTYLE_STORE": store}, photo
