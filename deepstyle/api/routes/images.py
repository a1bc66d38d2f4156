"""Product pictures, always re-encoded: no EXIF data, and no byte of the supplier's file."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from deepstyle.api.dependencies import ItemId
from deepstyle.api.etags import is_known
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.served_images import VERSION
from deepstyle.errors import ImageError, UnknownItemError
from deepstyle.images.framing import card, card_side_px
from deepstyle.images.pixels import checked_header, decode, encode_jpeg, memory_bytes, thumbnail
from deepstyle.store.base import Store
from deepstyle.store.pictures import MAX_PICTURES

router = APIRouter(tags=["items"])
CACHE_CONTROL: Final = "public, max-age=300"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""For an address that names the picture's content: other content has another address."""

Pixels = Annotated[Literal[160, 320, 640], BeforeValidator(int)]  # a literal alone would not take the query's text
Position = Annotated[
    int, Query(ge=0, lt=MAX_PICTURES, description="Which of the product's pictures; 0 is the first one.")
]
Width = Annotated[Pixels | None, Query(description="Width in pixels; default: the full size.")]
Version = Annotated[
    str,
    Query(
        pattern=r"^([0-9a-f]{16,64})?$",
        description="The first 16 or more digits of the picture's SHA-256: such an answer is cached for good.",
    ),
]
Shape = Literal["whole", "card"]
Fit = Annotated[
    Shape,
    Query(description="`card`: cut to 4:5 around the garment, so that it fills a card; needs `w`."),
]


@router.get(
    "/image/{item_id}",
    operation_id="getImage",
    summary="A product's picture, as JPEG",
    response_class=Response,
    responses={
        200: {
            "description": "The picture.",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "The picture named by If-None-Match is current."},
        **documented("bad-parameter", "unknown-item", "no-image", "invalid-parameter", "not-ready", "overloaded"),
    },
)
def image(
    item_id: ItemId,
    request: Request,
    resources: Open,
    w: Width = None,
    picture: Position = 0,
    fit: Fit = "whole",
    v: Version = "",
) -> Response:
    """The picture, or with ``w`` a smaller one; ``If-None-Match`` with its ``ETag`` avoids sending it again."""
    sha256 = _sha256(resources.store, item_id, picture)
    form = f"{w or 'full'}{'-card' if w and fit == 'card' else ''}"
    headers = {
        "ETag": f'"{sha256[:32]}-{form}-{VERSION}"',
        "Cache-Control": FOR_GOOD if v and sha256.startswith(v) else CACHE_CONTROL,
    }
    if is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    jpeg = resources.served_images.get(f"{sha256}-{form}", lambda: _jpeg(resources, item_id, picture, sha256, w, fit))
    return Response(jpeg, media_type="image/jpeg", headers=headers)


def _sha256(store: Store, item_id: str, picture: int) -> str:
    """The SHA-256 of the stored picture; raises ``UnknownItemError``, and ``ProblemError`` where there is none."""
    if picture:
        more = store.more_image_sources([item_id]).get(item_id, ())
        sha256 = more[picture - 1].sha256 if picture <= len(more) else None
    else:
        sha256 = store.image_sha256s([item_id]).get(item_id)
    if sha256 is None:
        if not store.get([item_id]):
            raise UnknownItemError(f"no item has the id {item_id!r}.")
        raise ProblemError("no-image", f"the item {item_id!r} has no image{f' {picture}' if picture else ''}.")
    return sha256


def _jpeg(resources: Resources, item_id: str, picture: int, sha256: str, width_px: int | None, fit: Shape) -> bytes:
    """The stored picture, encoded again; raises ``ProblemError`` where it is no longer the one of ``sha256``."""
    stored = resources.store.image(item_id, picture)
    if stored is None or stored.sha256 != sha256:  # replaced or deleted a moment ago
        raise ProblemError("no-image", f"the image of {item_id!r} has just changed.", remedy="Ask again.")
    try:
        header = checked_header(stored.data)
        if width_px and fit == "card":
            with resources.decoding.reserve(memory_bytes(header, min_side_px=card_side_px(width_px))):
                return card(stored.data, width_px, header=header)
        with resources.decoding.reserve(memory_bytes(header, min_side_px=width_px or 0)):
            if width_px:
                return thumbnail(stored.data, width_px, header=header)
            return encode_jpeg(decode(stored.data, header=header))
    except ImageError as error:  # stored by a version that allowed more
        raise ProblemError(
            "no-image", f"the image of {item_id!r} cannot be shown.", remedy="Import it again."
        ) from error
