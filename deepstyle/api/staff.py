"""Who of the staff sends a request, as the audit log names them."""

from fastapi import Request

from deepstyle.people.accounts.signing_in import SignedIn


def who(request: Request) -> str:
    """The name of the API key, or the id of the person: never her address, for the log is kept."""
    person: SignedIn | None = request.state.person
    return f"person {person.person.person_id}" if person else str(request.state.key)
