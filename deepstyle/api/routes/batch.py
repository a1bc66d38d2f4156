"""Many writes in one request."""

import hashlib
import tempfile
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Header, Request
from starlette.responses import StreamingResponse

from deepstyle.api.admission import BATCH
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.api.uploads import no_storage

router = APIRouter(tags=["writing"])
MEDIA_TYPE: Final = "application/jsonl"
_MEDIA_TYPES: Final = (MEDIA_TYPE, "application/x-ndjson", "application/x-jsonlines")
_MAX_ROWS: Final = int(LIMITS["batch_rows"].value)
_IN_MEMORY_BYTES: Final = int(LIMITS["small_body_bytes"].value)
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=int(LIMITS["idempotency_key_chars"].value),
        description="The same key and body again within a day: the first results, and nothing is written.",
    ),
]
_ROWS: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {kind: {"schema": {"type": "string"}} for kind in _MEDIA_TYPES}}
}


@router.post(
    BATCH,
    operation_id="writeItems",
    summary="Add, replace, change and delete many items",
    response_class=StreamingResponse,
    responses={
        200: {"description": "A result for each row.", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        **documented(
            "body-too-large",
            "unsupported-media-type",
            "batch-running",
            "idempotency-conflict",
            "invalid-parameter",
            "writes-disabled",
            "storage-full",
            "not-ready",
        ),
    },
    openapi_extra=_ROWS,
)
async def write_items(request: Request, resources: Open, idempotency_key: IdempotencyKey = "") -> StreamingResponse:
    """JSON Lines: `{"op": "put", "item_id": "7", "item": {…}, "image": "<base64>"}`, or `patch`, or `delete`.

    The answer has one line for each row, accepted or rejected, in order, and a last one with the counts. A row may have
    `if_match` and `if_none_match`, as the headers of a single write. Rows are independent: a rejected one stops none.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _MEDIA_TYPES:
        detail = f"the body is {kind[:100]!r}."
        raise ProblemError("unsupported-media-type", detail, remedy=f"Send JSON Lines as {MEDIA_TYPE}.")
    file, body_sha256 = await _receive(request)
    kept = None
    try:
        if idempotency_key:
            kept = resources.batches.kept(request.state.key, idempotency_key, body_sha256)
            if (lines := kept.read()) is not None:
                kept.release()
                file.close()
                return StreamingResponse(iter(lines), media_type=MEDIA_TYPE, headers={"Idempotency-Replayed": "true"})
        batch = resources.batches.start(file, resources.writes, request.state.client, resources.write, kept)
    except BaseException:
        file.close()
        if kept is not None:
            kept.release()
        raise
    return StreamingResponse(batch.results(), media_type=MEDIA_TYPE)


async def _receive(request: Request) -> tuple[IO[bytes], str]:
    """The body as a file, on disk where it is large, and its SHA-256; raises ``ProblemError`` over the row limit."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the batch closes it
    digest, rows = hashlib.sha256(), 0
    try:
        async for chunk in request.stream():
            rows += chunk.count(b"\n")
            if rows > _MAX_ROWS:
                raise ProblemError(
                    "body-too-large", f"the batch has over {_MAX_ROWS:,} rows.", remedy="Send fewer rows."
                )
            digest.update(chunk)
            file.write(chunk)
        file.seek(0)
    except OSError as error:
        file.close()
        raise no_storage(error) from error
    except BaseException:
        file.close()
        raise
    return file, digest.hexdigest()
