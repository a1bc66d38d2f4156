"""An upload to import on its way to disk: streamed into a folder of its own, within the disk's bounds."""

import re
import shutil
from pathlib import Path
from typing import BinaryIO, Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from deepstyle.api.form_file import FormFile
from deepstyle.api.problems import ProblemError
from deepstyle.catalogue.feeds.tables import FEED_SUFFIXES

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
_ARRIVING: Final = "arriving"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


async def store_upload(request: Request, folder: Path, name: str, room_bytes: int) -> str:
    """Write the request's body, or the file of its form, into the new ``folder``; return the name it has there.

    That is ``name``, else the form's, else one for the media type. Leaves nothing where the upload does not arrive
    whole. Raises ``ProblemError``: ``storage-full`` where it is over ``room_bytes``, ``bad-feed`` where it is no feed.
    """
    kind = request.headers.get("content-type", "")
    form = FormFile(kind) if kind.lower().startswith("multipart/form-data") else None
    known = "" if form else _checked_name(name or _name_of_type(kind))
    try:
        folder.mkdir(parents=True, mode=0o700)
        with (folder / _ARRIVING).open("xb") as file:
            size_bytes = await _receive(request, form, file, room_bytes)
        if not size_bytes:
            raise ProblemError("bad-feed", "the body is empty.")
        stored = known or _checked_name(name or (form.name if form else ""))
        (folder / _ARRIVING).rename(folder / stored)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ProblemError("storage-full", "the server has no room for the upload.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return stored


async def _receive(request: Request, form: FormFile | None, file: BinaryIO, room_bytes: int) -> int:
    """Write the feed, a MiB at a time, in a thread; return its size."""
    size_bytes, waiting = 0, bytearray()
    async for chunk in request.stream():
        part = form.feed(chunk) if form else chunk
        size_bytes += len(part)
        if size_bytes > room_bytes:
            raise ProblemError("storage-full", "the uploads that wait take up all the room.")
        waiting += part
        if len(waiting) >= _WRITTEN_BYTES:
            await run_in_threadpool(file.write, bytes(waiting))
            waiting.clear()
    await run_in_threadpool(file.write, bytes(waiting))
    if form:
        form.finish()
    return size_bytes


def _name_of_type(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _TYPES:
        detail = f"the media type {kind[:100]!r} does not say which kind of feed it is."
        raise ProblemError("bad-feed", detail, remedy="Name the file: /v1/imports?name=feed.csv.")
    return _TYPES[kind]


def _checked_name(name: str) -> str:
    """A feed's file name; another that only has its suffix where it has characters that a path may not have."""
    suffix = Path(name).suffix.lower()
    if suffix not in FEED_SUFFIXES:
        raise ProblemError("bad-feed", f"{name[:100]!r} is not the name of a feed.")
    return name if _PLAIN_NAME.fullmatch(name) else f"feed{suffix}"
