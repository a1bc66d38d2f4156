"""Products that look like an item of the catalogue."""

from fastapi import APIRouter

from deepstyle.api.cursors import SearchPage, bad_cursor, binding, pack_search, unpack_search
from deepstyle.api.dependencies import Colour, ItemId, K, Similar, SimilarFields
from deepstyle.api.models import Product, SimilarItems
from deepstyle.api.personal import PersonalDep
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.results import results_of
from deepstyle.api.variant_models import GroupQuery
from deepstyle.people.ranking.stage import Personal
from deepstyle.search.plan import MOST_RESULTS
from deepstyle.search.query import EVERYTHING
from deepstyle.shop import Shop
from deepstyle.style.colour_choice import split_choice

router = APIRouter(tags=["search"])
PROBLEMS = ("bad-parameter", "invalid-parameter", "unknown-item", "not-ready")
NO_VECTORS = (0, 0)
"""The sizes of the vectors in a cursor: the item stands for its own."""


@router.post(
    "/similar/{item_id}",
    operation_id="findSimilar",
    summary="Products similar to an item",
    responses=documented(*PROBLEMS),
)
def similar(
    item_id: ItemId,
    resources: Open,
    personal: PersonalDep,
    k: K = 10,
    colour: Colour = "",
    group_by: GroupQuery = "product",
) -> SimilarItems:
    """The ``k`` products most similar to ``item_id``, without its own; `group_by` as of `listSimilarItems`."""
    page = _similar(resources, item_id, SearchPage(0), SimilarFields(k=k, group_by=group_by), personal, colour)
    return page.model_copy(update={"next_cursor": None})


@router.get(
    "/v1/items/{item_id}/similar",
    operation_id="listSimilarItems",
    summary="Products similar to an item, filtered, in pages",
    responses=documented(*PROBLEMS, "bad-cursor"),
)
def similar_filtered(item_id: ItemId, resources: Open, fields: Similar, personal: PersonalDep) -> SimilarItems:
    """The products within the filter that are most similar to ``item_id``, without its own, ``k`` to a page.

    By `colour`, its product in other colours is among them; by `none`, every other item may be. For each next page send
    `cursor` alone, or with the same request.
    """
    if not fields.cursor:
        return _similar(resources, item_id, SearchPage(0), fields, personal)
    page = unpack_search(fields.cursor, NO_VECTORS, fields.asked(), _binding(resources.shop, item_id))
    try:
        fields = fields.continued(page.asked, page.k)
    except ValueError:  # pydantic's are such, too
        raise bad_cursor() from None
    return _similar(resources, item_id, page, fields, personal)


def _similar(
    resources: Resources,
    item_id: str,
    page: SearchPage,
    fields: SimilarFields,
    personal: Personal,
    colour: str = "",
) -> SimilarItems:
    shop, (where, chosen) = resources.shop, split_choice(fields.where())
    item, is_best = shop.item(item_id), fields.sort == "best"
    offset = min(page.offset, MOST_RESULTS)
    k = min(fields.k, MOST_RESULTS - offset) if is_best else fields.k
    with resources.metrics.search_seconds.time():
        answer = shop.similar(
            item_id,
            k=k + 1 if is_best else k,
            offset=offset,
            after=page.after,
            where=where,
            colour=colour or chosen,
            by=shop.reranking(fields.category_vote, fields.query_expansion),
            group_by=fields.group_by,
            sort=fields.sort,
            count=fields.total,
            later=(*personal.stages, *resources.later),
        )
    end = offset + k
    has_more = len(answer.matches) > k and end < MOST_RESULTS if is_best else bool(answer.after)
    following = SearchPage(end, fields.k, asked=fields.asked(), after=answer.after)
    return SimilarItems(
        query=Product.of(item, shop.variants([item])[item_id]),
        results=results_of(answer.matches[:k], personal.why),
        calibrated=answer.calibrated,
        is_good_match=answer.is_good_match,
        next_cursor=pack_search(following, _binding(shop, item_id)) if has_more else None,
        total=answer.total,
    )


def _binding(shop: Shop, item_id: str) -> bytes:
    """What a cursor is bound to: the item, the model, and what re-ranks."""
    return binding(EVERYTHING, "similar", item_id, shop.space, repr(shop.reranking(None, None)))
