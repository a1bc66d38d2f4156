"""Worn looks: every garment of a photo searched for, and a cart for all of them."""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from deepstyle.api.dependencies import form_fields
from deepstyle.api.problems import ProblemError, describe, documented, of_error
from deepstyle.api.resources import Open
from deepstyle.api.uploads import UPLOAD_PROBLEMS, form_body, read_upload
from deepstyle.api.worn_models import LINES_EXAMPLE, MEDIA_TYPE, WornFields, line_of
from deepstyle.errors import DeepstyleError
from deepstyle.looks.shop_look import LookPart

router = APIRouter(tags=["looks"])
_LINES: Final = {"schema": {"type": "string"}, "example": "\n".join(map(json.dumps, LINES_EXAMPLE))}
log = logging.getLogger("deepstyle.api")


@router.post(
    "/v1/looks:shop",
    operation_id="shopLook",
    summary="Shop a worn look",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The garments, a row for each of them, the cart.", "content": {MEDIA_TYPE: _LINES}},
        **documented(*UPLOAD_PROBLEMS, "bad-parameter", "invalid-parameter"),
    },
    openapi_extra=form_body(WornFields.model_json_schema()["properties"], ["image"]),
)
async def shop_look(request: Request, resources: Open) -> StreamingResponse:
    """Send a photo of a worn look. The answer is JSON Lines, each sent as soon as it is there.

    First `{"garments": […], "people": 1}`; then for each garment a row of similar products, `{"garment": 0,
    "results": […], "calibrated": …, "is_good_match": …}`; at last `{"cart": {…}}` with one product for each garment: in
    stock, all worn by the same people, together within `budget`, prices in one currency. What goes wrong after the
    first line is the last line, `{"error": …}` with a problem document. Nothing about the person is stored.
    """
    upload = await read_upload(request)
    try:
        wanted = form_fields(WornFields, upload.fields).wanted()
    except Exception:
        upload.close()
        raise

    def work(data: bytes) -> Iterator[LookPart]:
        return resources.shop_look(data, wanted)

    first, others = await resources.queue.begin(request, upload, work)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_lines(request, first, others), media_type=MEDIA_TYPE, headers=headers)


async def _lines(request: Request, first: LookPart, others: AsyncGenerator[LookPart]) -> AsyncIterator[bytes]:
    async with aclosing(others):
        yield _encoded(first)
        try:
            async for part in others:
                yield _encoded(part)
        except (ProblemError, DeepstyleError) as error:
            yield _error(request, of_error(error) if isinstance(error, DeepstyleError) else error)
        except Exception:
            log.exception("a look failed after its first line")
            yield _error(request, ProblemError("internal-error", "The request could not be answered."))


def _encoded(part: LookPart) -> bytes:
    return line_of(part).model_dump_json().encode() + b"\n"


def _error(request: Request, error: ProblemError) -> bytes:
    return json.dumps({"error": describe(request, error)}).encode() + b"\n"
