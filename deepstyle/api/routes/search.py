"""What looks like this photo?"""

from functools import partial
from typing import Any, Final

import numpy as np
from fastapi import APIRouter, Request
from numpy.typing import NDArray

from deepstyle.api import cursors
from deepstyle.api.dependencies import Open, SearchFields, search_fields
from deepstyle.api.models import SearchResults, results_of
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Resources
from deepstyle.api.uploads import read_upload
from deepstyle.images.pixels import checked_header, memory_bytes
from deepstyle.store.base import ItemFilter
from deepstyle.style.encoder import Encoded
from deepstyle.style.search import Crop, photo_side_px, read_photo, search_vector

router = APIRouter(tags=["search"])
MAX_DEPTH: Final = 1000  # results that one search can be paged through
UPLOAD_PROBLEMS: Final = (
    "malformed-request",
    "request-timeout",
    "body-too-large",
    "image-too-large",
    "unsupported-media-type",
    "unsupported-image",
    "missing-image",
    "several-images",
    "broken-image",
    "not-ready",
    "storage-full",
)
IMAGE: Final = {
    "type": "string",
    "format": "binary",
    "description": "JPEG, PNG, WebP or GIF (first frame), up to 10 MiB and 40 megapixels, fewer in slow codings.",
}


def form_body(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """OpenAPI's description of a form that the route itself parses, to refuse it while it streams."""
    schema = {"type": "object", "properties": {"image": IMAGE, **properties}, "required": required}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@router.post(
    "/search_image",
    operation_id="searchImage",
    summary="The ten products most like a photo",
    responses=documented(*UPLOAD_PROBLEMS),
    openapi_extra=form_body({}, ["image"]),
)
async def search_image(request: Request, resources: Open) -> SearchResults:
    """The descriptions of the ten closest products, with their rank and cosine similarity."""
    upload = await read_upload(request)

    def work(data: bytes) -> SearchResults:
        return _found(resources, embed(resources, data, None), 0, 10, ItemFilter())

    return await resources.queue.run(request, upload, work)


@router.post(
    "/v1/search",
    operation_id="search",
    summary="Products like a photo or a part of it, within a filter, page by page",
    responses=documented(*UPLOAD_PROBLEMS, "bad-parameter", "invalid-parameter", "bad-cursor"),
    openapi_extra=form_body(SearchFields.model_json_schema()["properties"], []),
)
async def search(request: Request, resources: Open) -> SearchResults:
    """Send ``image`` for the first page, then the ``cursor`` of each page, with the same filter, for the next."""
    upload = await read_upload(request)
    try:
        fields = search_fields(upload)
        crop, where = fields.box(), fields.where()
        if fields.cursor and upload.image is not None:
            raise ProblemError("malformed-request", "the form has both an image and a cursor; send one of them.")
    except Exception:
        upload.close()
        raise
    if fields.cursor:
        page = partial(_next_page, resources, fields.cursor, fields.k, where)
        return await resources.reads.run(request.state.client, page)

    def work(data: bytes) -> SearchResults:
        return _found(resources, embed(resources, data, crop), 0, fields.k, where)

    return await resources.queue.run(request, upload, work)


def embed(resources: Resources, data: bytes, crop: Crop | None) -> NDArray[np.float32]:
    """The embedding (D,) of an uploaded photo; raises as ``encode_photo``."""
    embedding: NDArray[np.float32] = encode_photo(resources, data, crop).embeddings[0]
    return embedding


def encode_photo(resources: Resources, data: bytes, crop: Crop | None = None) -> Encoded:
    """The model's answer to an uploaded photo; raises ``ImageError``, over the caps before anything is decoded.

    Raises ``OverloadedError`` where the memory that decoding takes is not free in time.
    """
    settings, metrics = resources.settings, resources.metrics
    encoder = resources.encoders.choose(resources.queue.in_flight)
    with metrics.decode_seconds.time():
        header = checked_header(data, max_bytes=settings.max_upload_bytes, max_pixels=settings.max_image_pixels)
        needed_bytes = memory_bytes(header, min_side_px=photo_side_px(encoder, crop))
        with resources.decoding.reserve(needed_bytes):
            pixels = encoder.prepare(read_photo(encoder, data, crop))
    with metrics.encode_seconds.time():
        return encoder.encode_prepared(pixels[None])


def _next_page(resources: Resources, cursor: str, k: int, where: ItemFilter) -> SearchResults:
    bound = cursors.binding(where, resources.space)
    offset, embedding = cursors.unpack_search(cursor, resources.encoders.spec.embedding_dim, bound)
    return _found(resources, embedding, offset, k, where)


def _found(
    resources: Resources, embedding: NDArray[np.float32], offset: int, k: int, where: ItemFilter
) -> SearchResults:
    """Results ``offset`` to ``offset + k``; the cursor is missing on the last page."""
    store, space, bands = resources.store, resources.space, resources.bands
    depth = min(offset + k, MAX_DEPTH)
    with resources.metrics.search_seconds.time():
        matches = search_vector(store, space, embedding, k=depth + 1, where=where)
    more = len(matches) > depth and depth < MAX_DEPTH
    cursor = cursors.pack_search(depth, embedding, cursors.binding(where, space)) if more else None
    best = matches[0].similarity if matches else None
    return SearchResults(
        results=results_of(matches[offset:depth], bands),
        good_match=bands.is_good_match(best, embedding) if bands else None,
        next_cursor=cursor,
    )
