"""What looks like this item of the catalogue?"""

from fastapi import APIRouter

from deepstyle.api.dependencies import ItemId, K, Open, Similar
from deepstyle.api.models import Product, SimilarItems, results_of
from deepstyle.api.problems import documented
from deepstyle.api.resources import Resources
from deepstyle.errors import UnknownItemError
from deepstyle.store.base import ItemFilter
from deepstyle.style.search import similar_items

router = APIRouter(tags=["search"])
PROBLEMS = documented("bad-parameter", "invalid-parameter", "unknown-item", "not-ready")


@router.post(
    "/similar/{item_id}", operation_id="findSimilar", summary="Products like one of the catalogue", responses=PROBLEMS
)
def similar(item_id: ItemId, resources: Open, k: K = 10) -> SimilarItems:
    """The ``k`` products that look most like ``item_id``."""
    return _similar(resources, item_id, k, ItemFilter())


@router.get(
    "/v1/items/{item_id}/similar",
    operation_id="listSimilarItems",
    summary="Products like one of the catalogue, within a filter",
    responses=PROBLEMS,
)
def similar_filtered(item_id: ItemId, resources: Open, fields: Similar) -> SimilarItems:
    """The ``k`` products within the filter that look most like ``item_id``."""
    return _similar(resources, item_id, fields.k, fields.where())


def _similar(resources: Resources, item_id: str, k: int, where: ItemFilter) -> SimilarItems:
    store, space = resources.store, resources.space
    item = store.get([item_id]).get(item_id)
    if item is None:
        raise UnknownItemError(f"no item has the id {item_id!r}.")
    with resources.metrics.search_seconds.time():
        matches = similar_items(store, space, item_id, k=k, where=where)
    bands, best = resources.bands, matches[0].similarity if matches else None
    return SimilarItems(
        query=Product.of(item),
        results=results_of(matches, bands),
        good_match=bands.is_good_match(best) if bands else None,
    )
