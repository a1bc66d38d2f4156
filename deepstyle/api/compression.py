"""Answers of text are sent compressed to whoever accepts it, where the answer holds no secret.

The length of a compressed answer that repeats what the client sent would tell a secret beside it (the BREACH attack).
So what sets a cookie, and what must not be stored (``no-store`` or ``private``: sessions and their tokens), is sent as
it is. So are streams, whose parts must not wait for each other, and an answer with a strong entity tag, which names
these bytes and no others (RFC 9110, 8.8.3).
"""

import re
import zlib
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALL_BYTES: Final = 1_000
"""Compressing less than this saves no packet."""
_LARGE_BYTES: Final = 100_000
"""What takes longer than a millisecond is compressed in a thread."""
_LEVEL: Final = 6
_GZIP: Final = 16 + zlib.MAX_WBITS
_KINDS: Final = frozenset({"application/json", "application/problem+json", "text/html"})
_REFUSED: Final = re.compile(r"q=0(\.0*)?")


def accepted_encodings(header: str) -> set[str]:
    """The encodings that ``Accept-Encoding`` names and does not refuse by ``q=0``."""
    accepted = set()
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if not _REFUSED.fullmatch(weight.strip()):
            accepted.add(name.strip().lower())
    return accepted


class Compression:
    """ASGI middleware around the routes, within ``HeadAsGet``, so that ``HEAD`` has the headers of ``GET``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        accepts = "gzip" in accepted_encodings(Headers(scope=scope).get("accept-encoding", ""))
        held: Message | None = None

        async def send_smaller(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_open_text(MutableHeaders(scope=message)):
                _vary(MutableHeaders(scope=message))
                if accepts:
                    held = message  # until its body is there
                    return
            if held is not None:
                start, held = held, None
                message = await _compressed(start, message)
                await send(start)
            await send(message)

        await self.app(scope, receive, send_smaller)


def _is_open_text(headers: MutableHeaders) -> bool:
    """Whether the answer is text that holds no secret, and may be encoded."""
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if kind not in _KINDS or "content-encoding" in headers or "set-cookie" in headers:
        return False
    if re.search("no-store|private", headers.get("cache-control", "")):
        return False
    return headers.get("etag", "W/").startswith("W/")


def _vary(headers: MutableHeaders) -> None:
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")


async def _compressed(start: Message, body: Message) -> Message:
    """``body`` as it is sent after ``start``, whose headers say so; a stream or a short answer stays as it is."""
    content: bytes = body.get("body", b"")
    if body["type"] != "http.response.body" or body.get("more_body", False) or len(content) < SMALL_BYTES:
        return body
    small = _gzip(content) if len(content) < _LARGE_BYTES else await run_in_threadpool(_gzip, content)
    headers = MutableHeaders(scope=start)
    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(small))
    return {**body, "body": small}


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(content) + packer.flush()
