"""Around every request: an id, security headers, its duration, and a problem document for an unexpected exception."""

import logging
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deepstyle.api import problems
from deepstyle.api.logs import ACCESS, fields
from deepstyle.api.metrics import Metrics

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = logging.getLogger("deepstyle.api")
access_log = logging.getLogger(ACCESS)


class Envelope:
    """ASGI middleware around everything but CORS and the path prefix, so that its headers are on every answer."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, headers: Mapping[str, str]) -> None:
        self.app = app
        self.metrics = metrics
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an unexpected exception is logged with the request's id and answered with a 500."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started_s = time.perf_counter()
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        status = sent_bytes = 0
        self.metrics.requests_in_flight.inc()

        async def send_marked(message: Message) -> None:
            nonlocal status, sent_bytes
            if message["type"] == "http.response.start":
                status = message["status"]
                self._mark(message, request_id)
            sent_bytes += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        except Exception:
            log.exception("request failed", extra=fields(request_id=request_id))
            if status:  # the answer has begun: nothing to do but to cut it off
                raise
            error = problems.ProblemError("internal-error", "The request could not be answered.")
            await problems.respond(Request(scope), error)(scope, receive, send_marked)
        finally:
            self.metrics.requests_in_flight.dec()
            self._observe(scope, status or problems.CLIENT_GONE, time.perf_counter() - started_s, sent_bytes)

    def _mark(self, message: Message, request_id: str) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self.headers.items():
            if headers.setdefault(name, value) == "":
                del headers[name]  # an answer drops a header by leaving it empty
        headers["X-Request-ID"] = request_id

    def _observe(self, scope: Scope, status: int, seconds: float, sent_bytes: int) -> None:
        """Count and log a request; its address stays out of both, because the ids in it may be personal."""
        # Labels come from a closed set: neither a path nor an invented method may grow the number of series.
        method = scope["method"] if scope["method"] in _METHODS else "other"
        state: dict[str, Any] = scope["state"]
        route: str = state.get("route") or getattr(scope.get("route"), "path", "") or "unmatched"
        self.metrics.request_seconds.labels(route, method, str(status)).observe(seconds)
        code = state.get("problem", "")
        if code:
            self.metrics.problems.labels(code).inc()
        if access_log.isEnabledFor(logging.INFO):
            values = {"method": method, "route": route, "status": status, "duration_ms": round(seconds * 1000, 1)}
            values |= {"bytes": sent_bytes, "request_id": state["request_id"]}
            values |= {"key": state["key"]} if state.get("key") else {}
            access_log.info("request", extra=fields(**values, **({"problem": code} if code else {})))


def _request_id(headers: Headers) -> str:
    """The caller's ``X-Request-ID`` where it is a short plain word, which no log or header can be split with."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]


class HeadAsGet:
    """ASGI middleware that routes ``HEAD`` as ``GET`` and drops the body, so that no route has to say it twice."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the server still sees ``HEAD`` in its own scope."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not message.get("more_body", False):
                await send({"type": "http.response.body", "body": b""})

        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_head)
        finally:
            scope["route"] = as_get.get("route")
