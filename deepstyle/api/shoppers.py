"""Who a request acts for: ``ShopperDep``, from the cookies of consent and of a person's session, never an address."""

import logging
import re
from dataclasses import replace
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from deepstyle.api.consent_cookie import says_no, token_in
from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Open, Resources
from deepstyle.api.sessions import PERSON_COOKIE, session_in
from deepstyle.errors import DeepstyleError
from deepstyle.people.accounts.signing_in import SignedIn
from deepstyle.people.consent import shopper_of
from deepstyle.people.shopper import NOBODY, Shopper

SESSION_HEADER: Final = "X-Shopper-Session"
"""A random number of the browser's tab, which orders what happens within a visit; only looked at after consent."""
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
log = logging.getLogger("deepstyle.api")


async def person_of(request: Request, resources: Resources) -> str:
    """The id of the person who is signed in, "" for nobody."""
    found = await signed_in_of(request, resources)
    return found.person.person_id if found else ""


async def signed_in_of(request: Request, resources: Resources) -> SignedIn | None:
    """The person who is signed in, also where the route does not ask for one."""
    token = session_in(request.headers, PERSON_COOKIE)
    return await resources.members.find(token) if token and resources.members.is_on else None


async def shopper(request: Request, resources: Open) -> Shopper:
    """The shopper of a request; nobody where the store of people cannot be read, so that searches go on."""
    if not is_on(resources):
        return NOBODY
    token, is_refused = token_in(request.headers), says_no(request.headers)
    try:
        signed_in = await signed_in_of(request, resources)
        person_id = signed_in.person.person_id if signed_in else ""
        if not token or is_refused:
            return Shopper(person_id=person_id)
        found = await run_in_threadpool(
            lambda: shopper_of(resources.people, token, person_id=person_id, session_id=_session_in(request.headers))
        )
        wants_it = signed_in is None or signed_in.person.is_personal
        return replace(found, may_personalise=found.may_personalise and wants_it)
    except (ProblemError, DeepstyleError) as error:
        log.warning("a shopper is taken for nobody: %s", error)
        return NOBODY


ShopperDep = Annotated[Shopper, Depends(shopper)]
"""What a route asks for to know whom it acts for."""


def may_be_known(headers: Headers) -> bool:
    """Whether the request may be of a shopper of whom something is stored: then answers may be her own."""
    return bool(token_in(headers) or session_in(headers, PERSON_COOKIE))


def is_on(resources: Resources) -> bool:
    """Whether there is anything to agree to."""
    return resources.settings.events or resources.settings.accounts


def _session_in(headers: Headers) -> str:
    given = headers.get(SESSION_HEADER, "")
    return given if _SESSION.fullmatch(given) else ""
