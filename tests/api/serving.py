"""A real server on loopback, in a thread, for what a client does byte by byte."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from deepstyle.api.app import create_app
from deepstyle.settings import Settings

WAIT_S = 30


@contextmanager
def served(settings: Settings, app: FastAPI | None = None, *, http: str = "auto") -> Iterator[int]:
    """The port of a server of ``app``, by default a new one, with uvicorn's protocol ``http``."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app or create_app(settings), log_config=None, ws="none", http=http, proxy_headers=False)
        )
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(WAIT_S)


@contextmanager
def connected(port: int, address: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A client's connection from ``address``."""
    with socket.create_connection(("127.0.0.1", port), WAIT_S, source_address=(address, 0)) as connection:
        yield connection


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    """A request's head."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


_BEGINNING = b'--xx\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
_END = b"\r\n--xx--\r\n"


def begun_form(path: str, length: int, kind: str = "multipart/form-data") -> bytes:
    """The head of a form that is ``length`` bytes long, and the beginning of its image."""
    return head(path, f"Content-Type: {kind}; boundary=xx", f"Content-Length: {length}") + _BEGINNING


def form(path: str, image: bytes, kind: str = "multipart/form-data") -> bytes:
    """A request with one image."""
    return begun_form(path, len(_BEGINNING + image + _END), kind) + image + _END


def answer(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    """The status, the headers and the JSON document that comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(connection)
    first, *lines = data.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    body = data.partition(b"\r\n\r\n")[2]
    while len(body) < int(headers["content-length"]):
        body += received(connection)
    return int(first.split()[1]), headers, json.loads(body)


def received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    assert data, "the server closed the connection without an answer"
    return data
