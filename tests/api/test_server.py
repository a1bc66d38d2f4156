"""`deepstyle serve` under attack: memory is bounded, attackers are disconnected, a normal client is served."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.api.connections import Rules
from deepstyle.api.limits import share
from deepstyle.settings import Settings
from tests.cli.test_serve import FORM, HEAD, answer_of, connect, serving
from tests.conftest import Shop, make_shop

POST = b"POST /v1/outfits:score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
SLOW = {
    "idle": b"",
    "header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ",
    "body": HEAD.encode() + b"Content-Length: 100000\r\n\r\n--xx\r\n",
    "json": POST + b"Content-Length: 60000\r\n\r\n{",
    "read": b"GET /v1/items?limit=40 HTTP/1.1\r\nHost: x\r\n\r\n" * 9,
}
ENDLESS = {
    "header": (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 65536),
    "headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"x: y\r\n" * 10_000),
    "path": (b"GET /", b"a" * 65536),
    "query": (b"GET /v1/items?q=", b"a" * 65536),
    "blank lines": (b"", b"\r\n" * 30_000),
    "trailer": (CHUNKED + b"0\r\nX: ", b"a" * 65536),
    "trailers": (CHUNKED + b"0\r\n", b"x: y\r\n" * 10_000),
    "chunk extension": (CHUNKED + b"1;", b"a" * 65536),
    "chunk extensions": (CHUNKED, b"1;" + b"a" * 1000 + b"\r\na\r\n"),
    "requests": (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2000),
}
OTHERS = [f"127.0.0.{number}" for number in range(2, 10)]


@pytest.fixture(scope="module")
def shared_shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Shop:
    return make_shop(tmp_path_factory.mktemp("shop"), tiny_model)


@pytest.fixture(scope="module")
def served(shared_shop: Shop) -> Iterator[tuple[int, int]]:
    """Port and process id of a server whose patience is short."""
    times = {f"{name}_timeout_s": 1 for name in ("header", "keep_alive", "body", "write")}
    with serving(shared_shop, max_connections_per_client=30, **times) as (port, process):
        yield port, process.pid


def memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def sockets(pid: int) -> int:
    """The server's own ones, and one for each connection."""
    count = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(descriptor.readlink()).startswith("socket:")
    return count


def connect_from(source: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0))


def assert_served(port: int) -> None:
    with connect(port) as connection:
        connection.sendall(f"{HEAD}Content-Length: {len(FORM)}\r\n\r\n".encode() + FORM)
        assert answer_of(connection)[0] == 200


def drip(connection: socket.socket) -> bool:
    """Send one byte more; ``False`` where the server has ended the connection."""
    connection.setblocking(False)
    try:
        connection.sendall(b"a")
        return bool(connection.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False


@pytest.mark.parametrize("sources", [["127.0.0.1"], OTHERS], ids=["one address", "eight addresses"])
@pytest.mark.parametrize("kind", SLOW)
def test_slow_connections_end_and_a_normal_client_is_served(
    served: tuple[int, int], kind: str, sources: list[str]
) -> None:
    port, pid = served
    listening = sockets(pid)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect_from(sources[number % len(sources)], port)) for number in range(60)]
        for connection in slow:
            connection.sendall(SLOW[kind])
        for _ in range(100):
            assert_served(port)
            slow = [connection for connection in slow if kind in ("idle", "read") or drip(connection)]
            if sockets(pid) <= listening:
                break
            time.sleep(0.1)
        else:
            raise AssertionError("slow connections are still open")


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_endless_request_ends_without_being_collected(served: tuple[int, int], kind: str) -> None:
    port, pid = served
    start, block = ENDLESS[kind]
    before_mib, sent = memory_mib(pid), 0
    with connect(port) as connection, contextlib.suppress(OSError):
        connection.settimeout(20)
        connection.sendall(start)
        while sent < 64 * 1024 * 1024:
            connection.sendall(block)
            sent += len(block)
    assert sent < 32 * 1024 * 1024
    assert memory_mib(pid) - before_mib < 30
    assert_served(port)


@pytest.mark.parametrize("sources", [["127.0.0.1"], OTHERS], ids=["one address", "eight addresses"])
def test_more_connections_than_descriptors_lock_nobody_out(shared_shop: Shop, sources: list[str]) -> None:
    with contextlib.ExitStack() as stack:
        port, _ = stack.enter_context(serving(shared_shop, descriptors=256))
        for number in range(400):
            stack.enter_context(connect_from(sources[number % len(sources)], port))
        for _ in range(20):
            assert_served(port)


def test_the_server_raises_its_limit_on_descriptors() -> None:
    code = (
        "from resource import *; from deepstyle.platform import raise_open_files_limit;"
        "setrlimit(RLIMIT_NOFILE, (128, 2048)); raise_open_files_limit(); print(getrlimit(RLIMIT_NOFILE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(2048, 2048)"


def test_workers_share_the_limits() -> None:
    assert [share(10, workers) for workers in (1, 3, 20)] == [10, 3, 1]
    whole, part = Rules.of(Settings(max_connections=200)), Rules.of(Settings(max_connections=200, workers=4))
    assert (part.connections, part.per_client) == (whole.connections // 4, whole.per_client // 4)
