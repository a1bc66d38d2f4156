"""Products that look like a photo."""

from functools import partial

import numpy as np
from fastapi import APIRouter, Request
from numpy.typing import NDArray

from deepstyle.api import cursors
from deepstyle.api.dependencies import (
    Find,
    FindFields,
    SearchFields,
    SearchImageFields,
    form_fields,
    read_fields,
)
from deepstyle.api.models import SearchResults, results_of
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.search_models import said_of
from deepstyle.api.uploads import UPLOAD_PROBLEMS, Upload, form_body, read_upload
from deepstyle.search.plan import MOST_RESULTS
from deepstyle.search.query import Query
from deepstyle.shop import Shop
from deepstyle.style.colour_choice import split_choice
from deepstyle.style.search import Crop

router = APIRouter(tags=["search"])


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
    summary="Products by words, a photo or a part of it, or items, filtered, in pages",
    responses=documented(*UPLOAD_PROBLEMS, "bad-parameter", "invalid-parameter", "bad-cursor", "unknown-item"),
    openapi_extra=form_body(SearchFields.model_json_schema()["properties"], [], or_json=True),
)
async def search(request: Request, resources: Open) -> SearchResults:
    """Send JSON, or a form with `image`; words beside an image or `like` say what should be different.

    For each next page send `cursor` with the same words, items, filter and switches, without the image.
    """
    fields, uploads = await read_fields(request, SearchFields, most=1)
    upload = uploads[0] if uploads else Upload(None, {})
    try:
        crop, (_, colour) = fields.box(), split_choice(fields.where())
        if fields.cursor and upload.image is not None:
            raise ProblemError("malformed-request", "the form has both an image and a cursor; send one of them.")
    except Exception:
        upload.close()
        raise
    if upload.image is None and (fields.cursor or fields.has_words):
        page = partial(_next_page, resources, fields, colour)
        return await resources.reads.run(request.state.client, page)

    def work(data: bytes) -> SearchResults:
        return _first_page(resources, data, crop, fields, colour)

    return await resources.queue.run(request, upload, work)


@router.get(
    "/v1/search",
    operation_id="find",
    summary="Products by words or items: an address that can be shared",
    responses=documented("bad-parameter", "invalid-parameter", "bad-cursor", "unknown-item", "not-ready"),
)
def find(resources: Open, fields: Find) -> SearchResults:
    """The products that `text` names, or that are like the items in `like`, changed as `text` says."""
    if not (fields.has_words or fields.cursor):
        raise ProblemError("invalid-parameter", "the search asks for nothing.", remedy="Give text, or an item in like.")
    _, colour = split_choice(fields.where())
    return _next_page(resources, fields, colour)


def _first_page(
    resources: Resources, data: bytes, crop: Crop | None, fields: SearchFields, colour: str
) -> SearchResults:
    encoded = resources.encode_photo(data, crop, several_crops=fields.several_crops)
    if fields.has_words:
        return _found(resources, encoded.embeddings[0], 0, fields, colour)
    return _page(resources, resources.shop.coloured(encoded.embeddings[0], colour), 0, fields, colour)


def _next_page(resources: Resources, fields: FindFields, colour: str) -> SearchResults:
    offset, vector = 0, None
    if fields.cursor:
        shop = resources.shop
        offset, vector = cursors.unpack_search(fields.cursor, shop.spec.embedding_dim, _binding(shop, fields))
    if fields.has_words or vector is None:
        return _found(resources, vector, offset, fields, colour)
    return _page(resources, vector, offset, fields, colour)


def _found(
    resources: Resources, vector: NDArray[np.float32] | None, offset: int, fields: FindFields, colour: str
) -> SearchResults:
    """Results ``offset`` to ``offset + k`` of a query with words or items, and a photo's ``vector`` (D,) if any."""
    offset = min(offset, MOST_RESULTS)
    shop, k = resources.shop, min(fields.k, MOST_RESULTS - offset)
    (where, _), by = split_choice(fields.where()), shop.reranking(fields.category_vote, fields.query_expansion)
    query = Query(
        fields.text,
        vectors=() if vector is None else (vector,),
        like=tuple(fields.like),
        unlike=tuple(fields.unlike),
        literal=tuple(fields.literal),
        colour=colour,
        where=where,
        by=by,
        group_by=fields.group_by,
        k=k,
        offset=offset,
    )
    with resources.metrics.search_seconds.time():
        found = shop.search(query)
    return SearchResults(
        results=results_of(found.matches),
        calibrated=found.calibrated,
        is_good_match=found.is_good_match,
        next_cursor=cursors.pack_search(offset + k, vector, _binding(shop, fields)) if found.has_more else None,
        **said_of(found, debug=fields.debug),
    )


def _page(
    resources: Resources, query: NDArray[np.float32], offset: int, fields: FindFields, colour: str
) -> SearchResults:
    """Results ``offset`` to ``offset + k`` for a query that ``colour`` was applied to; no cursor on the last page."""
    offset = min(offset, MOST_RESULTS)
    shop, k = resources.shop, min(fields.k, MOST_RESULTS - offset)
    (where, _), by = split_choice(fields.where()), shop.reranking(fields.category_vote, fields.query_expansion)
    with resources.metrics.search_seconds.time():
        answer = shop.search_embedding(
            query, k=k + 1, offset=offset, where=where, colour=colour, by=by, group_by=fields.group_by
        )
    has_more = len(answer.matches) > k and offset + k < MOST_RESULTS
    return SearchResults(
        results=results_of(answer.matches[:k]),
        calibrated=answer.calibrated,
        is_good_match=answer.is_good_match,
        next_cursor=cursors.pack_search(offset + k, query, _binding(shop, fields)) if has_more else None,
        stages=None,
    )


def _binding(shop: Shop, fields: FindFields) -> bytes:
    """What the cursor of a search is bound to: another filter, model or order would join pages that do not fit."""
    by = shop.reranking(fields.category_vote, fields.query_expansion)
    asked = repr((fields.text, fields.like, fields.unlike, fields.literal))
    return cursors.binding(fields.where(), shop.space, repr(by), fields.group_by, asked)
