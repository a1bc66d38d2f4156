"""Imports of whole feeds: started by an upload, worked on by the job process, followed and cancelled here."""

import asyncio
import shutil
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from deepstyle.api.addresses import address
from deepstyle.api.dependencies import body_fields
from deepstyle.api.event_stream import Event, events
from deepstyle.api.import_models import ImportJob, ImportJobs, ImportRequest
from deepstyle.api.import_uploads import store_upload
from deepstyle.api.json_text import is_json
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.errors import OverloadedError
from deepstyle.files import parse_json
from deepstyle.jobs.journal import Job, Journal, new_job_id

router = APIRouter(tags=["imports"])
WRITES: Final = ("writes-disabled",)
JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The import's `job_id`.")]
Name = Annotated[
    str,
    Query(
        max_length=100,
        pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$",
        description="The feed's file name, whose suffix says how it is read; default: by the media type.",
        examples=["feed.csv"],
    ),
]
Prune = Annotated[bool, Query(description="Whether items that the feed lacks are deleted.")]
PruneLimit = Annotated[float, Query(ge=0, le=100, description="Delete nothing where it would be over this percentage.")]
LastEventId = Annotated[str, Header(pattern=r"^[0-9]{0,15}$", description="The last event that was received.")]
BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": ImportRequest.model_json_schema()},
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "/v1/imports",
    operation_id="startImport",
    summary="Import a feed",
    status_code=202,
    response_model=ImportJob,
    responses=documented(
        *WRITES, "urls-disabled", "bad-feed", "body-too-large", "storage-full", "bad-parameter", "invalid-parameter"
    ),
    openapi_extra=BODY,
)
async def start_import(
    request: Request, resources: Open, name: Name = "", prune: Prune = False, prune_limit: PruneLimit = 10.0
) -> Response:
    """Send a feed, or a ZIP of a feed and its pictures, as the body or as the file of a form; or an address as JSON.

    The answer comes when the upload is stored; the import itself is a job, which `GET /v1/imports/{job_id}` follows.
    """
    journal, job_id = resources.journal, new_job_id()
    if is_json(request) and not name:
        wanted = await _by_url(request, resources.settings.import_urls)
    else:
        room_bytes = resources.settings.imports_bytes - await run_in_threadpool(journal.stored_bytes)
        stored = await store_upload(request, journal.upload_folder(job_id), name, room_bytes)
        wanted = {"name": stored, "prune": prune, "prune_limit": prune_limit}
    try:
        job = await run_in_threadpool(partial(journal.add, wanted, job_id=job_id))
    except OverloadedError:
        shutil.rmtree(journal.upload_folder(job_id), ignore_errors=True)
        raise
    return _answer(job, 202)


@router.get(
    "/v1/imports",
    operation_id="listImports",
    summary="The imports",
    responses=documented(*WRITES),
)
def imports(resources: Open) -> ImportJobs:
    """The imports that wait, run, or ended lately, the newest first."""
    return ImportJobs(imports=[ImportJob.of(job) for job in resources.journal.jobs()])


@router.get(
    "/v1/imports/{job_id}",
    operation_id="getImport",
    summary="One import",
    responses=documented(*WRITES, "unknown-import", "invalid-parameter"),
)
def one_import(job_id: JobId, resources: Open) -> ImportJob:
    """How far an import is, or how it ended."""
    return ImportJob.of(_found(resources.journal, job_id))


@router.delete(
    "/v1/imports/{job_id}",
    operation_id="cancelImport",
    summary="Cancel an import",
    status_code=202,
    responses=documented(*WRITES, "unknown-import", "invalid-parameter"),
)
def cancel_import(job_id: JobId, resources: Open) -> ImportJob:
    """The import ends after the batch at hand; what it wrote before stays. One that has ended stays as it is."""
    _found(resources.journal, job_id)
    resources.journal.cancel(job_id)
    return ImportJob.of(_found(resources.journal, job_id))


@router.get(
    "/v1/imports/{job_id}/events",
    operation_id="followImport",
    summary="An import's progress as server-sent events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events `progress`, and at last `end`, each with an import as its data.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **documented(*WRITES, "unknown-import", "invalid-parameter"),
    },
)
async def follow_import(job_id: JobId, request: Request, resources: Open, last_event_id: LastEventId = "") -> Response:
    """The present state comes first. A client that comes back with `Last-Event-ID` gets what is newer."""
    journal = resources.journal
    await run_in_threadpool(_found, journal, job_id)

    async def read() -> Event | None:
        job = await run_in_threadpool(journal.get, job_id)
        return _event(job) if job else None

    place = resources.event_streams.take()
    stopping = getattr(request.state, "stopping", None) or asyncio.Event()
    stream = events(place, read, int(last_event_id or 0), stopping)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _by_url(request: Request, allowed: bool) -> Mapping[str, Any]:
    """The import that the request's JSON asks for; raises ``ProblemError``."""
    try:
        values = parse_json((await request.body()).decode())
    except ValueError as error:
        raise ProblemError("malformed-request", f"the body is not JSON: {error}.", remedy="Send JSON.") from error
    wanted = body_fields(ImportRequest, values)
    if not allowed:
        raise ProblemError("urls-disabled", "this server fetches no feed.")
    return wanted.model_dump()


def _found(journal: Journal, job_id: str) -> Job:
    job = journal.get(job_id)
    if job is None:
        raise ProblemError("unknown-import", f"no import has the id {job_id!r}.")
    return job


def _event(job: Job) -> Event:
    name = "end" if job.is_finished else "progress"
    return Event(job.seq, name, ImportJob.of(job).model_dump(mode="json"), job.is_finished)


def _answer(job: Job, status: int) -> Response:
    content = ImportJob.of(job).model_dump(mode="json")
    return JSONResponse(content, status, {"Location": address(f"/v1/imports/{job.job_id}")})
