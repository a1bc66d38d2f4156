"""Products that look like a photo."""

from functools import partial
from typing import Final

import numpy as np
from fastapi import APIRouter, Request
from numpy.typing import NDArray

from deepstyle.api import cursors
from deepstyle.api.dependencies import SearchFields, SearchImageFields, form_fields, search_fields
from deepstyle.api.models import SearchResults, results_of
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.uploads import UPLOAD_PROBLEMS, form_body, read_upload
from deepstyle.shop import Shop
from deepstyle.style.colour_choice import split_choice
from deepstyle.style.search import Crop

router = APIRouter(tags=["search"])
MAX_DEPTH: Final = 1000  # results that one search can be paged through


@router.post(
    "/search_image",
    operation_id="searchImage",
    summary="The ten products most similar to a photo",
    responses=documented(*UPLOAD_PROBLEMS, "invalid-parameter"),
    openapi_extra=form_body(SearchImageFields.model_json_schema()["properties"], ["image"]),
)
async def search_image(request: Request, resources: Open) -> SearchResults:
    """The ten most similar products with their rank and cosine similarity, each with its variants."""
    upload = await read_upload(request)
    try:
        fields = form_fields(SearchImageFields, upload.fields)
    except Exception:
        upload.close()
        raise

    def work(data: bytes) -> SearchResults:
        return _first_page(resources, data, None, SearchFields(group_by=fields.group_by), fields.colour)

    return await resources.queue.run(request, upload, work)


@router.post(
    "/v1/search",
    operation_id="search",
    summary="Products similar to a photo or a part of it, filtered, in pages",
    responses=documented(*UPLOAD_PROBLEMS, "bad-parameter", "invalid-parameter", "bad-cursor"),
    openapi_extra=form_body(SearchFields.model_json_schema()["properties"], []),
)
async def search(request: Request, resources: Open) -> SearchResults:
    """Send ``image`` for the first page; for each next page send ``cursor`` with the same filter and switches."""
    upload = await read_upload(request)
    try:
        fields = search_fields(upload)
        crop, (_, colour) = fields.box(), split_choice(fields.where())
        if fields.cursor and upload.image is not None:
            raise ProblemError("malformed-request", "the form has both an image and a cursor; send one of them.")
    except Exception:
        upload.close()
        raise
    if fields.cursor:
        page = partial(_next_page, resources, fields, colour)
        return await resources.reads.run(request.state.client, page)

    def work(data: bytes) -> SearchResults:
        return _first_page(resources, data, crop, fields, colour)

    return await resources.queue.run(request, upload, work)


def _first_page(
    resources: Resources, data: bytes, crop: Crop | None, fields: SearchFields, colour: str
) -> SearchResults:
    encoded = resources.encode_photo(data, crop, several_crops=fields.several_crops)
    return _page(resources, resources.shop.coloured(encoded.embeddings[0], colour), 0, fields, colour)


def _next_page(resources: Resources, fields: SearchFields, colour: str) -> SearchResults:
    shop = resources.shop
    offset, query = cursors.unpack_search(fields.cursor, shop.spec.embedding_dim, _binding(shop, fields))
    return _page(resources, query, offset, fields, colour)


def _page(
    resources: Resources, query: NDArray[np.float32], offset: int, fields: SearchFields, colour: str
) -> SearchResults:
    """Results ``offset`` to ``offset + k`` for a query that ``colour`` was applied to; no cursor on the last page."""
    offset = min(offset, MAX_DEPTH)
    shop, k = resources.shop, min(fields.k, MAX_DEPTH - offset)
    (where, _), by = split_choice(fields.where()), shop.reranking(fields.category_vote, fields.query_expansion)
    with resources.metrics.search_seconds.time():
        answer = shop.search_embedding(
            query, k=k + 1, offset=offset, where=where, colour=colour, by=by, group_by=fields.group_by
        )
    has_more = len(answer.matches) > k and offset + k < MAX_DEPTH
    return SearchResults(
        results=results_of(answer.matches[:k]),
        calibrated=answer.calibrated,
        is_good_match=answer.is_good_match,
        next_cursor=cursors.pack_search(offset + k, query, _binding(shop, fields)) if has_more else None,
    )


def _binding(shop: Shop, fields: SearchFields) -> bytes:
    """What the cursor of a search is bound to: another filter, model or order would join pages that do not fit."""
    by = shop.reranking(fields.category_vote, fields.query_expansion)
    return cursors.binding(fields.where(), shop.space, repr(by), fields.group_by)
