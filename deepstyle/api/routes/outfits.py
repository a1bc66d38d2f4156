"""Scoring, completing and analysing outfits of items (by id), photos (as uploads), or both."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request

from deepstyle.api.basis import CompatibilityBasis
from deepstyle.api.dependencies import AnalysisFields, CompletionFields, OutfitFields, read_fields
from deepstyle.api.look_analysis_models import AnalysedLook
from deepstyle.api.outfit_models import CompletedOutfits, OutfitPair, OutfitPiece, ScoredOutfit
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.uploads import IMAGE, MAX_IMAGES, UPLOAD_PROBLEMS, Upload, close_all
from deepstyle.compatibility.catalogue_test import Basis
from deepstyle.compatibility.stylist import OutfitScore, Piece

router = APIRouter(tags=["compatibility"])
_PROBLEMS: Final = documented(
    *(code for code in UPLOAD_PROBLEMS if code != "missing-image"),
    "missing-image",
    "unknown-item",
    "bad-parameter",
    "invalid-parameter",
)


def _body(model: type[OutfitFields]) -> dict[str, Any]:
    """OpenAPI's description of a body that is JSON, or a form with photos beside the same fields."""
    fields = model.model_json_schema()["properties"]
    photos = {"image": {"type": "array", "items": IMAGE, "maxItems": MAX_IMAGES}}
    content = {
        "application/json": {"schema": {"type": "object", "properties": fields}},
        "multipart/form-data": {"schema": {"type": "object", "properties": {**fields, **photos}}},
    }
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/v1/outfits:score",
    operation_id="scoreOutfit",
    summary="Score an outfit",
    responses=_PROBLEMS,
    openapi_extra=_body(OutfitFields),
)
async def score(request: Request, resources: Open) -> ScoredOutfit:
    """Of two or more items (`item_id`) and photos (`image`): a calibrated score, each pair's part, the weakest pair."""
    fields, uploads = await read_fields(request, OutfitFields, most=MAX_IMAGES)
    photos = await _photos(request, resources, uploads)

    def work() -> ScoredOutfit:
        shop = resources.outfit_shop
        pieces = [*map(shop.piece, fields.item_id), *photos]
        return scored_outfit(
            pieces, shop.score_outfit(pieces, mixed_genders=fields.mixed_genders), shop.stylist.basis("outfit")
        )

    return await resources.reads.run(request.state.client, work)


@router.post(
    "/v1/outfits:complete",
    operation_id="completeOutfit",
    summary="Complete an outfit",
    responses=_PROBLEMS,
    openapi_extra=_body(CompletionFields),
)
async def complete(request: Request, resources: Open) -> CompletedOutfits:
    """The best outfits of the given items (`item_id`) and photos (`image`) plus one item for each `slot`."""
    fields, uploads = await read_fields(request, CompletionFields, most=MAX_IMAGES)
    photos = await _photos(request, resources, uploads)

    work = partial(completed, resources, fields, photos)
    return await resources.reads.run(request.state.client, work)


@router.post(
    "/v1/looks:analyse",
    operation_id="analyseLook",
    summary="Analyse a look",
    responses=_PROBLEMS,
    openapi_extra=_body(AnalysisFields),
)
async def analyse(request: Request, resources: Open) -> AnalysedLook:
    """The score, the weakest piece and pair, items that raise the score in its place, and items for missing slots.

    Each photo (`image`) shows one piece; a photo alone, without other photos and items, shows a worn look, and its
    garments are the pieces. What is proposed matches the filter, is in stock, is worn by the same people, and costs at
    most `budget` by itself.
    """
    fields, uploads = await read_fields(request, AnalysisFields, most=MAX_IMAGES)
    is_worn = len(uploads) == 1 and not fields.item_id
    photos = await (_worn if is_worn else _photos)(request, resources, uploads)

    def work() -> AnalysedLook:
        shop = resources.outfit_shop
        pieces = [*map(shop.piece, fields.item_id), *photos]
        found = shop.analyse_look(pieces, k=fields.k, where=fields.where(), options=fields.options())
        return AnalysedLook.of(found, shop.stylist.basis("outfit"))

    return await resources.reads.run(request.state.client, work)


async def _photos(request: Request, resources: Resources, uploads: Sequence[Upload]) -> list[Piece]:
    """Each photo as a piece, one after the other through the bounded queue."""

    def piece(data: bytes) -> Piece:
        return resources.outfit_shop.piece_of(resources.encode_photo(data))

    try:
        return [await resources.queue.run(request, upload, piece) for upload in uploads]
    finally:
        close_all(uploads)


async def _worn(request: Request, resources: Resources, uploads: Sequence[Upload]) -> list[Piece]:
    """The garments of the only photo as pieces, through the bounded queue."""
    try:
        return await resources.queue.run(request, uploads[0], resources.worn_pieces)
    finally:
        close_all(uploads)


def completed(resources: Resources, fields: CompletionFields, photos: Sequence[Piece] = ()) -> CompletedOutfits:
    """The best outfits of the items and the ``photos``."""
    shop = resources.outfit_shop
    locked = [*map(shop.piece, fields.item_id), *photos]
    with resources.metrics.search_seconds.time():
        found = shop.complete_outfit(locked, fields.slot, k=fields.k, where=fields.where(), options=fields.options())
    basis = shop.stylist.basis("completed")
    outfits = [scored_outfit(outfit.pieces, outfit.score, basis) for outfit in found]
    return CompletedOutfits(**CompatibilityBasis.fields_of(basis), outfits=outfits)


def scored_outfit(pieces: Sequence[Piece], scored: OutfitScore, basis: Basis) -> ScoredOutfit:
    """An outfit's score as the API returns it."""
    return ScoredOutfit(
        **CompatibilityBasis.fields_of(basis),
        score=scored.score,
        compatibility=scored.compatibility,
        concerns=list(scored.concerns),
        pieces=OutfitPiece.all(pieces),
        pairs=OutfitPair.all(scored.pairs),
        weakest_pair=scored.weakest,
    )
