"""Who a request acts for: ``ShopperDep``, from the cookie of consent and, later, the session of a person.

Two cookies, both out of reach of scripts: one holds the random token of a pseudonym, and exists only after consent; the
other one says that the question was answered with no, and is the same for everybody. No address is looked at.
"""

import logging
import re
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from deepstyle.api.addresses import address
from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Open, Resources
from deepstyle.api.sessions import PERSON_COOKIE, session_in
from deepstyle.errors import DeepstyleError
from deepstyle.people.consent import CONSENT_DAYS, DAY_S, TEXT_VERSION, shopper_of
from deepstyle.people.shopper import NOBODY, Shopper

CLIENT_COOKIE: Final = "deepstyle_client"
REFUSED_COOKIE: Final = "deepstyle_refused"
SESSION_HEADER: Final = "X-Shopper-Session"
"""A random number of the browser's tab, which orders what happens within a visit; only looked at after consent."""
_TOKEN: Final = re.compile(rf"(?:^|;)\s*{CLIENT_COOKIE}=([0-9a-f]{{64}})\s*(?=;|$)")
_REFUSED: Final = re.compile(rf"(?:^|;)\s*{REFUSED_COOKIE}={re.escape(TEXT_VERSION)}\s*(?=;|$)")
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
log = logging.getLogger("deepstyle.api")


async def person_of(request: Request, resources: Resources) -> str:
    """The id of the person who is signed in, "" for nobody."""
    token = session_in(request.headers, PERSON_COOKIE)
    found = await resources.members.find(token) if token and resources.members.is_on else None
    return found.person.person_id if found else ""


async def shopper(request: Request, resources: Open) -> Shopper:
    """The shopper of a request; nobody where the store of people cannot be read, so that searches go on."""
    if not is_on(resources):
        return NOBODY
    token, is_refused = token_in(request.headers), says_no(request.headers)
    try:
        person_id = await person_of(request, resources)
        if not token or is_refused:
            return Shopper(person_id=person_id)
        return await run_in_threadpool(
            lambda: shopper_of(resources.people, token, person_id=person_id, session_id=_session_in(request.headers))
        )
    except (ProblemError, DeepstyleError) as error:
        log.warning("a shopper is taken for nobody: %s", error)
        return NOBODY


ShopperDep = Annotated[Shopper, Depends(shopper)]
"""What a route asks for to know whom it acts for."""


def is_on(resources: Resources) -> bool:
    """Whether there is anything to agree to."""
    return resources.settings.events or resources.settings.accounts


def says_no(headers: Headers) -> bool:
    """Whether the browser sends Global Privacy Control (https://www.w3.org/TR/gpc/)."""
    return headers.get("sec-gpc", "").strip() == "1"


def token_in(headers: Headers) -> str:
    """The token of the pseudonym in the request's cookie, "" where it has none."""
    found = _TOKEN.search("; ".join(headers.getlist("cookie")))
    return found[1] if found else ""


def has_refused(headers: Headers) -> bool:
    """Whether this browser has refused the present text."""
    return _REFUSED.search("; ".join(headers.getlist("cookie"))) is not None


def cookies(token: str, *, is_refused: bool, is_secure: bool) -> list[str]:
    """The headers ``Set-Cookie`` after a choice: the pseudonym's token, or the refusal; the other one is dropped."""
    life_s = CONSENT_DAYS * DAY_S
    return [
        _cookie(CLIENT_COOKIE, token, life_s if token else 0, is_secure=is_secure),
        _cookie(REFUSED_COOKIE, TEXT_VERSION if is_refused else "", life_s if is_refused else 0, is_secure=is_secure),
    ]


def _cookie(name: str, value: str, life_s: int, *, is_secure: bool) -> str:
    parts = [f"{name}={value}", f"Max-Age={life_s}", f"Path={address('/')}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, *(["Secure"] if is_secure else [])])


def _session_in(headers: Headers) -> str:
    given = headers.get(SESSION_HEADER, "")
    return given if _SESSION.fullmatch(given) else ""
