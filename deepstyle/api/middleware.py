"""Around every request: an id, a cap on the body, security headers, its duration, and a problem where code broke."""

import logging
import re
import time
import uuid
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deepstyle.api import problems
from deepstyle.api.metrics import Metrics

FORM_OVERHEAD_BYTES: Final = 64 * 1024  # boundaries, part headers and the small fields beside the image
PLAIN_BODY_BYTES: Final = 64 * 1024
_DRAINED_BYTES: Final = 64 * 1024 * 1024
_LENGTH_DIGITS: Final = 18  # of a declared length; whatever has more is over every cap, too
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
log = logging.getLogger("deepstyle.api")


class Envelope:
    """ASGI middleware, the outermost that the app controls, so that its headers are on every answer."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, max_upload_bytes: int) -> None:
        self.app = app
        self.metrics = metrics
        self.max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an unexpected exception is logged with the request's id and answered with a 500."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started_s = time.perf_counter()
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _mark(message, headers, request_id)
            await send(message)

        try:
            await self.app(scope, self._capped(receive, headers), send_marked)
        except Exception:
            log.exception("request %s failed", request_id)
            if status:  # the answer has begun: nothing to do but to cut it off
                raise
            error = problems.ProblemError("internal-error", "The request could not be answered.")
            await problems.respond(Request(scope), error)(scope, receive, send_marked)
        finally:
            self._observe(scope, status or problems.CLIENT_GONE, time.perf_counter() - started_s)

    def _capped(self, receive: Receive, headers: Headers) -> Receive:
        """``receive`` that refuses a body over the cap: by its declared length, else once it has grown past it."""
        is_form = headers.get("content-type", "").startswith("multipart/")
        cap = self.max_upload_bytes + FORM_OVERHEAD_BYTES if is_form else PLAIN_BODY_BYTES
        declared = _declared_bytes(headers)
        received = 0

        async def receive_capped() -> Message:
            nonlocal received
            if declared is not None and declared > cap:
                raise _too_large(cap)
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > cap:
                    raise _too_large(cap)
            return message

        return receive_capped

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        # Labels come from a closed set: neither a path nor an invented method may grow the number of series.
        route: Any = scope.get("route")
        path = str(getattr(route, "path", "") or "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.metrics.request_seconds.labels(path, method, str(status)).observe(seconds)


def _too_large(cap: int) -> problems.ProblemError:
    return problems.ProblemError("body-too-large", f"the request's body is over the cap of {cap:,} bytes.")


def _declared_bytes(headers: Headers) -> int | None:
    declared = headers.get("content-length", "")
    return int(declared[:_LENGTH_DIGITS]) if declared.isascii() and declared.isdigit() else None


def _request_id(headers: Headers) -> str:
    """The caller's ``X-Request-ID`` where it is a short plain word, which no log or header can be split with."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]


def _mark(message: Message, request_headers: Headers, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-ID"] = request_id
    # What is left of a refused body is read and thrown away, so that a browser gets to see the answer; but not an
    # endless or a huge one: there the connection ends.
    declared = _declared_bytes(request_headers)
    if message["status"] in (408, 413) and (declared is None or declared > _DRAINED_BYTES):
        headers["Connection"] = "close"
