"""What a signed-in person changes of her account; each route acts on her own data alone."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deepstyle.api.account_answers import done, private, signed_in_answer, state_of
from deepstyle.api.account_models import (
    AccountState,
    EmailChange,
    ListedSession,
    PasswordChange,
    Sessions,
    moment,
)
from deepstyle.api.json_body import BODY_PROBLEMS, described, read_body
from deepstyle.api.members import PersonDep, Visit, VisitDep
from deepstyle.api.problems import ProblemError, documented
from deepstyle.people.accounts import changes, sessions
from deepstyle.people.accounts.signing_in import SignedIn

router = APIRouter(tags=["accounts"])
PERSON = ("accounts-off", "signed-out", "not-ready")
SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The session's `session_id`.")]


@router.get(
    "/v1/me", operation_id="getMe", summary="The account", response_model=AccountState, responses=documented(*PERSON)
)
async def me(visit: VisitDep, signed_in: PersonDep) -> Response:
    """The person who is signed in."""
    return private(state_of(visit.accounts, signed_in))


@router.put(
    "/v1/me/password",
    operation_id="putPassword",
    summary="Change the password",
    response_model=AccountState,
    responses=documented(*PERSON, "not-confirmed", *BODY_PROBLEMS),
    openapi_extra=described(PasswordChange),
)
async def put_password(request: Request, visit: VisitDep, signed_in: PersonDep) -> Response:
    """All other devices are signed out, and this one gets a new session."""
    given = await read_body(request, PasswordChange)
    await require_proof(visit, signed_in, given.password)
    changed = await visit.hash(
        lambda: changes.change_password(visit.accounts, signed_in, given.new_password, visit.browser)
    )
    return signed_in_answer(visit, changed)


@router.put(
    "/v1/me/email",
    operation_id="putEmail",
    summary="Change the address",
    status_code=202,
    response_class=Response,
    responses=documented(*PERSON, "not-confirmed", "mail-off", *BODY_PROBLEMS),
    openapi_extra=described(EmailChange),
)
async def put_email(request: Request, visit: VisitDep, signed_in: PersonDep) -> Response:
    """A mail goes to the new address, with a link that changes it and signs all other devices out.

    The answer is the same where somebody else has the address; then no mail goes out.
    """
    given = await read_body(request, EmailChange)
    if visit.accounts.mail is None:
        raise ProblemError("mail-off", "this server sends no mail.")
    await require_proof(visit, signed_in, given.password)
    network = visit.browser.network
    await run_in_threadpool(
        lambda: changes.request_email(visit.accounts, signed_in.person, given.email, network=network)
    )
    return done(202)


@router.get(
    "/v1/me/sessions",
    operation_id="listSessions",
    summary="The devices that are signed in",
    response_model=Sessions,
    responses=documented(*PERSON),
)
async def list_sessions(visit: VisitDep, signed_in: PersonDep) -> Response:
    """The device used last comes first."""
    store, person_id = visit.accounts.people.store, signed_in.person.person_id
    found = await run_in_threadpool(sessions.sessions_of, store, person_id)
    return private(Sessions(sessions=[_listed(one, signed_in) for one in found]))


@router.delete(
    "/v1/me/sessions/{session_id}",
    operation_id="endSession",
    summary="Sign a device out",
    status_code=204,
    response_class=Response,
    responses=documented(*PERSON, "unknown-session", "invalid-parameter"),
)
async def end_session(session_id: SessionId, visit: VisitDep, signed_in: PersonDep) -> Response:
    """Its next request is refused."""
    store, person_id = visit.accounts.people.store, signed_in.person.person_id
    if not await run_in_threadpool(sessions.end_one, store, person_id, session_id):
        raise ProblemError("unknown-session", f"no session has the id {session_id!r}.")
    return done()


async def require_proof(visit: Visit, signed_in: SignedIn, password: str) -> None:
    """Raise ``ProblemError`` (not-confirmed) unless this is the person: by her password, or a sign-in just now."""
    network = visit.browser.network
    if not await visit.hash(lambda: changes.proves_again(visit.accounts, signed_in, password, network=network)):
        remedy = "" if signed_in.person.password_hash else "Sign in again, then repeat this within 15 minutes."
        raise ProblemError("not-confirmed", "the present password is another one.", remedy=remedy)


def _listed(session: sessions.Session, signed_in: SignedIn) -> ListedSession:
    return ListedSession(
        session_id=session.session_id,
        device=session.device,
        began=moment(session.began_s),
        used=moment(session.used_s),
        ends=moment(session.ends_s),
        is_this=session.digest == signed_in.session.digest,
    )
