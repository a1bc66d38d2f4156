"""What becomes a person's when she signs in: what her browser collected under its pseudonym."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from deepstyle.api.consent_cookie import says_no, token_in
from deepstyle.api.members import Visit
from deepstyle.people.accounts.signing_in import SignedIn
from deepstyle.people.consent import client_id_of, link_person
from deepstyle.people.merge import merge_lists


async def adopt(request: Request, visit: Visit, signed_in: SignedIn) -> None:
    """Give the lists and the pseudonym of a browser to the person; not where it sends Global Privacy Control.

    A pseudonym that is another person's stays hers: two people may share a browser.
    """
    client_id = client_id_of(token_in(request.headers))
    if client_id and not says_no(request.headers):
        await run_in_threadpool(_adopt, visit, client_id, signed_in.person.person_id)


def _adopt(visit: Visit, client_id: str, person_id: str) -> None:
    if link_person(visit.accounts.people.store, client_id, person_id):
        merge_lists(visit.accounts.people, client_id, person_id)
