"""Products that look like an item of the catalogue."""

from fastapi import APIRouter

from deepstyle.api.dependencies import Colour, ItemId, K, Similar, SimilarFields
from deepstyle.api.models import Product, SimilarItems
from deepstyle.api.personal import PersonalDep
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.results import results_of
from deepstyle.api.variant_models import GroupQuery
from deepstyle.people.ranking.stage import Personal
from deepstyle.style.colour_choice import split_choice

router = APIRouter(tags=["search"])
PROBLEMS = documented("bad-parameter", "invalid-parameter", "unknown-item", "not-ready")


@router.post(
    "/similar/{item_id}", operation_id="findSimilar", summary="Products similar to an item", responses=PROBLEMS
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
    return _similar(resources, item_id, SimilarFields(k=k, group_by=group_by), personal, colour)


@router.get(
    "/v1/items/{item_id}/similar",
    operation_id="listSimilarItems",
    summary="Products similar to an item, filtered",
    responses=PROBLEMS,
)
def similar_filtered(item_id: ItemId, resources: Open, fields: Similar, personal: PersonalDep) -> SimilarItems:
    """The ``k`` products within the filter that are most similar to ``item_id``, without its own.

    By `colour`, its product in other colours is among them; by `none`, every other item may be.
    """
    return _similar(resources, item_id, fields, personal)


def _similar(
    resources: Resources, item_id: str, fields: SimilarFields, personal: Personal, colour: str = ""
) -> SimilarItems:
    shop, (where, chosen) = resources.shop, split_choice(fields.where())
    by = shop.reranking(fields.category_vote, fields.query_expansion)
    item = shop.item(item_id)
    query = Product.of(item, shop.variants([item])[item_id])
    with resources.metrics.search_seconds.time():
        answer = shop.similar(
            item_id,
            k=fields.k,
            where=where,
            colour=colour or chosen,
            by=by,
            group_by=fields.group_by,
            sort=fields.sort,
            later=(*personal.stages, *resources.later),
        )
    return SimilarItems(
        query=query,
        results=results_of(answer.matches, personal.why),
        calibrated=answer.calibrated,
        is_good_match=answer.is_good_match,
    )
