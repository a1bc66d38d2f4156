"""Products that are compatible with an item or a photo."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from deepstyle.api.basis import CompatibilityBasis
from deepstyle.api.dependencies import Compatible, CompatibleFields, ItemId, form_fields
from deepstyle.api.models import Product
from deepstyle.api.outfit_models import CategorySuggestions, CompatibleItems, MappedItems, SuggestedItem
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.uploads import UPLOAD_PROBLEMS, form_body, read_upload
from deepstyle.compatibility.stylist import Piece, Suggestion
from deepstyle.shop import Shop

router = APIRouter(tags=["compatibility"])
_PROBLEMS = documented("bad-parameter", "invalid-parameter", "unknown-item", "not-ready")


@router.post(
    "/compatible/{item_id}",
    operation_id="findCompatible",
    summary="Three products compatible with an item",
    responses=_PROBLEMS,
)
def compatible(item_id: ItemId, resources: Open) -> MappedItems:
    """The precomputed suggestions (`rec_feature2`) with their descriptions: three products of different categories."""
    shop = resources.outfit_shop
    results = suggested(shop.suggestions(item_id), shop)
    return MappedItems(
        **CompatibilityBasis.fields_of(shop.stylist.basis("suggested")),
        query=Product.of(shop.item(item_id)),
        rec_feature2=[result.item.item_id for result in results],
        results=results,
    )


@router.get(
    "/v1/items/{item_id}/compatible",
    operation_id="listCompatibleItems",
    summary="Products compatible with an item, by category, filtered",
    responses=_PROBLEMS,
)
def compatible_filtered(item_id: ItemId, resources: Open, fields: Compatible) -> CompatibleItems:
    """The best `k` products of every semantic category that is worn with the item's, or of the requested ones."""
    return _by_category(resources, resources.outfit_shop.piece(item_id), fields)


@router.post(
    "/v1/compatible",
    operation_id="findCompatibleWithPhoto",
    summary="Products compatible with a photo, by category, filtered",
    responses=documented(*UPLOAD_PROBLEMS, "bad-parameter", "invalid-parameter"),
    openapi_extra=form_body(CompatibleFields.model_json_schema()["properties"], ["image"]),
)
async def compatible_with_photo(request: Request, resources: Open) -> CompatibleItems:
    """As for an item; the photo's category is that of the most similar products."""
    upload = await read_upload(request)
    try:
        fields = form_fields(CompatibleFields, upload.fields)
    except Exception:
        upload.close()
        raise

    def work(data: bytes) -> CompatibleItems:
        return _by_category(resources, resources.outfit_shop.piece_of(resources.encode_photo(data)), fields)

    return await resources.queue.run(request, upload, work)


def suggested(found: Sequence[Suggestion], shop: Shop) -> list[SuggestedItem]:
    """The API's form of suggestions, each with the variants of its product."""
    variants = shop.variants([one.item for one in found])
    return [
        SuggestedItem(
            rank=one.rank,
            score=one.score,
            compatibility=one.compatibility,
            reasons=list(one.reasons),
            item=Product.of(one.item, variants[one.item.item_id]),
        )
        for one in found
    ]


def _by_category(resources: Resources, query: Piece, fields: CompatibleFields) -> CompatibleItems:
    shop = resources.outfit_shop
    with resources.metrics.search_seconds.time():
        found = shop.compatible(query, k=fields.k, where=fields.where())
    return CompatibleItems(
        **CompatibilityBasis.fields_of(shop.stylist.basis("suggested")),
        query=Product.of(query.item) if query.item.item_id else None,
        semantic_category=query.item.semantic_category,
        categories=[
            CategorySuggestions(semantic_category=name, results=suggested(best, shop)) for name, best in found.items()
        ],
    )
