"""Consent: what a shopper agreed to, and how she changes it."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from deepstyle.api.consent_cookie import cookies, has_refused, says_no, token_in
from deepstyle.api.dependencies import body_fields
from deepstyle.api.event_models import ConsentChoice, ConsentState, body_of
from deepstyle.api.json_text import is_json, parse_json
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.sessions import require_own_page
from deepstyle.api.shoppers import is_on, person_of
from deepstyle.people.consent import (
    Choice,
    Consent,
    client_id_of,
    consent_of,
    forget_consent,
    new_token,
    record_consent,
)
from deepstyle.people.events.erasure import request_erasure

router = APIRouter(tags=["shoppers"])
_PRIVATE: Final = {"Cache-Control": "no-store"}


@router.get(
    "/v1/consent",
    operation_id="getConsent",
    summary="What this browser's shopper agreed to",
    response_model=ConsentState,
    responses=documented("not-ready"),
)
async def consent(request: Request, resources: Open) -> Response:
    """The choice, as the store has it now; `Sec-GPC: 1` means no, whatever was agreed to before."""
    state = ConsentState(state="off")
    if is_on(resources):
        token, person_id = token_in(request.headers), ""
        if token:
            person_id = await person_of(request, resources)
        found = await run_in_threadpool(lambda: _valid(resources, token, person_id))
        state = _state(request, found)
    return JSONResponse(state.model_dump(mode="json"), headers=_PRIVATE)


@router.put(
    "/v1/consent",
    operation_id="putConsent",
    summary="Agree, refuse or withdraw",
    response_model=ConsentState,
    responses=documented("consent-off", "bad-parameter", "invalid-parameter", "malformed-request", "not-ready"),
    openapi_extra=body_of(ConsentChoice),
)
async def put_consent(request: Request, resources: Open) -> Response:
    """Only a page of this site may ask. What is withdrawn is no longer collected from the next request on.

    With `erase`, everything that was stored under the pseudonym is deleted within minutes; else it is kept until its
    time is over, and no longer grows. A pseudonym that is given up is not used again.
    """
    if not is_on(resources):
        raise ProblemError("consent-off", "this server stores no events and has no accounts.")
    require_own_page(request.headers)
    if not is_json(request):
        raise ProblemError("malformed-request", "the body is not JSON.", remedy="Send JSON.")
    asked = body_fields(ConsentChoice, parse_json(await request.body()))
    choice = Choice() if says_no(request.headers) else Choice(asked.measure, asked.personalise)
    person_id = await person_of(request, resources)
    token, found = await run_in_threadpool(
        lambda: _choose(resources, token_in(request.headers), choice, person_id, erase=asked.erase)
    )
    answer = JSONResponse(_state(request, found, is_refused=not token).model_dump(mode="json"), headers=_PRIVATE)
    for cookie in cookies(token, is_refused=not token, is_secure=request.state.is_secure):
        answer.headers.append("Set-Cookie", cookie)
    return answer


def _choose(
    resources: Resources, token: str, choice: Choice, person_id: str, *, erase: bool
) -> tuple[str, Consent | None]:
    """Write a choice; return the token that the browser has from now on, "" for none, and what it stands for."""
    store, kept_days = resources.people, resources.settings.events_days
    before = consent_of(store, token, person_id)
    if before is None or not before.choice.is_any:  # one that was given up, or another person's, is not used again
        token = new_token() if choice.is_any else ""
    client_id = client_id_of(token)
    found = record_consent(store, client_id, choice, person_id=person_id, kept_days=kept_days) if client_id else None
    if before and erase:
        _erase(resources, before.client_id, keep_record=choice.is_any)
    return (token, found) if choice.is_any else ("", None)


def _erase(resources: Resources, client_id: str, *, keep_record: bool) -> None:
    """Have what a pseudonym did deleted; the proof of its consent, too, where it is given up."""
    request_erasure(resources.settings.events_dir, [client_id])
    if not keep_record:
        resources.people.remove_owned(client_id)
        forget_consent(resources.people, client_id)


def _valid(resources: Resources, token: str, person_id: str) -> Consent | None:
    found = consent_of(resources.people, token, person_id) if token else None
    return found if found and found.is_valid(datetime.now(UTC).timestamp()) else None


def _state(request: Request, found: Consent | None, *, is_refused: bool = False) -> ConsentState:
    if says_no(request.headers):
        return ConsentState(state="refused", global_privacy_control=True)
    if found is None:
        return ConsentState(state="refused" if is_refused or has_refused(request.headers) else "unasked")
    return ConsentState(
        state="given",
        measure=found.choice.measure,
        personalise=found.choice.personalise,
        version=found.version,
        at=datetime.fromtimestamp(found.at_s, UTC),
    )
