"""`deepstyle serve` as a process, spoken to over plain sockets: what only a real server can show."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from deepstyle.cli.serve import run_server
from deepstyle.errors import UsageError
from deepstyle.settings import Settings
from tests.conftest import Shop

RUN = [sys.executable, "-c", "from deepstyle.cli import main; main()"]
HEAD = "POST /search_image HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
PART = b'--xx\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
FORM = PART + Shop.picture(3) + b"\r\n--xx--\r\n"


def free_port() -> int:
    """A free port below those that outgoing connections are given, so that none takes it before the server does."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@contextlib.contextmanager
def serving(
    shop: Shop, *options: str, descriptors: int = 0, **settings: object
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Port and process of a server, which may have no more than ``descriptors`` files open."""
    port = free_port()
    limited = ["bash", "-c", f'ulimit -n {descriptors}; exec "$@"', "serve"] if descriptors else []
    environment = os.environ | {f"DEEPSTYLE_{name.upper()}": str(value) for name, value in settings.items()}
    command = [*limited, *RUN, "serve", "--store", shop.store_url, "--model", str(shop.model)]
    command += ["--port", str(port), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            wait_until_ready(port, process)
            yield port, process
        finally:
            process.kill()


def wait_until_ready(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        assert process.poll() is None, process.stderr and process.stderr.read()
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).close()
            return
        time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def answer_of(connection: socket.socket) -> tuple[int, bytes, bytes]:
    """Status, head and body of one answer."""
    with connection.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n"))
        length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
        return int(head.split()[1]), head, file.read(length)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def in_flight(port: int) -> float:
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30).read().decode()
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith("deepstyle_uploads_in_flight ")))


@pytest.mark.parametrize("declared", [11 * 1024 * 1024, 10**12])
def test_a_declared_length_over_the_cap_is_refused_before_a_byte_is_sent(shop: Shop, declared: int) -> None:
    with serving(shop) as (port, _), connect(port) as connection:
        connection.sendall(f"{HEAD}Content-Length: {declared}\r\n\r\n".encode())
        status, _, body = answer_of(connection)
        assert (status, json.loads(body)["code"]) == (413, "body-too-large")


def test_uploads_that_end_badly_leave_the_server_well(shop: Shop) -> None:
    with serving(shop) as (port, process):
        with connect(port) as connection:  # an endless chunked body is cut off once it is over the cap
            connection.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
            connection.sendall(b"%x\r\n" % len(PART) + PART + b"\r\n")
            sent, chunk = 0, b"10000\r\n" + bytes(65536) + b"\r\n"
            with contextlib.suppress(OSError):
                while sent < 200 * 1024 * 1024:
                    connection.sendall(chunk)
                    sent += 65536
            assert sent < 100 * 1024 * 1024
        for cut in (0, 40, len(FORM) // 2, len(FORM)):  # clients that leave in the middle, and before their answer
            for _ in range(20):
                with connect(port) as connection:
                    connection.sendall(f"{HEAD}Content-Length: {len(FORM)}\r\n\r\n".encode() + FORM[:cut])
        with connect(port) as connection:
            for _ in range(2):  # the connection is kept
                connection.sendall(f"{HEAD}Content-Length: {len(FORM)}\r\n\r\n".encode() + FORM)
                status, _, body = answer_of(connection)
                assert status == 200
                assert len(json.loads(body)["results"]) == 10
        for _ in range(300):
            if in_flight(port) == 0:
                break
            time.sleep(0.1)
        assert in_flight(port) == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_two_workers_share_one_address(shop: Shop) -> None:
    with serving(shop, "--workers", "2") as (port, process):
        for _ in range(8):
            with connect(port) as connection:
                connection.sendall(f"{HEAD}Content-Length: {len(FORM)}\r\n\r\n".encode() + FORM)
                assert answer_of(connection)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_ends_the_server_after_its_requests_are_answered(shop: Shop, workers: str) -> None:
    with serving(shop, "--workers", workers) as (port, process), connect(port) as connection:
        connection.sendall(f"{HEAD}Content-Length: {len(FORM)}\r\n\r\n".encode() + FORM[:100])
        time.sleep(1)  # until a worker has the request
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        with pytest.raises(ConnectionRefusedError):
            connect(port)
        connection.sendall(FORM[100:])
        status, head, _ = answer_of(connection)
        assert status == 200
        assert b"connection: close" in head.lower()
        assert process.wait(60) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_second_signal_ends_the_server_at_once(shop: Shop, workers: str) -> None:
    with serving(shop, "--workers", workers) as (port, process), connect(port) as connection:
        connection.sendall(f"{HEAD}Content-Length: {len(FORM)}\r\n\r\n".encode() + FORM[:100])
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) > 128


def test_an_address_that_is_taken_is_told(shop: Shop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            run_server(Settings(store=shop.store_url, model=str(shop.model), port=port))


def test_the_process_ends_with_a_remedy_where_the_model_is_missing(shop: Shop) -> None:
    command = [*RUN, "serve", "--store", shop.store_url, "--model", "/nowhere", "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 2
    assert "remedy:" in done.stderr


def test_without_options_everything_comes_from_the_environment(shop: Shop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        output = {"DEEPSTYLE_STORE": shop.store_url, "DEEPSTYLE_MODEL": str(shop.model), "DEEPSTYLE_PORT": port}
        done = subprocess.run([*RUN, "serve"], capture_output=True, text=True, check=False, env=os.environ | output)
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_a_setting_that_the_environment_gives_wrong_is_named() -> None:
    wrong = os.environ | {"DEEPSTYLE_PRECISION": "half"}
    done = subprocess.run([*RUN, "similar", "1"], capture_output=True, text=True, check=False, env=wrong)
    assert done.returncode == 2
    assert "DEEPSTYLE_PRECISION=half" in done.stderr
    assert "Traceback" not in done.stderr
