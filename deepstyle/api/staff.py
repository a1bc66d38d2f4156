"""Who of the staff sends a request, as the audit log names them."""

from fastapi import Request

from deepstyle.api.problems import ProblemError
from deepstyle.people.accounts.roles import includes
from deepstyle.people.accounts.signing_in import SignedIn
from deepstyle.people.merchandising.changes import by_account


def who(request: Request) -> str:
    """The name of the API key, or of the account."""
    person: SignedIn | None = request.state.person
    return by_account(person.person.person_id) if person else str(request.state.key)


def require_admin(request: Request) -> None:
    """Raise ``ProblemError`` (insufficient-role) for a merchandiser; a key that comes so far has the scope admin."""
    person: SignedIn | None = request.state.person
    if person and not includes(person.person.role, "admin"):
        raise ProblemError("insufficient-role", f"the account's role is {person.person.role}.")
