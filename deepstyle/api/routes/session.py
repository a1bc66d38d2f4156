"""Signing in and out at ``/admin``."""

from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from deepstyle.api.dependencies import body_fields
from deepstyle.api.json_text import is_json, parse_json
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.session_models import SessionState, SignIn
from deepstyle.api.sessions import PERSON_COOKIE, cookie, csrf_token, require_own_page, session_in
from deepstyle.api.shoppers import signed_in_of
from deepstyle.people.accounts.roles import includes
from deepstyle.people.accounts.signing_in import SignedIn
from deepstyle.store.sessions import SESSION_LIFE

router = APIRouter(tags=["operation"])
BODY: Final = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": SignIn.model_json_schema()}}}
}
_PRIVATE: Final = {"Cache-Control": "no-store"}


@router.get(
    "/v1/session",
    operation_id="getSession",
    summary="Who is signed in",
    response_model=SessionState,
    responses=documented("not-ready"),
)
async def session(request: Request, resources: Open) -> Response:
    """Whether this browser is signed in at `/admin`, by a key or an account, and the token that its changes need."""
    key_state, person = await _state(resources, session_in(request.headers)), await signed_in_of(request, resources)
    if key_state.state == "signed-in" or person is None:
        return _answer(key_state)
    whose = {"account": person.person.email, "role": person.person.role}
    if not includes(person.person.role, "merchandiser"):
        return _answer(key_state.model_copy(update=whose))
    return _answer(_of_account(person))


@router.post(
    "/v1/session",
    operation_id="signIn",
    summary="Sign in",
    response_model=SessionState,
    responses=documented("admin-disabled", "invalid-link", "bad-parameter", "invalid-parameter", "not-ready"),
    openapi_extra=BODY,
)
async def sign_in(request: Request, resources: Open) -> Response:
    """Get a session, as a cookie, for an API key of the scope `admin`; only a page of this site may ask.

    The session lasts 12 hours, and no longer than the key. A session that the browser had ends.
    """
    require_own_page(request.headers)
    if not is_json(request):
        raise ProblemError("malformed-request", "the body is not JSON.", remedy="Send JSON.")
    asked = body_fields(SignIn, parse_json(await request.body()))
    state, ring = request.state, resources.key_ring
    old = session_in(request.headers)
    token = await resources.authoriser.sign_in(asked.key, asked.link, state.peer, ring, replaces=old)
    answer = _answer(await _state(resources, token))
    answer.headers["Set-Cookie"] = cookie(token, SESSION_LIFE, is_secure=state.is_secure)
    return answer


@router.delete(
    "/v1/session",
    operation_id="signOut",
    summary="Sign out",
    status_code=204,
    response_class=Response,
    responses=documented("admin-disabled", "not-ready"),
)
async def sign_out(request: Request, resources: Open) -> Response:
    """End the session, on the server too; also that of an account."""
    answer, is_secure = Response(status_code=204, headers=_PRIVATE), request.state.is_secure
    if token := session_in(request.headers):
        await resources.key_ring.sign_out(token)
    answer.headers.append("Set-Cookie", cookie("", timedelta(), is_secure=is_secure))
    if person := request.state.person:
        await resources.members.sign_out(person.token)
        gone = cookie("", timedelta(), is_secure=is_secure, name=PERSON_COOKIE, same_site="Lax")
        answer.headers.append("Set-Cookie", gone)
    return answer


async def _state(resources: Resources, token: str) -> SessionState:
    ring, accounts = resources.key_ring, resources.members.is_on
    if not await ring.keys():
        return SessionState(state="no-key", accounts=accounts)
    if (found := await ring.session(token)) is None:
        return SessionState(state="signed-out", accounts=accounts)
    return SessionState(
        state="signed-in",
        key=found.key.name,
        expires=found.expires,
        csrf_token=csrf_token(token),
        accounts=accounts,
    )


def _of_account(signed_in: SignedIn) -> SessionState:
    return SessionState(
        state="signed-in",
        account=signed_in.person.email,
        role=signed_in.person.role,
        accounts=True,
        expires=datetime.fromtimestamp(int(signed_in.session.ends_s), UTC),
        csrf_token=csrf_token(signed_in.token),
    )


def _answer(shown: SessionState) -> Response:
    return JSONResponse(shown.model_dump(mode="json"), headers=_PRIVATE)
