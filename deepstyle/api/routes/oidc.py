"""Signing in by a provider: the browser leaves, and comes back."""

import logging
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from deepstyle.api.account_answers import PRIVATE
from deepstyle.api.adoption import adopt
from deepstyle.api.members import Visit, VisitDep
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.sessions import DEPARTURE_COOKIE, cookie, session_in
from deepstyle.errors import ProviderError
from deepstyle.people.accounts import by_provider, signing_in, throttling
from deepstyle.people.accounts.links import LIFE_S
from deepstyle.people.accounts.site import ACCOUNT_PAGE, SIGN_IN_PAGE

router = APIRouter(tags=["accounts"])
REFUSED: Final = "#problem=provider-failed"
"""The part of the sign-in page's address that says why nobody was signed in."""
ProviderKey = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$", description="The provider.", examples=["example"])]
Answer = Annotated[str, Query(max_length=2048)]
log = logging.getLogger("deepstyle.api")


@router.get(
    "/v1/accounts/oidc/{provider}",
    operation_id="departToProvider",
    summary="Sign in by a provider",
    status_code=302,
    response_class=RedirectResponse,
    responses=documented("accounts-off", "unknown-provider", "provider-failed", "invalid-parameter", "not-ready"),
)
async def depart(provider: ProviderKey, visit: VisitDep) -> Response:
    """Leads to the provider's page."""
    _require_known(visit, provider)
    await run_in_threadpool(throttling.limit_logins, visit.accounts.people.store, "", visit.browser.network)
    left = await visit.slow(lambda: by_provider.depart(visit.accounts, provider))
    return _to(left.url, _departure(visit, left.token), status=302)


@router.get(
    "/v1/accounts/oidc/{provider}/callback",
    operation_id="arriveFromProvider",
    summary="Come back from a provider",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented("accounts-off", "unknown-provider", "invalid-parameter", "not-ready"),
)
async def arrive(
    provider: ProviderKey,
    request: Request,
    visit: VisitDep,
    state: Answer = "",
    code: Answer = "",
    iss: Answer = "",
) -> Response:
    """The provider sends the browser here. It is led to the account, or back to where one signs in."""
    _require_known(visit, provider)
    gone = _departure(visit, "")
    came = by_provider.Return(session_in(request.headers, DEPARTURE_COOKIE), state, code, iss)
    try:
        person = await visit.slow(lambda: by_provider.arrive(visit.accounts, provider, came))
    except ProviderError as error:
        log.warning("nobody was signed in by %s: %s", provider, error.message)
        return _to(visit.accounts.site.url + SIGN_IN_PAGE + REFUSED, gone)
    found = await run_in_threadpool(signing_in.begin, visit.accounts, person, visit.browser)
    await adopt(request, visit, found)
    answer = _to(visit.accounts.site.url + ACCOUNT_PAGE, gone)
    answer.headers.append("Set-Cookie", visit.cookie(found.token))
    return answer


def _require_known(visit: Visit, provider: str) -> None:
    if provider not in visit.accounts.providers:
        raise ProblemError("unknown-provider", f"no provider has the name {provider!r}.")


def _departure(visit: Visit, token: str) -> str:
    life = timedelta(seconds=LIFE_S["oidc"] if token else 0)
    return cookie(token, life, is_secure=visit.is_secure, name=DEPARTURE_COOKIE, same_site="Lax")


def _to(url: str, set_cookie: str, *, status: int = 303) -> Response:
    answer = RedirectResponse(url, status, PRIVATE)
    answer.headers.append("Set-Cookie", set_cookie)
    return answer
