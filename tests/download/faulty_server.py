"""A real HTTP server on the loopback that misbehaves in thirty ways, each below a path of its own.

``/FAULT/NUMBER.jpg`` answers with that fault, ``/fine/NUMBER.jpg`` with a picture. It counts what it was asked and
which answers it sent whole.
"""

import asyncio
import contextlib
import socket
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Final

from tests.images.pictures import photo, save

FINE: Final = "fine"
OUTCOMES: Final[dict[str, str]] = {
    FINE: "",
    "busy-once": "",
    "error-once": "",
    "reset-once": "",
    "redirect": "",
    "relative-redirect": "",
    "wrong-type": "",
    "no-length": "",
    "slow-headers": "timeout",
    "dripping": "timeout",
    "hang": "timeout",
    "hang-midway": "timeout",
    "truncated": "broken-off",
    "chunked-garbage": "broken-off",
    "not-http": "broken-off",
    "endless-headers": "broken-off",
    "closed": "broken-off",
    "reset": "broken-off",
    "error": "server-error",
    "busy": "busy",
    "busy-for-long": "given-up",
    "gone": "not-found",
    "forbidden": "refused",
    "redirect-loop": "bad-redirect",
    "redirect-file": "bad-address",
    "redirect-private": "refused-address",
    "unknown-encoding": "bad-encoding",
    "bad-gzip": "bad-encoding",
    "gzip-bomb": "too-large",
    "huge": "too-large",
    "endless": "too-large",
    "empty": "not-a-picture",
    "page": "not-a-picture",
    "too-short-a-length": "not-a-picture",
    "no-length-truncated": "not-a-picture",
}
"""What a download says of each path's first part; empty where it gets the picture."""


@cache
def picture(number: int) -> bytes:
    """A small JPEG, another one for each number."""
    return _base()[:2] + b"\xff\xfe" + struct.pack(">HI", 6, number) + _base()[2:]


@cache
def _base() -> bytes:
    return save(photo(48, 64, seed=1), "JPEG", quality=80)


@cache
def _bomb() -> bytes:
    """64 MiB of zeros as gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()


@dataclass
class FaultyServer:
    """``asked`` counts requests by path, ``sent`` those of them whose picture was sent whole with status 200."""

    port: int = 0
    connections: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    most_at_once: int = 0
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    pause_s: float = 0.05
    _now: int = 0

    def url(self, path: str) -> str:
        """The URL of ``path``, such as ``fine/1.jpg``."""
        return f"http://127.0.0.1:{self.port}/{path}"

    @staticmethod
    def fine(number: int) -> bytes:
        """The picture ``fine/NUMBER.jpg``."""
        return picture(number)

    @property
    def origin(self) -> tuple[str, int]:
        """Host and port."""
        return "127.0.0.1", self.port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._request(reader, writer):
                    pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1].strip("/")
        self.headers[path] = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        self.asked[path] += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            return await self._answer(path, writer)
        finally:
            self._now -= 1

    async def _answer(self, path: str, writer: asyncio.StreamWriter) -> bool:
        """Answer; whether the connection stays open."""
        fault, _, name = path.partition("/")
        if path in self.files:
            await self._file(path, writer)
            return True
        if fault in (FINE, "fresh"):
            await self._picture(path, writer)
            return True
        handler: Callable[[str, str, asyncio.StreamWriter], Awaitable[object]] = getattr(
            self, "_" + fault.replace("-", "_")
        )
        await handler(path, name, writer)
        await writer.drain()
        return False

    async def _picture(self, path: str, writer: asyncio.StreamWriter, headers: str = "") -> None:
        number = int("".join(filter(str.isdecimal, path.rpartition("/")[2])) or 0)
        data = picture(number)
        etag = f'"{number}"'
        if self.headers[path].get("if-none-match") == etag:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
            await writer.drain()
            self.confirmed[path] += 1
            return
        kind = "" if "Content-Type" in headers else "Content-Type: image/jpeg\r\n"
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\nETag: {etag}\r\n{kind}{headers}\r\n".encode() + data
        )
        await writer.drain()
        self.sent[path] += 1

    async def _file(self, path: str, writer: asyncio.StreamWriter) -> None:
        data, headers = self.files[path]
        etag = f'"{sha256(data).hexdigest()}"'
        if self.headers[path].get("if-none-match") == etag:
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
            self.confirmed[path] += 1
        else:
            writer.write(
                f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\nETag: {etag}\r\n{headers}\r\n".encode() + data
            )
            self.sent[path] += 1
        await writer.drain()

    # -- what is well in the end ---------------------------------------------------------------------------------------
    async def _busy_once(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        if self.asked[path] == 1:
            writer.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        else:
            await self._picture(path, writer, "Connection: close\r\n")

    async def _error_once(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        if self.asked[path] == 1:
            writer.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
        else:
            await self._picture(path, writer, "Connection: close\r\n")

    async def _reset_once(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        if self.asked[path] == 1:
            await self._reset(path, name, writer)
        else:
            await self._picture(path, writer, "Connection: close\r\n")

    async def _redirect(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        self._found(writer, self.url(f"fine/redirected-{name}"))

    async def _relative_redirect(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        self._found(writer, f"../fine/relative-{name}")

    async def _wrong_type(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        await self._picture(path, writer, "Content-Type: text/plain\r\nConnection: close\r\n")

    async def _no_length(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + picture(2))
        self.sent[path] += 1

    # -- what never ends -----------------------------------------------------------------------------------------------
    async def _slow_headers(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        await self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", writer)

    async def _dripping(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        await self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", writer)

    async def _hang(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        await self._drip(b"", writer, every=b"")

    async def _hang_midway(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        await self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + picture(1)[:100], writer, every=b"")

    async def _endless(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"40000\r\n" + bytes(0x40000) + b"\r\n")
            await writer.drain()

    async def _endless_headers(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"X-More: " + b"x" * 10_000 + b"\r\n")
            await writer.drain()

    async def _drip(self, start: bytes, writer: asyncio.StreamWriter, *, every: bytes = b"x") -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(every)
            await writer.drain()
            await asyncio.sleep(self.pause_s)

    # -- what breaks off, or is no HTTP --------------------------------------------------------------------------------
    async def _truncated(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        data = picture(1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data[:-200])

    async def _chunked_garbage(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nshort\r\nnonsense\r\n\r\n")

    async def _not_http(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")

    async def _closed(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        """Nothing."""

    async def _reset(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        raw: socket.socket = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    # -- what is refused -----------------------------------------------------------------------------------------------
    async def _error(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")

    async def _busy(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")

    async def _busy_for_long(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n"
            b"Content-Length: 0\r\n\r\n"
        )

    async def _gone(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    async def _forbidden(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nSet-Cookie: seen=1\r\n\r\n")

    async def _redirect_loop(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        self._found(writer, f"/{path}")

    async def _redirect_file(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        self._found(writer, "file:///etc/passwd")

    async def _redirect_private(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        self._found(writer, "http://10.0.0.1/secret.jpg")

    async def _redirect_to(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        """Redirect to whatever the path's second part says, in hex."""
        self._found(writer, bytes.fromhex(name).decode())

    # -- what is no picture --------------------------------------------------------------------------------------------
    async def _unknown_encoding(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc")

    async def _bad_gzip(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")

    async def _gzip_bomb(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        data = _bomb()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(data) + data)

    async def _huge(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")

    async def _empty(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def _page(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 21\r\n\r\n<html>Log in</html>  ")

    async def _too_short_a_length(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + picture(1))

    async def _no_length_truncated(self, path: str, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + picture(1)[:-200])

    def _found(self, writer: asyncio.StreamWriter, location: str) -> None:
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


@contextmanager
def faulty_server(port: int = 0) -> Iterator[FaultyServer]:
    """Serve in a thread until the block ends."""
    _bomb()  # takes a second, in which the server would answer nobody
    server, ready, loop = FaultyServer(), threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", port)
        server.port = listening.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        listening.close()
        endless = asyncio.all_tasks() - {asyncio.current_task()}
        for task in endless:
            task.cancel()
        await asyncio.gather(*endless, return_exceptions=True)
        for _ in range(3):  # a transport closes in the loop's next turns
            await asyncio.sleep(0)

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
