"""Who may send which request: one table of every route and the scope that it needs.

``open`` routes answer anybody, whatever ``Authorization`` they send: a proxy may use it for itself. A ``read`` route is
open unless ``require_read_key``. A ``write``, ``merchandiser`` or ``admin`` route always needs a key, and answers 403
where the store has none. In place of a key, a browser may send the session that it got for one at ``/admin``, or that
of an account whose role allows the same (``REACHED``). A ``person`` route is for whoever is signed in, and acts on her
own data alone: no address names a person, and what an id names is looked for among what is hers. A ``shopper`` route is
for her, or for the pseudonym of a browser that consented, in the same way. An address that no row matches has no route:
it is the website's, or nobody's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route, compile_path

from deepstyle.api.clients import Client, Rates
from deepstyle.api.keys import KeyRing
from deepstyle.api.limits import LIMITS
from deepstyle.api.members import Members
from deepstyle.api.problems import ProblemError
from deepstyle.api.sessions import PERSON_COOKIE, READS, require_intent, require_own_page, session_in
from deepstyle.people.accounts.roles import Role
from deepstyle.people.accounts.signing_in import SignedIn
from deepstyle.settings import Settings
from deepstyle.store.keys import ApiKey, Scope, is_token

Access = Literal["open", "read", "write", "merchandiser", "admin", "person", "shopper"]
REACHED: Final[Mapping[Role, frozenset[Access]]] = {
    "shopper": frozenset({"person", "shopper"}),
    "merchandiser": frozenset({"person", "shopper", "read", "merchandiser"}),
    "admin": frozenset({"person", "shopper", "read", "write", "merchandiser", "admin"}),
}
"""What an account of each role reaches, beside what is open."""

ROUTES: Final[Mapping[tuple[str, str], Access]] = {
    ("GET", "/healthz"): "open",
    ("GET", "/readyz"): "open",
    ("GET", "/"): "open",  # the page in place of a website that was not built
    ("GET", "/sw.js"): "open",
    ("POST", "/shared-photo"): "open",
    ("GET", "/metrics"): "read",
    ("GET", "/docs"): "read",
    ("GET", "/openapi.json"): "read",
    ("GET", "/problems/{code}"): "read",
    ("GET", "/v1/info"): "read",
    ("GET", "/v1/examples"): "read",
    ("GET", "/v1/examples/{name}"): "read",
    ("GET", "/v1/items"): "read",
    ("GET", "/v1/items/{item_id}"): "read",
    ("GET", "/v1/items/{item_id}/similar"): "read",
    ("GET", "/v1/items/{item_id}/compatible"): "read",
    ("GET", "/image/{item_id}"): "read",
    ("GET", "/robots.txt"): "open",
    ("GET", "/sitemap.xml"): "read",
    ("GET", "/sitemap/{number}.xml"): "read",
    ("GET", "/preview/item/{item_id}"): "read",
    ("GET", "/preview/look"): "read",
    ("POST", "/similar/{item_id}"): "read",
    ("POST", "/search_image"): "read",
    ("POST", "/v1/search"): "read",
    ("POST", "/compatible/{item_id}"): "read",
    ("POST", "/v1/compatible"): "read",
    ("POST", "/v1/outfits:score"): "read",
    ("POST", "/v1/outfits:complete"): "read",
    ("POST", "/v1/looks:analyse"): "read",
    ("POST", "/v1/looks:shop"): "read",
    ("POST", "/v1/garments"): "read",
    ("GET", "/v1/search"): "read",
    ("GET", "/v1/suggest"): "read",
    ("GET", "/v1/looks"): "read",
    ("GET", "/v1/looks/{look_id}"): "read",
    ("GET", "/v1/looks/{look_id}/similar"): "read",
    ("PUT", "/v1/items/{item_id}"): "write",
    ("PATCH", "/v1/items/{item_id}"): "write",
    ("DELETE", "/v1/items/{item_id}"): "write",
    ("POST", "/v1/items:batch"): "write",
    ("POST", "/v1/looks"): "write",
    ("DELETE", "/v1/looks/{look_id}"): "write",
    ("POST", "/v1/imports"): "write",
    ("GET", "/v1/imports"): "write",
    ("GET", "/v1/imports/{job_id}"): "write",
    ("GET", "/v1/imports/{job_id}/events"): "write",
    ("DELETE", "/v1/imports/{job_id}"): "write",
    ("GET", "/admin"): "merchandiser",
    ("GET", "/admin/{page:path}"): "admin",
    ("GET", "/v1/session"): "open",  # it says whether there is one
    ("POST", "/v1/session"): "open",  # signing in: the key is in the body
    ("DELETE", "/v1/session"): "merchandiser",
    ("GET", "/v1/overview"): "admin",
    ("GET", "/v1/feeds"): "admin",
    ("GET", "/v1/map"): "admin",
    ("GET", "/v1/reports"): "admin",
    ("GET", "/v1/reports/{name}/{file}"): "admin",
    ("GET", "/v1/experiments"): "admin",
    ("POST", "/v1/experiments"): "admin",
    ("GET", "/v1/experiments/{name}"): "admin",
    ("DELETE", "/v1/experiments/{name}"): "admin",
    ("GET", "/v1/merchandising/rules"): "merchandiser",
    ("GET", "/v1/merchandising/rules/{key}"): "merchandiser",
    ("PUT", "/v1/merchandising/rules/{key}"): "merchandiser",
    ("DELETE", "/v1/merchandising/rules/{key}"): "merchandiser",
    ("POST", "/v1/merchandising/rules:preview"): "merchandiser",
    ("GET", "/v1/merchandising/synonyms"): "merchandiser",
    ("PUT", "/v1/merchandising/synonyms/{key}"): "merchandiser",
    ("DELETE", "/v1/merchandising/synonyms/{key}"): "merchandiser",
    ("GET", "/v1/merchandising/redirects"): "merchandiser",
    ("PUT", "/v1/merchandising/redirects/{key}"): "merchandiser",
    ("DELETE", "/v1/merchandising/redirects/{key}"): "merchandiser",
    ("GET", "/v1/merchandising/looks"): "merchandiser",
    ("PUT", "/v1/merchandising/looks/{key}"): "merchandiser",
    ("DELETE", "/v1/merchandising/looks/{key}"): "merchandiser",
    ("GET", "/v1/merchandising/margins/{key}"): "merchandiser",
    ("PATCH", "/v1/merchandising/margins/{key}"): "merchandiser",
    ("GET", "/v1/analytics/{report}"): "merchandiser",
    ("GET", "/v1/audit"): "merchandiser",
    ("POST", "/v1/audit/{entry_id}:undo"): "merchandiser",
    ("GET", "/v1/accounts/session"): "open",  # it says whether there is one
    ("POST", "/v1/accounts/session"): "open",  # signing in: the password is in the body
    ("DELETE", "/v1/accounts/session"): "person",
    ("POST", "/v1/accounts"): "open",
    ("POST", "/v1/accounts:confirm"): "open",  # a one-time token is in the body
    ("POST", "/v1/accounts:reset"): "open",
    ("POST", "/v1/accounts:reset-confirm"): "open",
    ("GET", "/v1/accounts/oidc/{provider}"): "open",
    ("GET", "/v1/accounts/oidc/{provider}/callback"): "open",
    ("POST", "/v1/accounts/passkeys:options"): "open",
    ("POST", "/v1/accounts/passkeys:sign-in"): "open",
    ("GET", "/v1/me"): "person",
    ("DELETE", "/v1/me"): "person",
    ("GET", "/v1/me/export"): "person",
    ("PUT", "/v1/me/password"): "person",
    ("PUT", "/v1/me/email"): "person",
    ("GET", "/v1/me/sessions"): "person",
    ("DELETE", "/v1/me/sessions/{session_id}"): "person",
    ("GET", "/v1/me/passkeys"): "person",
    ("POST", "/v1/me/passkeys:options"): "person",
    ("POST", "/v1/me/passkeys"): "person",
    ("DELETE", "/v1/me/passkeys/{passkey_id}"): "person",
    ("GET", "/v1/me/wishlist"): "shopper",
    ("DELETE", "/v1/me/wishlist"): "shopper",
    ("PUT", "/v1/me/wishlist/{item_id}"): "shopper",
    ("DELETE", "/v1/me/wishlist/{item_id}"): "shopper",
    ("GET", "/v1/me/looks"): "shopper",
    ("DELETE", "/v1/me/looks"): "shopper",
    ("PUT", "/v1/me/looks/{look_id}"): "shopper",
    ("DELETE", "/v1/me/looks/{look_id}"): "shopper",
    ("GET", "/v1/me/history"): "shopper",
    ("DELETE", "/v1/me/history"): "shopper",
    ("PUT", "/v1/me/history/{item_id}"): "shopper",
    ("GET", "/v1/me/sizes"): "shopper",
    ("PUT", "/v1/me/sizes"): "shopper",
    ("DELETE", "/v1/me/sizes"): "shopper",
    ("GET", "/v1/me/hidden"): "shopper",
    ("DELETE", "/v1/me/hidden"): "shopper",
    ("PUT", "/v1/me/hidden/{item_id}"): "shopper",
    ("DELETE", "/v1/me/hidden/{item_id}"): "shopper",
    ("GET", "/v1/me/personal"): "person",
    ("PUT", "/v1/me/personal"): "person",
    ("GET", "/v1/consent"): "open",  # each browser has its own
    ("PUT", "/v1/consent"): "open",
    ("POST", "/v1/events"): "open",  # of a page of this site; others are asked for a key that may write
    ("POST", "/v1/webhooks/shopify"): "open",  # they carry a signature of their own
    ("POST", "/v1/webhooks/woocommerce"): "open",
}
"""The access of each route, by its method and path."""
ADMIN_PAGES: Final = frozenset({"/admin", "/admin/{page:path}"})
"""Routes that say in their page why they are refused: how to sign in, or how to create a key."""
PAGES: Final[Mapping[str, Access]] = {
    "/admin": "merchandiser",
    "/admin/rules": "merchandiser",
    "/admin/words": "merchandiser",
    "/admin/looks": "merchandiser",
    "/admin/analytics": "merchandiser",
    "/admin/audit": "merchandiser",
    "/admin/imports": "admin",
    "/admin/map": "admin",
    "/admin/evaluation": "admin",
    "/admin/experiments": "admin",
}
"""Who may open which page of ``/admin``: the rows of the one route that they have; any other page is for admins."""

_SCOPES: Final[Mapping[Access, Scope]] = {"read": "read", "write": "write", "merchandiser": "admin", "admin": "admin"}
"""The scope that an API key needs; no key stands for a person or a shopper."""
_BEARER: Final = re.compile(r"(?i:bearer) +(\S+) *")
_CREATE: Final = "Create a key with `deepstyle keys create NAME --scope {}`."


@dataclass(frozen=True, slots=True)
class Row:
    """A route of the table."""

    method: str
    path: str
    access: Access


NOWHERE: Final = Row("", "", "open")
"""The row of an address that has no route."""


class Rows:
    """The table as requests are looked up in it: by the patterns of the router, so that none is routed past its row."""

    def __init__(self, routes: Mapping[tuple[str, str], Access] = ROUTES) -> None:
        self._exact = {key: Row(*key, access) for key, access in routes.items() if "{" not in key[1]}
        self._patterns = [
            (method, compile_path(path)[0], Row(method, path, access))
            # Paths without a parameter, too: the router's pattern of /v1/overview also fits "/v1/overview\n".
            for (method, path), access in sorted(routes.items(), key=lambda row: "{" in row[0][1])
        ]

    def find(self, method: str, path: str) -> Row:
        """The row of a request; ``HEAD`` is routed as ``GET``."""
        method = "GET" if method == "HEAD" else method
        if row := self._exact.get((method, path)):
            return row
        found = (row for other, pattern, row in self._patterns if other == method and pattern.match(path))
        row = next(found, NOWHERE)
        return replace(row, access=PAGES.get(path.rstrip("/"), row.access)) if row.path in ADMIN_PAGES else row

    def methods(self, path: str) -> list[str]:
        """The methods that an address has."""
        return sorted({method for method, pattern, _ in self._patterns if pattern.match(path)})


def without_row(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """The method and path of every route that the table lacks; the application does not start with one."""
    for route in routes:
        if isinstance(route, Route):  # FastAPI's own routes are, too
            methods = sorted((route.methods or set()) - {"HEAD"})
            yield from ((method, route.path) for method in methods if (method, route.path) not in ROUTES)


class Doors(Protocol):
    """What a server process knows of those who may come in."""

    key_ring: KeyRing
    members: Members


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was let in: the name of an API key, a person or a pseudonym; nobody where the route asks for none."""

    key: str = ""
    person: SignedIn | None = None
    pseudonym: str = ""


class Authoriser:
    """Checks each request that needs a key or a person; the failed attempts of a client are limited."""

    def __init__(self, settings: Settings) -> None:
        self._required = settings.require_read_key
        self._failures = _rates("failed_keys_per_minute", settings)
        self._ended_sessions = _rates("failed_sessions_per_minute", settings)

    async def check(self, row: Row, headers: Headers, client: Client, open_doors: Callable[[], Doors]) -> Caller:
        """Whom the request comes from, nobody where the route needs no key; raises ``ProblemError``."""
        if row.access == "open" or (row.access == "read" and not self._required):
            return Caller()
        doors = open_doors()
        if row.access == "person":
            return Caller(person=await self._person(row, headers, client, doors.members))
        if row.access == "shopper":
            return await self._shopper(row, headers, client, doors.members)
        person = await _staff(headers, doors.members)
        may_do_it = person is not None and row.access in REACHED[person.person.role]
        if person is not None and not may_do_it and not _has_key(headers):
            raise ProblemError("insufficient-role", f"the account's role is {person.person.role}.")
        if person is None or not may_do_it or _has_bearer(headers):  # a key of a proxy's may be enough
            try:
                return Caller(key=await self.check_key(row, headers, client, doors.key_ring))
            except ProblemError:
                if person is None or not may_do_it:
                    raise
        require_intent(row.method, headers, person.token)
        return Caller(person=person)

    async def check_key(self, row: Row, headers: Headers, client: Client, ring: KeyRing) -> str:
        """The name of the request's key, or of its session's at ``/admin``; raises ``ProblemError``."""
        self._failures.peek(client)
        scope = _SCOPES[row.access]
        keys = await ring.keys()
        if not keys and scope != "read":
            raise _disabled(scope)
        try:
            key = await _key_of(row, scope, headers, keys, ring)
        except ProblemError:
            self._failures.count(client)
            raise
        require_scope(key, scope)
        ring.note_use(key)
        return key.name

    async def _person(self, row: Row, headers: Headers, client: Client, members: Members) -> SignedIn:
        """Who is signed in; raises ``ProblemError``, also where accounts are off."""
        members.require_on()
        token = session_in(headers, PERSON_COOKIE)
        if not token:
            raise ProblemError("signed-out", "nobody is signed in.")
        self._ended_sessions.peek(client)
        found = await members.find(token)
        if found is None:
            self._ended_sessions.count(client)
            raise ProblemError("invalid-session", "the session has ended.", remedy="Sign in again.")
        require_intent(row.method, headers, token)
        return found

    async def _shopper(self, row: Row, headers: Headers, client: Client, members: Members) -> Caller:
        """Who is signed in, else the pseudonym of the browser; raises as ``_person``."""
        members.require_on()
        if session_in(headers, PERSON_COOKIE) or not (pseudonym := await members.pseudonym(headers)):
            return Caller(person=await self._person(row, headers, client, members))
        if row.method not in READS:
            require_own_page(headers)
        return Caller(pseudonym=pseudonym)

    async def sign_in(self, key: str, link: str, client: Client, ring: KeyRing, *, replaces: str) -> str:
        """Begin a session for an API key, or for a link; return its token. Raises ``ProblemError``, as ``check``."""
        self._failures.peek(client)
        keys = await ring.keys()
        if not keys:
            raise _disabled("admin")
        if not link:
            found = ring.find(keys, key) if is_token(key) else None
            if found is None:
                self._failures.count(client)
                raise _invalid_key()
            require_scope(found, "admin")
            return (await ring.sign_in(key, replaces=replaces))[0]
        session = await ring.use_link(link, replaces=replaces)
        if session is None:
            self._failures.count(client)
            raise ProblemError("invalid-link", "the link was used before, has expired or is unknown.")
        return session[0]


def require_scope(key: ApiKey, scope: Scope) -> None:
    """Raise ``ProblemError`` (insufficient-scope) where the key may not do this."""
    if not key.allows(scope):
        detail = f"the key has the scope {key.scope}; this needs {scope}."
        raise ProblemError("insufficient-scope", detail, remedy=_CREATE.format(scope))


def _has_key(headers: Headers) -> bool:
    return bool(headers.getlist("authorization") or session_in(headers))


def _has_bearer(headers: Headers) -> bool:
    return headers.get("authorization", "").lower().startswith("bearer ")


async def _staff(headers: Headers, members: Members) -> SignedIn | None:
    """The person who is signed in, where accounts are on; one whose session has ended is nobody."""
    token = session_in(headers, PERSON_COOKIE)
    return await members.find(token) if token and members.is_on else None


async def _key_of(row: Row, scope: Scope, headers: Headers, keys: tuple[ApiKey, ...], ring: KeyRing) -> ApiKey:
    """The key of the header ``Authorization``, or of the session; an answer says no more of a wrong one than that.

    A session is asked for where the header's key is not enough: a proxy may add one of its own to every request.
    """
    given, session = headers.getlist("authorization"), session_in(headers)
    if not given and not session:
        raise ProblemError("missing-key", f"this needs an API key of the scope {scope}.")
    found = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    key = ring.find(keys, found[1]) if found and is_token(found[1]) else None
    if key is not None and (key.allows(scope) or not session):
        return key
    if not session:
        raise _invalid_key()
    signed_in = await ring.session(session)
    if signed_in is None:
        raise ProblemError("invalid-session", "the session has ended.")
    require_intent(row.method, headers, session)
    return signed_in.key


def _invalid_key() -> ProblemError:
    return ProblemError("invalid-key", "the API key is malformed, unknown, revoked or expired.")


def _rates(limit: str, settings: Settings) -> Rates:
    return Rates(limit.removesuffix("_per_minute"), f"{int(LIMITS[limit].value)}/minute", settings.workers)


def _disabled(scope: Scope) -> ProblemError:
    remedy = _CREATE.format(scope)
    if scope == "admin":
        return ProblemError("admin-disabled", "the store has no API key, so nobody can sign in.", remedy=remedy)
    return ProblemError("writes-disabled", "the store has no API key, so nothing can be written.", remedy=remedy)
