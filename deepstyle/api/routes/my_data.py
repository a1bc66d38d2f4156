"""The rights of a person: a copy of all that is stored of her, its deletion, and results that do not depend on her."""

import tempfile
from collections.abc import Iterator
from typing import IO, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from deepstyle.api.account_answers import PRIVATE, done, private
from deepstyle.api.account_models import Deletion
from deepstyle.api.json_body import BODY_PROBLEMS, described, read_body
from deepstyle.api.list_models import Personal
from deepstyle.api.members import PersonDep, Visit, VisitDep
from deepstyle.api.problems import documented
from deepstyle.api.routes.me import PERSON, require_proof
from deepstyle.people.accounts import persons
from deepstyle.people.erase import erase_person
from deepstyle.people.export import export_person

router = APIRouter(tags=["accounts"])
MEMORY_BYTES: Final = 1024 * 1024
CHUNK_BYTES: Final = 64 * 1024


@router.get(
    "/v1/me/export",
    operation_id="exportMe",
    summary="A copy of all that is stored",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A ZIP of JSON lines, with `manifest.json`, which says what is stored why and how long.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(*PERSON),
    },
)
async def export_me(visit: VisitDep, signed_in: PersonDep) -> Response:
    """What secures the account, such as the password's hash, is left out."""
    file = await run_in_threadpool(_exported, visit, signed_in.person.person_id)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="my-data.zip"'}
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


@router.delete(
    "/v1/me",
    operation_id="deleteMe",
    summary="Delete the account",
    status_code=204,
    response_class=Response,
    responses=documented(*PERSON, "not-confirmed", *BODY_PROBLEMS),
    openapi_extra=described(Deletion),
)
async def delete_me(request: Request, visit: VisitDep, signed_in: PersonDep) -> Response:
    """Everything of the person is deleted, also what she did under pseudonyms; no copy of it can be read any more."""
    given = await read_body(request, Deletion)
    await require_proof(visit, signed_in, given.password)
    await run_in_threadpool(erase_person, visit.accounts.people, signed_in.person.person_id)
    answer = done()
    answer.headers["Set-Cookie"] = visit.cookie("")
    return answer


@router.get(
    "/v1/me/personal",
    operation_id="getPersonal",
    summary="Whether results are personal",
    response_model=Personal,
    responses=documented(*PERSON),
)
async def personal(signed_in: PersonDep) -> Response:
    """Where it is on, they are so only with consent."""
    return private(Personal(is_on=signed_in.person.is_personal))


@router.put(
    "/v1/me/personal",
    operation_id="putPersonal",
    summary="Switch personal results on or off",
    response_model=Personal,
    responses=documented(*PERSON, *BODY_PROBLEMS),
    openapi_extra=described(Personal),
)
async def put_personal(request: Request, visit: VisitDep, signed_in: PersonDep) -> Response:
    """It counts from the next request on."""
    given = await read_body(request, Personal)
    person_id = signed_in.person.person_id
    await run_in_threadpool(lambda: persons.change(visit.accounts.people, person_id, is_personal=given.is_on))
    return private(given)


def _exported(visit: Visit, person_id: str) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115  # closed by ``_chunks``
    export_person(visit.accounts.people, person_id, file)
    file.seek(0)
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
