"""Sessions in a browser: their cookies, and the proof that a request comes from one of our own pages.

There are two: that of an API key at ``/admin``, and that of a person with an account.

The cookie alone reads. A request that changes something also needs both proofs: the browser says that it comes from
this origin, and it carries the session's CSRF token, which only a page of this origin can have read.
"""

import hmac
import re
from datetime import timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from deepstyle.api.addresses import address
from deepstyle.api.clients import Network, is_trusted
from deepstyle.api.problems import ProblemError

COOKIE: Final = "deepstyle_session"
PERSON_COOKIE: Final = "deepstyle_person"
DEPARTURE_COOKIE: Final = "deepstyle_departure"
"""Of a browser that left to sign in at a provider, until it comes back."""
SameSite = Literal["Strict", "Lax"]
CSRF_HEADER: Final = "X-CSRF-Token"
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_GIVEN: Final = {
    name: re.compile(rf"(?:^|;)\s*{name}=([A-Za-z0-9_]{{1,200}})\s*(?=;|$)")
    for name in (COOKIE, PERSON_COOKIE, DEPARTURE_COOKIE)
}


def session_in(headers: Headers, name: str = COOKIE) -> str:
    """The session's token in the request's cookie, ``""`` where it has none."""
    found = _GIVEN[name].search("; ".join(headers.getlist("cookie")))
    return found[1] if found else ""


def csrf_token(session: str) -> str:
    """The token that a page of this session sends with what it changes; it tells nothing of the session."""
    return hmac.digest(session.encode(), b"deepstyle csrf", "sha256").hex()


def require_own_page(headers: Headers) -> None:
    """Raise ``ProblemError`` (cross-origin) unless the browser says that a page of this origin sends the request.

    Browsers send ``Sec-Fetch-Site`` over HTTPS and to this machine, and no page can set it; elsewhere they send
    ``Origin``, whose host has to be the one that was asked.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "")
    is_own = site == "same-origin" if site is not None else _is_host(origin, headers.get("host", ""))
    if not is_own:
        raise ProblemError("cross-origin", "the request does not come from a page of this site.")


def require_intent(method: str, headers: Headers, session: str) -> None:
    """Raise ``ProblemError`` (cross-origin) where a page of another site may have sent what changes something."""
    if method in READS:
        return
    require_own_page(headers)
    if not hmac.compare_digest(headers.get(CSRF_HEADER, "").encode(), csrf_token(session).encode()):
        raise ProblemError("cross-origin", f"the header {CSRF_HEADER} does not belong to the session.")


def cookie(token: str, life: timedelta, *, is_secure: bool, name: str = COOKIE, same_site: SameSite = "Strict") -> str:
    """The header ``Set-Cookie`` of a session; with ``life`` 0 the browser drops it.

    ``Lax`` is sent with a link from another site, such as a mail or a provider, and with nothing else from there.
    """
    parts = [f"{name}={token}", f"Max-Age={int(life.total_seconds())}", f"Path={address('/')}"]
    return "; ".join([*parts, "HttpOnly", f"SameSite={same_site}", *(["Secure"] if is_secure else [])])


def is_secure(scope: Scope, headers: Headers, trusted: tuple[Network, ...]) -> bool:
    """Whether the client uses TLS, to this server or, by its word, to a trusted proxy."""
    peer = scope["client"][0] if scope.get("client") else ""
    if trusted and is_trusted(peer, trusted):
        said = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2]
        if said.strip():
            return said.strip().lower() == "https"
    return bool(scope.get("scheme") == "https")


def _is_host(origin: str, host: str) -> bool:
    try:
        asked = urlsplit(origin)
    except ValueError:
        return False
    return asked.scheme in ("http", "https") and bool(host) and asked.netloc.lower() == host.lower()
