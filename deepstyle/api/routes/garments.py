"""The garments in a photo."""

from fastapi import APIRouter, Request

from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.api.uploads import UPLOAD_PROBLEMS, form_body, read_upload
from deepstyle.api.worn_models import GarmentsLine

router = APIRouter(tags=["looks"])


@router.post(
    "/v1/garments",
    operation_id="findGarments",
    summary="The garments in a photo",
    responses=documented(*UPLOAD_PROBLEMS),
    openapi_extra=form_body({}, ["image"]),
)
async def garments(request: Request, resources: Open) -> GarmentsLine:
    """What the largest person in the photo wears, each with its box. Needs no store; nothing of the photo is kept."""
    upload = await read_upload(request)

    def work(data: bytes) -> GarmentsLine:
        return GarmentsLine.of(resources.garments(data))

    return await resources.queue.run(request, upload, work)
