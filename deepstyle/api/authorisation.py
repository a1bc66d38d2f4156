"""Who may send which request: one table of every route and the scope that it needs.

``open`` routes answer anybody, whatever ``Authorization`` they send: a proxy may use it for itself. A ``read`` route is
open unless ``require_read_key``. A ``write`` or ``admin`` route always needs a key, and answers 403 where the store has
none. An address that no row matches has no route: it is the website's, or nobody's.
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
from deepstyle.settings import Settings
from deepstyle.store.keys import ApiKey, Scope, is_token

Access = Literal["open", "read", "write", "admin"]

ROUTES: Final[Mapping[tuple[str, str], Access]] = {
    ("GET", "/healthz"): "open",
    ("GET", "/readyz"): "open",
    ("GET", "/"): "open",  # the page in place of a website that was not built
    ("GET", "/metrics"): "read",
    ("GET", "/docs"): "read",
    ("GET", "/openapi.json"): "read",
    ("GET", "/problems/{code}"): "read",
    ("GET", "/v1/info"): "read",
    ("GET", "/v1/examples"): "read",
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
    ("GET", "/v1/map"): "read",
    ("GET", "/v1/reports"): "read",
    ("GET", "/v1/reports/{name}/{file}"): "read",
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
    ("POST", "/v1/webhooks/shopify"): "open",  # they carry a signature of their own
    ("POST", "/v1/webhooks/woocommerce"): "open",
}
"""The access of each route, by its method and path."""

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
            remedy = _CREATE.format(row.access)
            raise ProblemError("writes-disabled", "the store has no API key, so nothing can be written.", remedy=remedy)
        try:
            key = _key_of(headers, keys, ring, row.access)
        except ProblemError:
            self._failures.count(client)
            raise
        if not key.allows(row.access):
            detail = f"the key has the scope {key.scope}; this needs {row.access}."
            raise ProblemError("insufficient-scope", detail, remedy=_CREATE.format(row.access))
        ring.note_use(key)
        return key.name


def _key_of(headers: Headers, keys: tuple[ApiKey, ...], ring: KeyRing, scope: Scope) -> ApiKey:
    """The key of the header ``Authorization``; an answer says no more of a wrong one than that it is."""
    given = headers.getlist("authorization")
    if not given:
        raise ProblemError("missing-key", f"this needs an API key of the scope {scope}.")
    found = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    key = ring.find(keys, found[1]) if found and is_token(found[1]) else None
    if key is None:
        raise ProblemError("invalid-key", "the API key is malformed, unknown, revoked or expired.")
    return key
