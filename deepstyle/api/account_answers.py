"""Answers about accounts: they are nobody else's to read, and some set or drop the session's cookie."""

from typing import Final

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from deepstyle.api.account_models import AccountState, Provider, Ways
from deepstyle.api.members import Visit
from deepstyle.api.sessions import csrf_token
from deepstyle.people.accounts.opened import Accounts
from deepstyle.people.accounts.signing_in import SignedIn

PRIVATE: Final = {"Cache-Control": "no-store"}


def private(shown: BaseModel, status: int = 200) -> Response:
    """An answer that no cache keeps."""
    return JSONResponse(shown.model_dump(mode="json"), status, PRIVATE)


def done(status: int = 204) -> Response:
    """An answer that says no more than that."""
    return Response(status_code=status, headers=PRIVATE)


def signed_in_answer(visit: Visit, signed_in: SignedIn) -> Response:
    """Who is signed in now, with the cookie of the session."""
    answer = private(state_of(visit.accounts, signed_in))
    answer.headers["Set-Cookie"] = visit.cookie(signed_in.token)
    return answer


def state_of(accounts: Accounts, signed_in: SignedIn | None) -> AccountState:
    """Who is signed in, and how one may sign in."""
    providers = [Provider(provider=key, name=one.provider.name) for key, one in accounts.providers.items()]
    ways = Ways(sign_up=accounts.mail is not None, passkeys=True, providers=providers)
    if signed_in is None:
        return AccountState(state="signed-out", ways=ways)
    person = signed_in.person
    return AccountState(
        state="signed-in",
        person_id=person.person_id,
        email=person.email,
        role=person.role,
        language=person.language,
        has_password=bool(person.password_hash),
        csrf_token=csrf_token(signed_in.token),
        ways=ways,
    )
