"""HTTP/1.1 as the server speaks it: uvicorn's httptools protocol, with limits on what a client sends, and on when.

Used as ``uvicorn … --http deepstyle.api.protocol:BoundedHttp``; ``deepstyle serve`` does. A request over a limit is
answered with a problem document, after which the connection is closed; a client that keeps the server waiting is
disconnected. Time is counted in waits: the clock of a wait starts with it, and only progress at ``least_rate_bytes_s``
moves it on, so that single bytes do not.
"""

import asyncio
import enum
import json
import logging
from http import HTTPStatus
from typing import Any, Final
from weakref import WeakKeyDictionary

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from deepstyle.api import problems
from deepstyle.api.clients import client_at, is_trusted
from deepstyle.api.connections import Connections, Rules
from deepstyle.api.limits import LIMITS
from deepstyle.api.logs import ACCESS, fields
from deepstyle.settings import Settings

LINGER_S: Final = 2.0  # for the client to read the refusal, before what it still sends resets the connection
_LINGER_BYTES: Final = 1024 * 1024
_PIECE_BYTES: Final = 8 * 1024
_CHUNK_BYTES: Final = 16  # size and line ends of one chunk
_SEPARATOR_BYTES: Final = 4  # ": " and the line's end
_RATE_BYTES_S: Final = LIMITS["least_rate_bytes_s"].value
_CODES: Final = {
    400: "malformed-request",
    408: "request-timeout",
    414: "address-too-long",
    431: "headers-too-large",
    503: "overloaded",
}
access_log = logging.getLogger(ACCESS)
_connections: Final[WeakKeyDictionary[ServerState, Connections]] = WeakKeyDictionary()


class Phase(enum.Enum):
    """What a connection waits for: the client, but for ``WORK``."""

    NEW = enum.auto()
    HEAD = enum.auto()
    BODY = enum.auto()
    WORK = enum.auto()
    IDLE = enum.auto()
    CLOSING = enum.auto()


class _OverLimitError(Exception):
    """Raised in a callback, to stop the parser."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.status = LIMITS[limit].status


class BoundedHttp(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        if server_state not in _connections:
            _connections[server_state] = Connections(Rules.of(Settings()), self.loop)
        self.held = _connections[server_state]
        self.rules = self.held.rules
        self.peer, self.is_proxy = "", False
        self.phase = Phase.NEW
        self._since_s = 0.0
        self._began_s = 0.0
        self._messages = 0
        self._unanswered: list[RequestResponseCycle] = []
        self._head_bytes = 0
        self._body_bytes = 0
        self._framing_bytes = 0
        self._ignored_bytes = 0
        self._unsent_bytes = 0
        self._unsent_since_s: float | None = None

    # -- what the event loop reports ----------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the connection in, or turn it away where there is no room."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.peer, self.is_proxy = client_at(host).name, not host or is_trusted(host, self.rules.proxies)
        self._enter(Phase.NEW)
        if not self.held.admit(self):
            self._enter(Phase.CLOSING)
            self._close(self._refusal(503))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and stop every request of it; uvicorn stops the last one only."""
        self.held.release(self)
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser in pieces, so that a head that is too long is found before it has been read."""
        while data and not self._is_deaf():
            piece = data if self.phase is Phase.BODY else data[:_PIECE_BYTES]
            data = data[len(piece) :]
            self._feed(piece)
        if data:
            self._ignore(len(data))

    def pause_writing(self) -> None:
        """The client reads more slowly than the answer is made."""
        super().pause_writing()
        self._watch_answer(self.loop.time())

    def resume_writing(self) -> None:
        """The client has read most of what was made."""
        super().resume_writing()
        self._unsent_since_s = None

    def shutdown(self) -> None:
        """Let the request in flight be answered, and end the connection before the server would cancel the request."""
        super().shutdown()
        if stopping := self.app_state.get("stopping"):
            stopping.set()  # else a stream of events would go on until it is cut off
        if self.config.timeout_graceful_shutdown is not None:
            self.loop.call_later(max(0.0, self.config.timeout_graceful_shutdown - 1), self.transport.abort)

    # -- what the parser reports --------------------------------------------------------------------------------------
    def on_message_begin(self) -> None:
        """The first byte of a request."""
        if self._is_deaf():
            raise _OverLimitError("pipelined_requests")
        super().on_message_begin()
        self._messages += 1
        self._enter(Phase.HEAD)

    def on_url(self, url: bytes) -> None:
        """A part of the path and query."""
        super().on_url(url)
        if len(self.url) > LIMITS["url_bytes"].value:
            raise _OverLimitError("url_bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the request, or a trailer, which no route reads."""
        if self.phase is Phase.BODY:
            return
        super().on_header(name, value)
        if len(self.headers) > LIMITS["headers"].value:
            raise _OverLimitError("headers")

    def on_headers_complete(self) -> None:
        """Start the request, or queue it behind an earlier one."""
        size_bytes = sum(len(name) + len(value) + _SEPARATOR_BYTES for name, value in self.headers)
        if len(self.url) + size_bytes > LIMITS["header_bytes"].value:
            raise _OverLimitError("header_bytes")
        super().on_headers_complete()
        self._unanswered.append(self.cycle)
        self._enter(Phase.BODY)
        if len(self.pipeline) >= LIMITS["pipelined_requests"].value:
            self.cycle.keep_alive = False

    def on_chunk_header(self) -> None:
        """Count what a chunk may take besides its bytes."""
        self._framing_bytes -= _CHUNK_BYTES

    def on_body(self, body: bytes) -> None:
        """A part of the body, without its chunks' framing."""
        super().on_body(body)
        self._framing_bytes -= len(body)

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        super().on_message_complete()
        self._enter(Phase.IDLE if self.cycle.response_complete else Phase.WORK)

    def on_response_complete(self) -> None:
        """The answer is made; the next request may be waiting already."""
        super().on_response_complete()
        self._unanswered = [cycle for cycle in self._unanswered if not cycle.response_complete]
        self._unset_keepalive_if_required()  # the table looks after it
        if self.phase is Phase.WORK and self.cycle.response_complete:
            self._enter(Phase.IDLE)

    # -- what the table of connections asks for -----------------------------------------------------------------------
    def waiting_since_s(self) -> float | None:
        """Since when the client has kept the server waiting; ``None`` while a request is being answered."""
        if self._unsent_since_s is not None:
            return self._unsent_since_s
        at_work = self.phase is Phase.WORK or (self.phase is Phase.HEAD and self._is_answering())
        return None if at_work or self._is_held_up() else self._since_s

    def check(self, now_s: float) -> None:
        """Disconnect a client that has sent or read too little for too long."""
        self._watch_answer(now_s)
        if self._is_held_up() or (self.phase is Phase.IDLE and self._unsent_since_s is not None):
            self._since_s = now_s
        if self._unsent_since_s is not None and now_s - self._unsent_since_s > self.rules.write_s:
            self.transport.abort()
        elif self._is_late(now_s):
            self._time_out()

    def evict(self) -> None:
        """Make room; a client that was sending a request is asked to come again."""
        begun = self.phase in (Phase.HEAD, Phase.BODY) and not self._is_answering_earlier()
        self._enter(Phase.CLOSING)
        self._close(self._refusal(503) if begun else b"")

    # -- the rest -----------------------------------------------------------------------------------------------------
    def _feed(self, piece: bytes) -> None:
        phase, message = self.phase, self._messages
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:  # answered like any other request, and the last of its connection
            self.cycle.keep_alive = False
        except httptools.HttpParserError as error:
            if not self._is_deaf():
                self._refuse(getattr(error.__context__, "status", 400))
            return
        if (phase, message) != (self.phase, self._messages):
            return  # a part of the piece belongs to what came before, and it is short
        if phase is Phase.BODY:
            self._count_body(len(piece))
        elif phase is not Phase.WORK:
            self._head_bytes += len(piece)
            if self._head_bytes > LIMITS["header_bytes"].value:
                self._refuse(LIMITS["header_bytes"].status)

    def _count_body(self, size_bytes: int) -> None:
        self._since_s = min(self.loop.time(), self._since_s + size_bytes / _RATE_BYTES_S)
        self._framing_bytes += size_bytes
        if self._framing_bytes > LIMITS["framing_bytes"].value:
            self._refuse(LIMITS["framing_bytes"].status)

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self._since_s = self._began_s = self.loop.time()
        self._head_bytes = self._framing_bytes = 0

    def _patience_s(self) -> float:
        match self.phase:
            case Phase.NEW | Phase.HEAD:
                return self.rules.header_s
            case Phase.BODY:
                return self.rules.body_s
            case Phase.IDLE:
                return self.rules.keep_alive_s
            case Phase.CLOSING:
                return LINGER_S
            case Phase.WORK:
                return float("inf")

    def _request_s(self) -> float:
        """How long the body may take in all: a feed to import is large."""
        is_import = self.url.partition(b"?")[0].endswith(b"/v1/imports")
        return self.rules.import_s if is_import else self.rules.request_s

    def _is_deaf(self) -> bool:
        """Nothing more is read: the connection ends with the answer that is under way."""
        return self.phase is Phase.CLOSING or (self.phase is Phase.WORK and not self.cycle.keep_alive)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_answering_earlier(self) -> bool:
        """An answer to an earlier request, or a part of one to this request, would be mixed up with a refusal."""
        if self.phase is Phase.BODY:
            return bool(self.pipeline) or self.cycle.response_started
        return self._is_answering()

    def _is_held_up(self) -> bool:
        """The client would go on, but the server does not read from it yet."""
        expected = self.phase is Phase.BODY and self.cycle.waiting_for_100_continue
        return self.phase in (Phase.HEAD, Phase.BODY) and (self.flow.read_paused or expected)

    def _ignore(self, size_bytes: int) -> None:
        self._ignored_bytes += size_bytes
        if self._ignored_bytes > _LINGER_BYTES:
            if self.phase is Phase.CLOSING:
                self._close()
            else:
                self.flow.pause_reading()

    def _watch_answer(self, now_s: float) -> None:
        """Note since when the client has not read what is in the transport's buffer."""
        unsent_bytes = self.transport.get_write_buffer_size()
        if not unsent_bytes:
            self._unsent_since_s = None
        elif self._unsent_since_s is None:
            self._unsent_since_s = now_s
        else:
            read_bytes = max(0, self._unsent_bytes - unsent_bytes)
            self._unsent_since_s = min(now_s, self._unsent_since_s + read_bytes / _RATE_BYTES_S)
        self._unsent_bytes = unsent_bytes

    def _refuse(self, status: int) -> None:
        """Answer the request that is being read with a problem, and end the connection."""
        if self._is_answering_earlier():
            if self.phase is Phase.BODY:
                self._close()
            else:  # what was asked for before it is answered first
                self.cycle.keep_alive = False
                self._enter(Phase.WORK)
            return
        if self.phase is Phase.BODY:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._enter(Phase.CLOSING)
        self.transport.write(self._refusal(status))
        self.transport.write_eof()

    def _is_late(self, now_s: float) -> bool:
        too_long = self.phase is Phase.BODY and now_s - self._began_s > self._request_s()
        return too_long or now_s - self._since_s > self._patience_s()

    def _time_out(self) -> None:
        if self.phase in (Phase.HEAD, Phase.BODY):
            self._refuse(408)
        else:
            self._close()

    def _close(self, answer: bytes = b"") -> None:
        """End the connection, without waiting for a client that does not read."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        if answer:
            self.transport.write(answer)
        self.transport.close()

    def _observe(self, kind: problems.Kind) -> None:
        """Count and log a refusal; there is no request, so no route and no id."""
        if metrics := self.app_state.get("metrics"):
            metrics.problems.labels(kind.code).inc()
        access_log.info("refused", extra=fields(status=kind.status, problem=kind.code))

    def _refusal(self, status: int) -> bytes:
        kind = problems.KINDS[_CODES[status]]
        self._observe(kind)
        problem = problems.Problem(
            type=f"/problems/{kind.code}",
            title=kind.title,
            status=status,
            detail=f"{kind.title}.",
            instance="",
            code=kind.code,
            remedy=kind.remedy,
            request_id="",
        )
        body = json.dumps(problem.model_dump(exclude_none=True)).encode()
        retry = [(b"retry-after", str(problems.RETRY_AFTER_S).encode())] if status == 503 else []
        headers = [
            *self.server_state.default_headers,
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *retry,
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode() + lines + b"\r\n" + body
