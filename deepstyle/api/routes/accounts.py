"""Accounts: signing up, signing in and out, and choosing a new password by mail.

No answer says whether an address has an account.
"""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deepstyle.api.account_answers import done, private, signed_in_answer, state_of
from deepstyle.api.account_models import AccountState, Confirmation, PasswordSignIn, Reset, ResetRequest, SignUp
from deepstyle.api.adoption import adopt
from deepstyle.api.json_body import BODY_PROBLEMS, described, read_body
from deepstyle.api.members import PersonDep, Visit, VisitDep
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.api.sessions import PERSON_COOKIE, require_own_page, session_in
from deepstyle.people.accounts import changes, sessions, signing_in, signing_up

router = APIRouter(tags=["accounts"])


@router.post(
    "/v1/accounts",
    operation_id="signUp",
    summary="Sign up",
    status_code=202,
    response_class=Response,
    responses=documented("accounts-off", "mail-off", *BODY_PROBLEMS, "not-ready"),
    openapi_extra=described(SignUp),
)
async def sign_up(request: Request, visit: VisitDep) -> Response:
    """A mail goes out, with a link that creates the account, or says that there is one. The answer is the same."""
    require_own_page(request.headers)
    _require_mail(visit)
    given = await read_body(request, SignUp)
    network = visit.browser.network
    await visit.hash(
        lambda: signing_up.sign_up(visit.accounts, given.email, given.password, given.language, network=network)
    )
    return done(202)


@router.post(
    "/v1/accounts:confirm",
    operation_id="confirmEmail",
    summary="Confirm an address",
    status_code=204,
    response_class=Response,
    responses=documented("accounts-off", "invalid-link", "wrong-password", *BODY_PROBLEMS, "not-ready"),
    openapi_extra=described(Confirmation),
)
async def confirm(request: Request, visit: VisitDep) -> Response:
    """Create the account, or change its address, that the mail is about; the link is good once.

    An account is created for who knows the password that was chosen for it: anybody may sign up with any address.
    """
    require_own_page(request.headers)
    given = await read_body(request, Confirmation)
    session = visit.browser.session
    found = await visit.hash(lambda: signing_up.confirm(visit.accounts, given.token, given.password, session=session))
    if found == "wrong-password":
        raise ProblemError("wrong-password", "this account was signed up for with another password.")
    if found == "bad-link":
        raise _bad_link()
    return done()


@router.get(
    "/v1/accounts/session",
    operation_id="getAccountSession",
    summary="Who is signed in with an account",
    response_model=AccountState,
    responses=documented("not-ready"),
)
async def account_session(request: Request, resources: Open) -> Response:
    """Whether this browser is signed in, the token that its changes need, and how one may sign in."""
    members = resources.members
    if not members.is_on:
        return private(AccountState(state="off"))
    found = await members.find(session_in(request.headers, PERSON_COOKIE))
    return private(state_of(await run_in_threadpool(members.accounts), found))


@router.post(
    "/v1/accounts/session",
    operation_id="signInAccount",
    summary="Sign in with an account",
    response_model=AccountState,
    responses=documented("accounts-off", "wrong-credentials", *BODY_PROBLEMS, "not-ready"),
    openapi_extra=described(PasswordSignIn),
)
async def sign_in(request: Request, visit: VisitDep) -> Response:
    """Get a session, as a cookie. The one that the browser had ends; lists of before become the person's."""
    require_own_page(request.headers)
    given = await read_body(request, PasswordSignIn)
    found = await visit.hash(lambda: signing_in.sign_in(visit.accounts, given.email, given.password, visit.browser))
    if found is None:
        raise ProblemError("wrong-credentials", "address and password are not those of a confirmed account.")
    await adopt(request, visit, found)
    return signed_in_answer(visit, found)


@router.delete(
    "/v1/accounts/session",
    operation_id="signOutAccount",
    summary="Sign out",
    status_code=204,
    response_class=Response,
    responses=documented("accounts-off", "signed-out", "not-ready"),
)
async def sign_out(visit: VisitDep, signed_in: PersonDep) -> Response:
    """End the session, on the server too."""
    await run_in_threadpool(sessions.end, visit.accounts.people.store, signed_in.token)
    answer = done()
    answer.headers["Set-Cookie"] = visit.cookie("")
    return answer


@router.post(
    "/v1/accounts:reset",
    operation_id="requestPasswordReset",
    summary="Forgot the password",
    status_code=202,
    response_class=Response,
    responses=documented("accounts-off", "mail-off", *BODY_PROBLEMS, "not-ready"),
    openapi_extra=described(ResetRequest),
)
async def request_reset(request: Request, visit: VisitDep) -> Response:
    """A mail with a link goes out where the address has an account. The answer is the same where it has none."""
    require_own_page(request.headers)
    _require_mail(visit)
    given = await read_body(request, ResetRequest)
    await run_in_threadpool(lambda: changes.request_reset(visit.accounts, given.email, network=visit.browser.network))
    return done(202)


@router.post(
    "/v1/accounts:reset-confirm",
    operation_id="resetPassword",
    summary="Choose a new password",
    status_code=204,
    response_class=Response,
    responses=documented("accounts-off", "invalid-link", *BODY_PROBLEMS, "not-ready"),
    openapi_extra=described(Reset),
)
async def reset(request: Request, visit: VisitDep) -> Response:
    """Set the password by the link of a mail, which is good once; all devices are signed out."""
    require_own_page(request.headers)
    given = await read_body(request, Reset)
    if not await visit.hash(lambda: changes.reset(visit.accounts, given.token, given.password)):
        raise _bad_link()
    return done()


def _require_mail(visit: Visit) -> None:
    if visit.accounts.mail is None:
        raise ProblemError("mail-off", "this server sends no mail.")


def _bad_link() -> ProblemError:
    return ProblemError(
        "invalid-link", "the link was used before, has expired or is unknown.", remedy="Have another mail sent."
    )
