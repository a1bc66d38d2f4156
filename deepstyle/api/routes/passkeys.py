"""Passkeys: registering one, and signing in with one."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deepstyle.api.account_answers import done, private, signed_in_answer
from deepstyle.api.account_models import (
    AccountState,
    Deletion,
    ListedPasskey,
    NewPasskey,
    PasskeyOptions,
    Passkeys,
    PasskeySignIn,
    moment,
)
from deepstyle.api.adoption import adopt
from deepstyle.api.json_body import BODY_PROBLEMS, described, read_body
from deepstyle.api.members import PersonDep, VisitDep
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.routes.me import PERSON, require_proof
from deepstyle.api.sessions import require_own_page
from deepstyle.people.accounts import by_passkey, signing_in, throttling

router = APIRouter(tags=["accounts"])
PasskeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The passkey's `passkey_id`.")]


@router.post(
    "/v1/accounts/passkeys:options",
    operation_id="passkeySignInOptions",
    summary="Begin to sign in with a passkey",
    response_model=PasskeyOptions,
    responses=documented("accounts-off", "not-ready"),
)
async def sign_in_options(request: Request, visit: VisitDep) -> Response:
    """What the browser signs; it names no person, and is good for five minutes."""
    require_own_page(request.headers)
    await run_in_threadpool(throttling.limit_logins, visit.accounts.people.store, "", visit.browser.network)
    options = await run_in_threadpool(by_passkey.sign_in_options, visit.accounts)
    return private(PasskeyOptions(options=dict(options)))


@router.post(
    "/v1/accounts/passkeys:sign-in",
    operation_id="passkeySignIn",
    summary="Sign in with a passkey",
    response_model=AccountState,
    responses=documented("accounts-off", "wrong-credentials", *BODY_PROBLEMS, "not-ready"),
    openapi_extra=described(PasskeySignIn),
)
async def sign_in(request: Request, visit: VisitDep) -> Response:
    """Get a session, as a cookie, for what the authenticator signed."""
    require_own_page(request.headers)
    given = await read_body(request, PasskeySignIn)
    person = await run_in_threadpool(by_passkey.person_of, visit.accounts, given.credential)
    if person is None:
        raise ProblemError("wrong-credentials", "the passkey was not accepted.", remedy="Sign in another way.")
    found = await run_in_threadpool(signing_in.begin, visit.accounts, person, visit.browser)
    await adopt(request, visit, found)
    return signed_in_answer(visit, found)


@router.get(
    "/v1/me/passkeys",
    operation_id="listPasskeys",
    summary="The passkeys",
    response_model=Passkeys,
    responses=documented(*PERSON),
)
async def list_passkeys(visit: VisitDep, signed_in: PersonDep) -> Response:
    """The person's passkeys."""
    found = await run_in_threadpool(by_passkey.passkeys_of, visit.accounts, signed_in.person)
    return private(Passkeys(passkeys=[_listed(one) for one in found]))


@router.post(
    "/v1/me/passkeys:options",
    operation_id="passkeyOptions",
    summary="Begin to add a passkey",
    response_model=PasskeyOptions,
    responses=documented(*PERSON, "not-confirmed", *BODY_PROBLEMS),
    openapi_extra=described(Deletion),
)
async def registration_options(request: Request, visit: VisitDep, signed_in: PersonDep) -> Response:
    """What the browser makes a passkey by. A session that is older than 15 minutes also sends the present password."""
    if not signed_in.session.is_fresh:
        await require_proof(visit, signed_in, (await read_body(request, Deletion)).password)
    options = await run_in_threadpool(by_passkey.registration_options, visit.accounts, signed_in.person)
    return private(PasskeyOptions(options=dict(options)))


@router.post(
    "/v1/me/passkeys",
    operation_id="addPasskey",
    summary="Add a passkey",
    status_code=201,
    response_model=ListedPasskey,
    responses=documented(*PERSON, *BODY_PROBLEMS),
    openapi_extra=described(NewPasskey),
)
async def add_passkey(request: Request, visit: VisitDep, signed_in: PersonDep) -> Response:
    """Store what the authenticator made; the private key never leaves it."""
    given = await read_body(request, NewPasskey)
    made = await run_in_threadpool(by_passkey.register, visit.accounts, signed_in.person, given.credential, given.name)
    return private(_listed(made), 201)


@router.delete(
    "/v1/me/passkeys/{passkey_id}",
    operation_id="removePasskey",
    summary="Remove a passkey",
    status_code=204,
    response_class=Response,
    responses=documented(*PERSON, "unknown-passkey", "invalid-parameter"),
)
async def remove_passkey(passkey_id: PasskeyId, visit: VisitDep, signed_in: PersonDep) -> Response:
    """It signs nobody in any more."""
    if not await run_in_threadpool(by_passkey.remove, visit.accounts, signed_in.person, passkey_id):
        raise ProblemError("unknown-passkey", f"no passkey has the id {passkey_id!r}.")
    return done()


def _listed(one: by_passkey.ListedPasskey) -> ListedPasskey:
    return ListedPasskey(passkey_id=one.passkey_id, name=one.name, created=moment(one.created_s))
