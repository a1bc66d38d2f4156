"""Who may send which request: one table of every route and the scope that it needs.

``open`` routes answer anybody, whatever ``Authorization`` they send: a proxy may use it for itself. A ``read`` route is
open unless ``require_read_key``. A ``write`` or ``admin`` route always needs a key, and answers 403 where the store has
none. In place of a key, a browser may send the session that it got for one at ``/admin``. An address that no row
matches has no route: it is the website's, or nobody's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route, compile_path

from deepstyle.api.clients import Client, Rates
from deepstyle.api.keys import KeyRing
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError
from deepstyle.api.sessions import require_intent, session_in
from deepstyle.settings import Settings
from deepstyle.store.keys import ApiKey, Scope, is_token

Access = Literal["open", "read", "write", "admin"]

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
    ("GET", "/admin"): "admin",
    ("GET", "/admin/{page:path}"): "admin",
    ("GET", "/v1/session"): "open",  # it says whether there is one
    ("POST", "/v1/session"): "open",  # signing in: the key is in the body
    ("DELETE", "/v1/session"): "admin",
    ("GET", "/v1/overview"): "admin",
    ("GET", "/v1/feeds"): "admin",
    ("GET", "/v1/map"): "admin",
    ("GET", "/v1/reports"): "admin",
    ("GET", "/v1/reports/{name}/{file}"): "admin",
    ("GET", "/v1/merchandising/rules"): "admin",
    ("GET", "/v1/merchandising/rules/{key}"): "admin",
    ("PUT", "/v1/merchandising/rules/{key}"): "admin",
    ("DELETE", "/v1/merchandising/rules/{key}"): "admin",
    ("POST", "/v1/merchandising/rules:preview"): "admin",
    ("GET", "/v1/merchandising/synonyms"): "admin",
    ("PUT", "/v1/merchandising/synonyms/{key}"): "admin",
    ("DELETE", "/v1/merchandising/synonyms/{key}"): "admin",
    ("GET", "/v1/merchandising/redirects"): "admin",
    ("PUT", "/v1/merchandising/redirects/{key}"): "admin",
    ("DELETE", "/v1/merchandising/redirects/{key}"): "admin",
    ("GET", "/v1/merchandising/looks"): "admin",
    ("PUT", "/v1/merchandising/looks/{key}"): "admin",
    ("DELETE", "/v1/merchandising/looks/{key}"): "admin",
    ("GET", "/v1/merchandising/margins/{key}"): "admin",
    ("PATCH", "/v1/merchandising/margins/{key}"): "admin",
    ("GET", "/v1/audit"): "admin",
    ("POST", "/v1/audit/{entry_id}:undo"): "admin",
    ("POST", "/v1/webhooks/shopify"): "open",  # they carry a signature of their own
    ("POST", "/v1/webhooks/woocommerce"): "open",
}
"""The access of each route, by its method and path."""
ADMIN_PAGES: Final = frozenset({"/admin", "/admin/{page:path}"})
"""Routes that say in their page why they are refused: how to sign in, or how to create a key."""

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
    """The table as requests are looked up in it."""

    def __init__(self, routes: Mapping[tuple[str, str], Access] = ROUTES) -> None:
        self._exact = {key: Row(*key, access) for key, access in routes.items() if "{" not in key[1]}
        self._patterns = [
            (method, compile_path(path)[0], Row(method, path, access))
            for (method, path), access in routes.items()
            if "{" in path
        ]

    def find(self, method: str, path: str) -> Row:
        """The row of a request; ``HEAD`` is routed as ``GET``."""
        method = "GET" if method == "HEAD" else method
        if row := self._exact.get((method, path)):
            return row
        found = (row for other, pattern, row in self._patterns if other == method and pattern.match(path))
        return next(found, NOWHERE)

    def methods(self, path: str) -> list[str]:
        """The methods that an address has."""
        exact = {method for method, other in self._exact if other == path}
        return sorted(exact | {method for method, pattern, _ in self._patterns if pattern.match(path)})


def without_row(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """The method and path of every route that the table lacks; the application does not start with one."""
    for route in routes:
        if isinstance(route, Route):  # FastAPI's own routes are, too
            methods = sorted((route.methods or set()) - {"HEAD"})
            yield from ((method, route.path) for method in methods if (method, route.path) not in ROUTES)


class Authoriser:
    """Checks the key of each request that needs one; the failed attempts of a client are limited."""

    def __init__(self, settings: Settings) -> None:
        self._required = settings.require_read_key
        limit = int(LIMITS["failed_keys_per_minute"].value)
        self._failures = Rates("failed_keys", f"{limit}/minute", settings.workers)

    async def check(self, row: Row, headers: Headers, client: Client, open_ring: Callable[[], KeyRing]) -> str:
        """The name of the request's key, ``""`` where the route needs none; raises ``ProblemError``."""
        if row.access == "open" or (row.access == "read" and not self._required):
            return ""
        self._failures.peek(client)
        ring = open_ring()
        keys = await ring.keys()
        if not keys and row.access != "read":
            raise _disabled(row.access)
        try:
            key = await _key_of(row, headers, keys, ring)
        except ProblemError:
            self._failures.count(client)
            raise
        require_scope(key, row.access)
        ring.note_use(key)
        return key.name

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


async def _key_of(row: Row, headers: Headers, keys: tuple[ApiKey, ...], ring: KeyRing) -> ApiKey:
    """The key of the header ``Authorization``, or of the session; an answer says no more of a wrong one than that.

    A session is asked for where the header's key is not enough: a proxy may add one of its own to every request.
    """
    assert row.access != "open"
    given, session = headers.getlist("authorization"), session_in(headers)
    if not given and not session:
        raise ProblemError("missing-key", f"this needs an API key of the scope {row.access}.")
    found = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    key = ring.find(keys, found[1]) if found and is_token(found[1]) else None
    if key is not None and (key.allows(row.access) or not session):
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


def _disabled(access: Access) -> ProblemError:
    remedy = _CREATE.format(access)
    if access == "admin":
        return ProblemError("admin-disabled", "the store has no API key, so nobody can sign in.", remedy=remedy)
    return ProblemError("writes-disabled", "the store has no API key, so nothing can be written.", remedy=remedy)
