"""An upload to import on its way to disk: streamed into a folder of its own, within the disk's bounds."""

import shutil
from pathlib import Path
from typing import BinaryIO, Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from deepstyle.api.problems import ProblemError
from deepstyle.jobs.feed import FEED_SUFFIXES
from deepstyle.jobs.journal import Journal
from deepstyle.settings import Settings

_TYPES: Final = {
    "text/csv": "feed.csv",
    "text/tab-separated-values": "feed.tsv",
    "application/jsonl": "feed.jsonl",
    "application/x-ndjson": "feed.jsonl",
    "application/xml": "feed.xml",
    "text/xml": "feed.xml",
    "application/zip": "feed.zip",
}
_WRITTEN_BYTES: Final = 1024 * 1024


def upload_name(request: Request, name: str) -> str:
    """The upload's file name: ``name``, else one for its media type. Raises ``ProblemError`` where it is no feed's."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    chosen = name or _TYPES.get(kind, "")
    if not chosen:
        raise ProblemError("bad-feed", f"the media type {kind[:100]!r} does not say which kind of feed it is.")
    if Path(chosen).suffix.lower() not in FEED_SUFFIXES:
        raise ProblemError("bad-feed", f"{chosen!r} is not the name of a feed.")
    return chosen


async def store_upload(request: Request, journal: Journal, job_id: str, name: str, settings: Settings) -> None:
    """Write the request's body into the folder of the job; leave nothing where it does not arrive whole.

    Raises ``ProblemError`` ``storage-full`` where all uploads together would be over their bound.
    """
    folder = journal.upload_folder(job_id)
    stored_bytes = await run_in_threadpool(journal.stored_bytes)
    try:
        folder.mkdir(parents=True, mode=0o700)
        with (folder / name).open("xb") as file:
            size_bytes = await _receive(request, file, settings.imports_bytes - stored_bytes)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ProblemError("storage-full", "the server has no room for the upload.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if not size_bytes:
        shutil.rmtree(folder, ignore_errors=True)
        raise ProblemError("bad-feed", "the body is empty.")


async def _receive(request: Request, file: BinaryIO, room_bytes: int) -> int:
    """Write the body, a MiB at a time, in a thread; return its size."""
    size_bytes, waiting = 0, bytearray()
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > room_bytes:
            raise ProblemError("storage-full", "the uploads that wait take up all the room.")
        waiting += chunk
        if len(waiting) >= _WRITTEN_BYTES:
            await run_in_threadpool(file.write, bytes(waiting))
            waiting.clear()
    await run_in_threadpool(file.write, bytes(waiting))
    return size_bytes
