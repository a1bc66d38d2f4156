"""Admission: before a route runs, checks of host, key and rate and a turn; while it runs, the limits on its body.

Health routes always answer: they take no turn and have no rate limit. Routes that read an upload, or write, take their
turn themselves after the body has arrived, because a slow upload must not hold one.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final, Self

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deepstyle.api import problems
from deepstyle.api.authorisation import ADMIN_PAGES, Authoriser, Row, Rows
from deepstyle.api.bodies import MEMORY_BYTES, PLAIN_BYTES, Body, BodyLimits, Spool, open_spool
from deepstyle.api.clients import Client, Hosts, Network, Rates, client_of, trusted_networks
from deepstyle.api.limits import LIMITS, share
from deepstyle.api.sessions import is_secure
from deepstyle.api.site_pages import HASHED
from deepstyle.api.turns import Turns
from deepstyle.errors import DeepstyleError
from deepstyle.settings import Settings

BATCH: Final = "/v1/items:batch"
BATCH_BYTES: Final = int(LIMITS["batch_bytes"].value)
IMPORTS: Final = "/v1/imports"
WEBHOOKS: Final = "/v1/webhooks/"
WEBHOOK_BYTES: Final = int(LIMITS["webhook_bytes"].value)
EVENTS: Final = "/v1/events"
NO_TURN: Final = (WEBHOOKS, EVENTS, "/v1/accounts/oidc/", "/v1/me/export")
ASSETS: Final = f"/{HASHED}/"
"""The website's scripts and styles: files that read no store."""
HEALTH: Final = frozenset({"/healthz", "/readyz", "/metrics"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The limits that all requests of one process share, and their current use; ``is_https``: people use TLS."""

    hosts: Hosts
    is_https: bool
    trusted: tuple[Network, ...]
    reads_rate: Rates
    uploads_rate: Rates
    reads: Turns
    spool: Spool
    body_limits: BodyLimits
    authoriser: Authoriser
    import_spool: Spool
    import_limits: BodyLimits

    def bodies(self, path: str) -> tuple[Spool, BodyLimits, int]:
        """What bounds a body sent to ``path``: the budgets, the limits, and the bytes of one that is no form."""
        if path == IMPORTS:
            return self.import_spool, self.import_limits, self.import_limits.form_bytes
        plain_bytes = BATCH_BYTES if path == BATCH else WEBHOOK_BYTES if path.startswith(WEBHOOKS) else PLAIN_BYTES
        return self.spool, self.body_limits, plain_bytes

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits of ``settings``; those of the machine are divided among the workers."""
        running = share(settings.reads_running, settings.workers)
        waiting = share(settings.reads_waiting, settings.workers)
        return cls(
            hosts=Hosts.of(settings),
            is_https=settings.public_url.startswith("https:"),
            trusted=trusted_networks(settings.trusted_proxies),
            reads_rate=Rates("rate_limit", settings.rate_limit, settings.workers),
            uploads_rate=Rates("upload_rate_limit", settings.upload_rate_limit, settings.workers),
            reads=Turns(running, waiting, settings.queue_wait_s),
            spool=open_spool(settings),
            body_limits=BodyLimits.of(settings),
            authoriser=Authoriser(settings),
            import_spool=Spool(
                MEMORY_BYTES, 3 * settings.import_bytes
            ),  # a client has a third of it; see import_uploads
            import_limits=replace(
                BodyLimits.of(settings), form_bytes=settings.import_bytes, request_timeout_s=settings.import_timeout_s
            ),
        )


class Admission:
    """ASGI middleware around the routes, within ``Envelope``."""

    def __init__(self, app: ASGIApp, *, gate: Gate, uploads: frozenset[tuple[str, str]]) -> None:
        """``uploads`` are the routes that read a body, by method and path."""
        self.app = app
        self.gate = gate
        self.uploads = uploads
        self.rows = Rows()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with a problem document."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        client = client_of(scope, headers, self.gate.trusted)
        with_tls = self.gate.is_https or is_secure(scope, headers, self.gate.trusted)
        scope.setdefault("state", {}).update(client=client.name, peer=client, is_secure=with_tls)
        row = self.rows.find(scope["method"], scope["path"])
        spool, limits, plain_bytes = self.gate.bodies(scope["path"])
        hold = spool.hold(client.name)
        body = Body(receive, headers, hold, limits, plain_bytes)
        with ExitStack() as held:
            held.callback(hold.release)

            async def send_answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    held.close()  # the work is done: a client that reads slowly holds nothing up
                    body.close_if_unread(message)
                    if message["status"] == 405:  # a router knows the methods of the first route that fits
                        MutableHeaders(scope=message)["Allow"] = ", ".join(self.rows.methods(scope["path"]))
                await send(message)

            try:
                await self._admit(scope, row, headers, client, held)
            except (problems.ProblemError, DeepstyleError) as error:
                problem = problems.of_error(error) if isinstance(error, DeepstyleError) else error
                await problems.respond(Request(scope), problem)(scope, receive, send_answer)
                return
            await self.app(scope, body.receive, send_answer)

    async def _admit(self, scope: Scope, row: Row, headers: Headers, client: Client, held: ExitStack) -> None:
        self.gate.hosts.check(headers.getlist("host"))
        try:
            caller = await self.gate.authoriser.check(row, headers, client, lambda: scope["app"].state.resources)
            scope["state"].update(key=caller.key, person=caller.person, pseudonym=caller.pseudonym)
        except problems.ProblemError as refusal:
            if row.path not in ADMIN_PAGES:
                raise
            scope["state"]["refusal"] = refusal
        if row.path in HEALTH:
            return
        # A write takes a turn of its own, or queues a job; a shop that changes many products sends a webhook for each.
        # Events wait for the disk, providers and exports for turns of their own, and none for a search.
        is_beside = row.path.startswith(NO_TURN) or scope["path"].startswith(ASSETS)
        takes_no_turn = row.access in ("write", "merchandiser", "admin") or is_beside
        if (row.method, row.path) in self.uploads and not takes_no_turn:
            self.gate.uploads_rate.check(client)
            return
        self.gate.reads_rate.check(client)
        if takes_no_turn:
            return
        await self.gate.reads.take(client.name)
        held.callback(self.gate.reads.give)
