"""The accounts of one server process, as requests reach them."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from deepstyle.api.clients import Client
from deepstyle.api.consent_cookie import says_no, token_in
from deepstyle.api.lazy import Lazy
from deepstyle.api.limits import LIMITS, share
from deepstyle.api.problems import ProblemError
from deepstyle.api.sessions import PERSON_COOKIE, cookie, session_in
from deepstyle.api.turns import Turns
from deepstyle.people.accounts import sessions, signing_in
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.passwords import PARALLEL_HASHES
from deepstyle.people.accounts.sessions import LIFE_S
from deepstyle.people.accounts.signing_in import Browser, SignedIn
from deepstyle.people.consent import CONSENT_DAYS, DAY_S, shopper_of
from deepstyle.people.opened import People
from deepstyle.settings import Settings

T = TypeVar("T")
MAX_USER_AGENT_CHARS: Final = 512
SLOW_RUNNING: Final = int(LIMITS["people_work_running"].value)


class Members:
    """Accounts, opened when they are first needed; passwords are hashed in turns, so that logins hold up no search."""

    def __init__(self, settings: Settings) -> None:
        self.is_on = settings.accounts
        self._opened = Lazy(lambda: Accounts.open(People.open(settings)))
        waiting = share(int(LIMITS["logins_waiting"].value), settings.workers)
        self._slow = Turns(SLOW_RUNNING, waiting, LIMITS["login_wait_s"].value)
        self._hashing = Turns(share(PARALLEL_HASHES, settings.workers), waiting, LIMITS["login_wait_s"].value)

    def require_on(self) -> None:
        """Raise ``ProblemError`` (accounts-off) where there are no accounts."""
        if not self.is_on:
            raise ProblemError("accounts-off", "this server has no accounts.")

    def accounts(self) -> Accounts:
        """The accounts; raises ``ProblemError`` (accounts-off, not-ready)."""
        self.require_on()
        return self._opened.get()

    async def find(self, token: str) -> SignedIn | None:
        """Whom a session's token stands for now; raises as ``accounts``."""
        return await run_in_threadpool(lambda: signing_in.find(self.accounts(), token)) if token else None

    async def sign_out(self, token: str) -> None:
        """End a session."""
        await run_in_threadpool(lambda: sessions.end(self.accounts().people.store, token))

    async def pseudonym(self, headers: Headers) -> str:
        """The pseudonym of a browser that consented, "" where it did not, or sends Global Privacy Control."""
        token = token_in(headers)
        if not token or says_no(headers):
            return ""
        return (await run_in_threadpool(lambda: shopper_of(self.accounts().people.store, token))).client_id

    async def hash(self, client: Client, work: Callable[[], T]) -> T:
        """Do ``work`` that computes with a password, in its turn; raises ``OverloadedError``."""
        return await self._hashing.run(client.name, work)

    async def slow(self, client: Client, work: Callable[[], T]) -> T:
        """Do ``work`` that may take seconds, such as asking a provider, in its turn; raises ``OverloadedError``."""
        return await self._slow.run(client.name, work)

    def open(self) -> None:
        """Open the accounts where they are on; what cannot be opened now is logged, and tried again by requests."""
        if self.is_on:
            with suppress(ProblemError):
                self.accounts().passwords.warm_up()

    def close(self) -> None:
        """Send what waits and close the databases."""
        if (accounts := self._opened.opened) is not None:
            accounts.close()
            accounts.people.close()


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to the accounts: the accounts, who sends it, and the session of its browser."""

    members: Members
    accounts: Accounts
    client: Client
    browser: Browser
    is_secure: bool

    async def hash(self, work: Callable[[], T]) -> T:
        """Do work that computes with a password, see ``Members.hash``."""
        return await self.members.hash(self.client, work)

    async def slow(self, work: Callable[[], T]) -> T:
        """Do work that may take seconds, see ``Members.slow``."""
        return await self.members.slow(self.client, work)

    def cookie(self, token: str) -> str:
        """The header ``Set-Cookie`` of a session; an empty token drops it."""
        life = timedelta(seconds=LIFE_S if token else 0)
        return cookie(token, life, is_secure=self.is_secure, name=PERSON_COOKIE, same_site="Lax")


async def _visit(request: Request) -> Visit:
    members: Members = request.app.state.resources.members
    client: Client = request.state.peer
    browser = Browser(
        network="" if client.is_local else client.name,
        user_agent=request.headers.get("user-agent", "")[:MAX_USER_AGENT_CHARS],
        session=session_in(request.headers, PERSON_COOKIE),
    )
    accounts = await run_in_threadpool(members.accounts)
    return Visit(members, accounts, client, browser, request.state.is_secure)


async def _signed_in(request: Request) -> SignedIn:
    """The person that ``authorisation`` let in; a route that asks for her has the access ``person``."""
    found = request.state.person
    assert isinstance(found, SignedIn), "the route's row does not ask for a person"
    return found


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the lists of a request belong to; those of a pseudonym last ``lasts_s`` from their last change."""

    owner_id: str
    lasts_s: float | None = None

    def expires_s(self) -> float | None:
        """When what is written now ends, in seconds since 1970; ``None`` for a person."""
        return None if self.lasts_s is None else time.time() + self.lasts_s


async def _owner(request: Request) -> Owner:
    """The owner that ``authorisation`` let in; a route that asks for her has the access ``shopper``."""
    person, pseudonym = request.state.person, request.state.pseudonym
    assert person or pseudonym, "the route's row does not ask for a shopper"
    return Owner(person.person.person_id) if person else Owner(pseudonym, CONSENT_DAYS * DAY_S)


OwnerDep = Annotated[Owner, Depends(_owner)]
VisitDep = Annotated[Visit, Depends(_visit)]
PersonDep = Annotated[SignedIn, Depends(_signed_in)]
