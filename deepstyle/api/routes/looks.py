"""Whole looks: listed, shown, compared, written and deleted."""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from deepstyle.api import cursors
from deepstyle.api.addresses import address
from deepstyle.api.dependencies import body_fields
from deepstyle.api.json_text import parse_object
from deepstyle.api.look_models import (
    LookFields,
    LookId,
    LookList,
    NewLook,
    SimilarLookFields,
    SimilarLooks,
    WornLook,
)
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.looks.known_looks import ShownLook, find_look, put_look, shown

router = APIRouter(tags=["looks"])
_READ: Final = ("bad-parameter", "invalid-parameter", "not-ready")
_BODY: Final = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": NewLook.model_json_schema()}}}
}


@router.get(
    "/v1/looks",
    operation_id="listLooks",
    summary="Looks, or where an item is worn",
    responses=documented("bad-cursor", *_READ),
)
def looks(resources: Open, fields: Annotated[LookFields, Query()]) -> LookList:
    """One page of the looks by id; with `item_id` those in which it is worn."""
    bound = json.dumps(["looks", fields.item_id, fields.source]).encode()
    after = cursors.unpack_browse(fields.cursor, bound) if fields.cursor else ""
    store = resources.store
    page = store.browse_looks(item_id=fields.item_id, source=fields.source or "", limit=fields.limit, after=after)
    return LookList(
        looks=[WornLook.of(look) for look in shown(store, page.looks)],
        total=page.total,
        next_cursor=cursors.pack_browse(page.after, bound) if page.after else None,
    )


@router.get(
    "/v1/looks/{look_id}",
    operation_id="getLook",
    summary="One look",
    responses=documented("unknown-look", *_READ),
)
def look(look_id: LookId, resources: Open) -> WornLook:
    """A look with those of its items that the catalogue still has."""
    return WornLook.of(find_look(resources.store, look_id))


@router.get(
    "/v1/looks/{look_id}/similar",
    operation_id="findSimilarLooks",
    summary="Looks like a look",
    responses=documented("unknown-look", *_READ),
)
def similar(look_id: LookId, resources: Open, fields: Annotated[SimilarLookFields, Query()]) -> SimilarLooks:
    """The looks whose pieces look most like those of this look, each compared with pieces of its own kind."""
    shop = resources.shop
    query = shop.look(look_id)
    with resources.metrics.search_seconds.time():
        found = shop.similar_looks(look_id, k=fields.k)
    return SimilarLooks.of(query, found, shop.shown([match.look for match in found]))


@router.post(
    "/v1/looks",
    operation_id="putLook",
    summary="Add or replace a look",
    response_model=WornLook,
    responses={
        201: {"description": "The look was added.", "model": WornLook},
        **documented("malformed-request", "unsupported-media-type", "unknown-item", "writes-disabled", *_READ),
    },
    openapi_extra=_BODY,
)
async def put(request: Request, response: Response, resources: Open) -> WornLook:
    """Send JSON. A look with this id is replaced; without an id the look gets one. All items must exist."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError("unsupported-media-type", f"the body is {kind[:100]!r}.", remedy="Send application/json.")
    fields = body_fields(NewLook, parse_object(await request.body()))

    def write() -> tuple[ShownLook, bool]:
        store = resources.writer
        is_new = not store.looks([fields.look_id])
        written = put_look(store, fields.item_ids, look_id=fields.look_id, title=fields.title, source=fields.source)
        return shown(store, [written])[0], is_new

    written, is_new = await resources.writes.run(request.state.client, write)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = address(f"/v1/looks/{written.look.look_id}")
    return WornLook.of(written)


@router.delete(
    "/v1/looks/{look_id}",
    operation_id="deleteLook",
    summary="Delete a look",
    status_code=204,
    response_class=Response,
    responses=documented("invalid-parameter", "writes-disabled", "not-ready"),
)
async def delete(look_id: LookId, request: Request, resources: Open) -> Response:
    """Delete the look, and none of its items; a look that does not exist is deleted already."""
    await resources.writes.run(request.state.client, lambda: resources.writer.delete_looks([look_id]))
    return Response(status_code=204)
