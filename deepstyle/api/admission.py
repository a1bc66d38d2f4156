"""Admission: before a route runs, checks of host and rate and a turn; while it runs, the limits on its body.

Health routes always answer: they take no turn and have no rate limit. Routes that read an upload take their turn
themselves after the body has arrived, because a slow upload must not hold one.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final, Self

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deepstyle.api import problems
from deepstyle.api.bodies import MEMORY_BYTES, PLAIN_BYTES, Body, BodyLimits, Spool, open_spool
from deepstyle.api.clients import Client, Hosts, Network, Rates, client_of, trusted_networks
from deepstyle.api.limits import LIMITS, share
from deepstyle.api.turns import Turns
from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings

IMPORTS: Final = "/v1/imports"
WEBHOOKS: Final = "/v1/webhooks/"
WEBHOOK_BYTES: Final = int(LIMITS["webhook_bytes"].value)
HEALTH: Final = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The limits that all requests of one process share, and their current use."""

    hosts: Hosts
    trusted: tuple[Network, ...]
    reads_rate: Rates
    uploads_rate: Rates
    reads: Turns
    spool: Spool
    body_limits: BodyLimits
    import_spool: Spool
    import_limits: BodyLimits

    def bodies(self, path: str) -> tuple[Spool, BodyLimits, int]:
        """What bounds a body sent to ``path``: the budgets, the limits, and the bytes of one that is no form."""
        if path == IMPORTS:
            return self.import_spool, self.import_limits, self.import_limits.form_bytes
        return self.spool, self.body_limits, WEBHOOK_BYTES if path.startswith(WEBHOOKS) else PLAIN_BYTES

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits of ``settings``; those of the machine are divided among the workers."""
        running = share(settings.reads_running, settings.workers)
        waiting = share(settings.reads_waiting, settings.workers)
        return cls(
            hosts=Hosts.of(settings),
            trusted=trusted_networks(settings.trusted_proxies),
            reads_rate=Rates("rate_limit", settings.rate_limit, settings.workers),
            uploads_rate=Rates("upload_rate_limit", settings.upload_rate_limit, settings.workers),
            reads=Turns(running, waiting, settings.queue_wait_s),
            spool=open_spool(settings),
            body_limits=BodyLimits.of(settings),
            import_spool=Spool(
                MEMORY_BYTES, 3 * settings.import_bytes
            ),  # a client has a third of it; see import_uploads
            import_limits=replace(
                BodyLimits.of(settings), form_bytes=settings.import_bytes, request_timeout_s=settings.import_timeout_s
            ),
        )


class Admission:
    """ASGI middleware around the routes, within ``Envelope``."""

    def __init__(self, app: ASGIApp, *, gate: Gate, uploads: frozenset[str]) -> None:
        """``uploads`` are the paths of the routes that read a body."""
        self.app = app
        self.gate = gate
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with a problem document."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        client = client_of(scope, headers, self.gate.trusted)
        scope.setdefault("state", {})["client"] = client.name
        spool, limits, plain_bytes = self.gate.bodies(scope["path"])
        hold = spool.hold(client.name)
        body = Body(receive, headers, hold, limits, plain_bytes)
        with ExitStack() as held:
            held.callback(hold.release)

            async def send_answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    held.close()  # the work is done: a client that reads slowly holds nothing up
                    body.close_if_unread(message)
                await send(message)

            try:
                await self._admit(scope["path"], headers, client, held)
            except (problems.ProblemError, OverloadedError) as error:
                problem = problems.of_error(error) if isinstance(error, OverloadedError) else error
                await problems.respond(Request(scope), problem)(scope, receive, send_answer)
                return
            await self.app(scope, body.receive, send_answer)

    async def _admit(self, path: str, headers: Headers, client: Client, held: ExitStack) -> None:
        self.gate.hosts.check(headers.getlist("host"))
        if path in HEALTH:
            return
        is_webhook = path.startswith(WEBHOOKS)  # a shop that changes many products sends one for each
        if path in self.uploads and not is_webhook:
            self.gate.uploads_rate.check(client)
            return
        self.gate.reads_rate.check(client)
        if is_webhook:
            return
        await self.gate.reads.take(client.name)
        held.callback(self.gate.reads.give)
