"""Adding, replacing, changing and deleting single items."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response

from deepstyle.api.dependencies import ItemId
from deepstyle.api.etags import etag_of, versions_in
from deepstyle.api.item_writes import ITEM_SCHEMA, WrittenItem, item_values
from deepstyle.api.json_text import parse_object
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.uploads import IMAGE, UPLOAD_PROBLEMS, close_all, read_uploads
from deepstyle.errors import DeepstyleError
from deepstyle.shop.writes import Write, Written
from deepstyle.store.pictures import MAX_PICTURES

router = APIRouter(tags=["writing"])
_PROBLEMS: Final = documented(
    *(code for code in UPLOAD_PROBLEMS if code != "missing-image"),
    "missing-image",
    "invalid-parameter",
    "unknown-item",
    "precondition-failed",
    "writes-disabled",
)
_JSON: Final = ("application/json", "application/merge-patch+json")
_FORM: Final = {
    "type": "object",
    "properties": {"item": ITEM_SCHEMA, "image": {"type": "array", "items": IMAGE, "maxItems": MAX_PICTURES}},
    "required": ["item"],
}
IfMatch = Annotated[
    str, Header(alias="If-Match", max_length=1000, description="Write only if the item has this `ETag`; `*`: any.")
]
IfNoneMatch = Annotated[
    str, Header(alias="If-None-Match", max_length=1000, description="`*`: write only if the item does not exist.")
]


def _body(*kinds: str) -> dict[str, Any]:
    schemas = {kind: {"schema": ITEM_SCHEMA if kind in _JSON else _FORM} for kind in kinds}
    return {"requestBody": {"required": True, "content": schemas}}


@router.put(
    "/v1/items/{item_id}",
    operation_id="putItem",
    summary="Add or replace an item",
    responses={201: {"description": "The item was added.", "model": WrittenItem}, **_PROBLEMS},
    openapi_extra=_body("application/json", "multipart/form-data"),
)
async def put_item(
    item_id: ItemId,
    request: Request,
    response: Response,
    resources: Open,
    if_match: IfMatch = "",
    if_none_match: IfNoneMatch = "",
) -> WrittenItem:
    """Replace all fields; those left out are emptied. The pictures stay unless the form has any; a new item needs one.

    Send the fields as JSON, or a form with the fields as JSON in `item` (up to 48 KiB) and the pictures in `image`, the
    most telling one first, together up to 10 MiB: they replace all pictures of the item.
    """
    fields, photos = await _read(request)
    write = Write(
        "put", item_id, item_values(fields, item_id), photos, versions_in(if_match), if_none_match.strip() == "*"
    )
    written = await _written(request, resources, write)
    response.status_code = 201 if written.change == "added" else 200
    return _answer(written, response)


@router.patch(
    "/v1/items/{item_id}",
    operation_id="patchItem",
    summary="Change fields of an item",
    responses=_PROBLEMS,
    openapi_extra=_body(*_JSON),
)
async def patch_item(
    item_id: ItemId, request: Request, response: Response, resources: Open, if_match: IfMatch = ""
) -> WrittenItem:
    """Merge the fields into the item (RFC 7396): `null` empties a field or removes an attribute."""
    fields = await _read_json(request)
    write = Write("patch", item_id, item_values(fields, item_id), versions=versions_in(if_match))
    return _answer(await _written(request, resources, write), response)


@router.delete(
    "/v1/items/{item_id}",
    operation_id="deleteItem",
    summary="Delete an item",
    status_code=204,
    response_class=Response,
    responses=documented("invalid-parameter", "precondition-failed", "writes-disabled", "not-ready"),
)
async def delete_item(item_id: ItemId, request: Request, resources: Open, if_match: IfMatch = "") -> Response:
    """Delete the item with its picture and vectors; an item that does not exist is none of these already."""
    await _written(request, resources, Write("delete", item_id, versions=versions_in(if_match)))
    return Response(status_code=204)


async def _read(request: Request) -> tuple[Mapping[str, Any], tuple[bytes, ...]]:
    """The fields, and the pictures where the body is a form with some."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await _read_json(request), ()
    uploads, form = await read_uploads(request, most=MAX_PICTURES)
    try:
        unknown = sorted(set(form) - {"item"})
        if unknown or len(form.get("item", ())) != 1:
            problem = f"the form has a field {unknown[0][:100]!r}" if unknown else "the form has no single field `item`"
            raise ProblemError("invalid-parameter", f"{problem}.", remedy="Send `item` and `image`.")
        return parse_object(form["item"][0], "the field `item`"), tuple(upload.read() for upload in uploads)
    finally:
        close_all(uploads)


async def _read_json(request: Request) -> Mapping[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON:
        raise ProblemError(
            "unsupported-media-type", f"the body is {kind[:100]!r}.", remedy="Send application/json, or a form to PUT."
        )
    return parse_object(await request.body())


async def _written(request: Request, resources: Resources, write: Write) -> Written:
    (outcome,) = await resources.writes.run(request.state.client, lambda: resources.write([write]))
    if isinstance(outcome, DeepstyleError):
        raise outcome
    return outcome


def _answer(written: Written, response: Response) -> WrittenItem:
    response.headers["ETag"] = etag_of(written.version)
    return WrittenItem.of(written)
