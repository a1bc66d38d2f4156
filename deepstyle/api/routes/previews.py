"""The pictures that a messenger or a social network shows beside a link to a product or a look."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from deepstyle.api.dependencies import MAX_ITEM_ID_CHARS, ItemId
from deepstyle.api.etags import is_known
from deepstyle.api.page_meta import PREVIEW_PX
from deepstyle.api.previews import draw_preview, preview_name
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.routes.images import CACHE_CONTROL
from deepstyle.compatibility.wardrobe import MAX_PIECES
from deepstyle.errors import UnknownItemError

router = APIRouter(tags=["items"])
_SIZE: Final = "{} x {} pixels".format(*PREVIEW_PX)
_PROBLEMS: Final = ("invalid-parameter", "unknown-item", "no-image", "not-ready")
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The picture.",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The picture named by If-None-Match is current."},
    **documented(*_PROBLEMS),
}

Pieces = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=MAX_ITEM_ID_CHARS)]],
    Query(min_length=1, max_length=MAX_PIECES, description="The look's items; may be repeated.", examples=["19250-11"]),
]


@router.get(
    "/preview/item/{item_id}",
    operation_id="getItemPreview",
    summary="The picture beside a link to a product, as JPEG",
    description=f"The product's picture on a calm ground, {_SIZE}.",
    response_class=Response,
    responses=_ANSWERS,
)
def item_preview(item_id: ItemId, request: Request, resources: Open) -> Response:
    """The product's preview, which is kept on disk like the widths of its picture."""
    return _preview(request, resources, [item_id], resources.served_images.get)


@router.get(
    "/preview/look",
    operation_id="getLookPreview",
    summary="The picture beside a link to a look, as JPEG",
    description=f"The pictures of the items side by side, {_SIZE}; items that are gone are left out.",
    response_class=Response,
    responses=_ANSWERS,
)
def look_preview(item: Pieces, request: Request, resources: Open) -> Response:
    """The look's preview; it is kept in memory for a while."""
    return _preview(request, resources, item, resources.look_previews.get)


def _preview(
    request: Request, resources: Resources, item_ids: list[str], kept: Callable[[str, Callable[[], bytes]], bytes]
) -> Response:
    sha256s = _sha256s(resources, item_ids)
    name = preview_name(sha256s)
    headers = {"ETag": f'"{name[:32]}"', "Cache-Control": CACHE_CONTROL}
    if is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)

    jpeg = kept(name, lambda: draw_preview(resources.store, sha256s, resources.decoding))
    return Response(jpeg, media_type="image/jpeg", headers=headers)


def _sha256s(resources: Resources, item_ids: list[str]) -> Mapping[str, str]:
    """The pictures to show, by item id, in the order asked for; raises ``UnknownItemError`` and ``ProblemError``."""
    found = resources.store.image_sha256s(item_ids)
    if not found:
        if not resources.store.get(item_ids):
            raise UnknownItemError(f"no item has the id {item_ids[0]!r}." if len(item_ids) == 1 else "no item exists.")
        raise ProblemError("no-image", "none of the items has an image.")
    return {item_id: found[item_id] for item_id in dict.fromkeys(item_ids) if item_id in found}
