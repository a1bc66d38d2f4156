"""A real Milvus for the tests: the standalone server of the wheel ``milvus==2.3.5``, killed at the end.

The wheel needs ``setuptools<70``, so it has a virtual environment of its own, made by ``make`` (``.venv-milvus``, or
where ``MILVUS_VENV`` says). Its binary is unpacked there once; each server has its data in a folder of its own.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.server_process import ServerProcess, die_with_parent

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 120.0
# Run by the environment of the wheel: unpacks the binary, and writes the configuration of one server.
_PREPARE = """
import json, sys
import milvus
folder, unpacked = sys.argv[1:]
milvus._initialize_data_files(unpacked)
config = milvus.MilvusServerConfig()
config.configs["data_dir"] = folder
config.resolve_storage()
config.set("system_log_level", "error")
config.set("etcd_log_level", "error")
config.extra_configs.update({"common.session.ttl": 3})
config.extra_configs.update({"queryCoord.checkInterval": 100, "queryCoord.distPullInterval": 100})
config.resolve()
port, listener = config.resolve_port(29091)
listener.close()
print(json.dumps([config.get("proxy_port"), port]))
"""


def venv() -> Path:
    """The wheel's environment; skips the test where it was not made."""
    found = Path(os.environ.get("MILVUS_VENV", ROOT / ".venv-milvus"))
    if not (found / "bin" / "python").exists():
        pytest.skip(f"{found} does not exist: `make {found.name}` installs the Milvus server")
    return found


@dataclass
class MilvusServer(ServerProcess):
    """One server; ``port`` and ``folder`` stay the same over restarts."""

    port: int
    health_port: int
    folder: Path
    binaries: Path

    @property
    def url(self) -> str:
        return f"milvus://127.0.0.1:{self.port}"

    def start(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Start the process, and wait until it serves."""
        environment = {
            **os.environ,
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(self.health_port),
            "MILVUS_RUN_DIR": str(self.folder / "run"),
            "LD_LIBRARY_PATH": str(self.binaries),
        }
        command = [self.binaries / "milvus", "run", "standalone"]
        with (self.folder / "milvus.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        wait_until(self._serves, timeout_s, "Milvus serves")

    def _serves(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"Milvus ended with {self.process.returncode}: {self.folder / 'milvus.log'}")
        address = f"http://127.0.0.1:{self.health_port}/healthz"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return b"OK" in answer.read()
        return False


@contextlib.contextmanager
def milvus_server(folder: Path) -> Iterator[MilvusServer]:
    """A running server with its data in ``folder``; its process is killed at the end, whatever happens."""
    environment = venv()
    unpacked = environment / "server"
    unpacked.mkdir(exist_ok=True)
    with (unpacked / "lock").open("w") as lock:  # several test runs may share the environment
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [environment / "bin" / "python", "-c", _PREPARE, folder, unpacked]
        ran = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": ""})
    port, health_port = json.loads(ran.stdout)
    server = MilvusServer(port, health_port, folder, unpacked / "bin")
    try:
        server.start()
        yield server
    finally:
        server.kill()


def wait_until(is_so: Callable[[], bool], timeout_s: float, what: str) -> None:
    """Poll until ``is_so``; raises ``TimeoutError`` after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:.0f} s")
        time.sleep(0.02)
